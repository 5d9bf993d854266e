import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const LOG = pathToFileURL(path.resolve('src/serve/log.ts')).href

/** What the log writes while a script runs, line by line. */
const linesOf = (level: string, script: string): readonly string[] =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { logTo } from '${LOG}'; const { log, logDecision } = logTo('${level}'); ${script}`,
    ],
    { encoding: 'utf8' },
  )
    .split('\n')
    .slice(0, -1)

/** A decision's fields: what a client sent, a sign that is not ASCII, one that is escaped, a list, and none. */
const FIELDS = JSON.stringify({
  webhook: 'mutate',
  name: 'a\u001b\u202e"\\\n::add-mask::',
  half: '\ud800',
  decidedBy: 'ingress shop/web → shop/web:80',
  dryRun: false,
  durationMs: 0.125,
  gates: ['a', 'b'],
  doubt: null,
})

test('the line of a decision is the line that the log itself would write, at its place among the others', () => {
  const lines = linesOf(
    'info',
    `const fields = { ...${FIELDS}, namespace: undefined }
    log.info(fields, 'decision'); logDecision(fields); log.warn('after it')`,
  )
  const timeless = lines.map((line) => line.replace(/"time":"(.*?)"/, '"time":""'))
  expect(timeless[1]).toBe(timeless[0])
  expect(timeless[2]).toBe('{"level":"warn","time":"","msg":"after it"}')
  expect(timeless[0]).toMatch(/^\{"level":"info","time":"","webhook":"mutate",.*,"msg":"decision"\}$/)
})

test('the time of a line is ISO 8601 in UTC, in milliseconds', () => {
  const [first = '', last = ''] = linesOf(
    'info',
    `let now = Date.parse('2026-11-29T10:00:00.007Z'); Date.now = () => now
    logDecision({}); now += 993; logDecision({})`,
  )
  expect([JSON.parse(first).time, JSON.parse(last).time]).toEqual([
    '2026-11-29T10:00:00.007Z',
    '2026-11-29T10:00:01.000Z',
  ])
})

test.for(['warn', 'silent'])('at the level %s a decision has no line', (level) => {
  expect(linesOf(level, 'logDecision({ webhook: "mutate" })')).toEqual([])
})
