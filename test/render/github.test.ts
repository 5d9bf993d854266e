import { expect, test } from 'vitest'
import { github } from '../../src/render/github.ts'
import { resultOfPlan } from '../../src/result/from-plan.ts'
import type { Result } from '../../src/result/result.ts'
import { FIXTURES, planOf } from '../cli/fixture-plans.ts'
import { HOSTILE } from '../cli/hostile.ts'
import { ACCEPTED, findingOf, PROBLEM, resultOf, workloadWith } from './results.ts'
import { commandIn, type WorkflowCommand } from './runner.ts'

/** Each line is one command that annotates, and the last is the only notice. */
function commandsOf(result: Result): readonly WorkflowCommand[] {
  const lines = github(result).split('\n')
  expect(lines.at(-1)).toBe('')
  const commands = lines.slice(0, -1).map((line) => commandIn(line))
  expect(commands.slice(0, -1).filter((one) => one?.name !== 'error' && one?.name !== 'warning')).toEqual([])
  expect(commands.at(-1)?.name).toBe('notice')
  return commands.filter((one) => one !== undefined)
}

test.for(FIXTURES.filter((file) => !file.includes('.y')))(
  '%s: a command for everything that counts, and a notice',
  async (file) => {
    const commands = commandsOf(resultOfPlan(await planOf(file), { command: 'lint', version: '1.2.3' }))
    expect(commands.length).toBeGreaterThan(0)
  },
)

test('what counts: file, line, title, what to do', () => {
  const position = { file: './shop/web.yaml', line: 12 }
  expect(commandsOf(resultOf([workloadWith([findingOf()], { position })]))).toEqual([
    {
      name: 'warning',
      properties: { file: 'shop/web.yaml', line: '12', title: 'Slackwater readiness-probe-missing' },
      message: 'Deployment shop/web: no container has a readiness probe\nTo fix it: add a readinessProbe',
    },
    { name: 'notice', properties: { title: 'Slackwater lint' }, message: '1 warning' },
  ])
})

test('errors come first, because only ten of each kind are shown; without a place where there is none', () => {
  const workloads = [workloadWith([findingOf(), findingOf({ id: 'gate-stuck', severity: 'error' })])]
  const commands = commandsOf(resultOf(workloads, [PROBLEM]))
  expect(commands.map(({ name, properties: { title } }) => [name, title])).toEqual([
    ['error', 'Slackwater gate-stuck'],
    ['error', 'Slackwater problem'],
    ['warning', 'Slackwater readiness-probe-missing'],
    ['notice', 'Slackwater lint'],
  ])
  expect(commands[0]?.properties).not.toHaveProperty('file')
  expect(commands[1]?.properties).toMatchObject({ file: 'web.yaml', line: '3' })
})

test('what does not count is only counted', () => {
  const findings = [
    findingOf(ACCEPTED),
    findingOf({ id: 'prestop-missing', holds: 'before' }),
    findingOf({ id: 'single-replica', severity: 'information' }),
  ]
  expect(commandsOf(resultOf([workloadWith(findings)])).map(({ message }) => message)).toEqual([
    'no errors or warnings; not counted: 1 fixed by Slackwater when applied, 1 accepted, 1 for information',
  ])
})

test('what the runner reads is what was written', () => {
  const position = { file: 'a,b:c%2Cd%.yaml', line: 1 }
  const message = '100% of a, b: c %0A %25 ::error::'
  const [command] = commandsOf(resultOf([workloadWith([findingOf({ message })], { position })]))
  expect(command?.properties).toEqual({
    file: position.file,
    line: '1',
    title: 'Slackwater readiness-probe-missing',
  })
  // What could begin a command is broken up.
  expect(command?.message.split('\n')[0]).toBe(`Deployment shop/web: 100% of a, b: c %0A %25 \\x3a:error::`)
})

test.for([
  HOSTILE,
  '\n::error::x',
  '\r::stop-commands::x',
  '%0A::error::x',
  '::add-mask::y',
  '##[error]z',
  'a::b,c=d',
])('whatever a text holds, no command is added: %j', (text) => {
  const placed = { name: text, namespace: text, kind: text, position: { file: text, line: 1 }, cluster: text }
  const finding = findingOf({ message: text, about: text, action: text, paste: text })
  const result = resultOf([workloadWith([finding], placed)], [{ ...PROBLEM, id: text, message: text }])
  const commands = commandsOf(result)
  expect(commands.map(({ name, properties }) => [name, Object.keys(properties)])).toEqual([
    ['error', ['file', 'line', 'title']],
    ['warning', ['file', 'line', 'title']],
    ['notice', ['title']],
  ])
  expect(github(result)).not.toContain('##[')
})

test('of several clusters each says which', () => {
  const one = { what: 'concern', id: 'gate-stuck', severity: 'warning', message: 'no Pod is ready' } as const
  const result = resultOf([workloadWith([findingOf()], { cluster: 'east' })], [{ ...one, cluster: 'west' }])
  expect(commandsOf(result).map(({ message }) => message.split('\n')[0])).toEqual([
    'east: Deployment shop/web: no container has a readiness probe',
    'west: no Pod is ready',
    '2 warnings',
  ])
})
