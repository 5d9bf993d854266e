import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { renderer } from '../../src/rendering/renderer.ts'
import { treeOf } from '../pipelines/odd-names.ts'

/** What our own part does, with programs that play the user's. The real ones: test/pipelines/rendering.pipeline.ts. */

const usual = process.env['PATH']
afterEach(() => {
  process.env['PATH'] = usual
})

/** Programs that note their arguments, and then do this in a shell; no others are in PATH. */
function only(programs: Readonly<Record<string, string>>): { readonly called: () => readonly string[] } {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-tools-'))
  for (const [name, does] of Object.entries(programs)) {
    const note = `printf '%s\\n' ${name} "$@" >>'${folder}/called'`
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${note}\n${does}\n`)
    chmodSync(path.join(folder, name), 0o755)
  }
  process.env['PATH'] = folder
  return { called: () => readFileSync(path.join(folder, 'called'), 'utf8').split('\n').slice(0, -1) }
}

const LIMIT = 2 ** 20
const render = renderer({ namespace: 'shop', valuesFiles: ['a.yaml', '-b.yaml'], timeLimit: 100_000 })
const chart = (text = 'name: web'): string => treeOf({ 'Chart.yaml': text, 'templates/web.yaml': '' })

test('a chart: the release has its name, and what is given is one argument each', async () => {
  const { called } = only({ helm: 'echo "kind: Pod"' })
  const folder = chart()
  const rendering = await render({ kind: 'chart', folder }, LIMIT)
  expect(rendering).toMatchObject({
    ok: true,
    source: { name: `${folder} (helm template)`, text: 'kind: Pod\n' },
  })
  expect(called()).toEqual([
    'helm',
    'template',
    'web',
    folder,
    '--namespace',
    'shop',
    '--skip-tests',
    '--values',
    'a.yaml',
    '--values',
    '-b.yaml',
  ])
})

test.for([['name: "../x"'], ['name: [1]'], ['{{'], ['name: -f'], ['']])(
  'a chart that names itself %j has the release that Helm takes',
  async ([text = '']) => {
    const { called } = only({ helm: '' })
    await render({ kind: 'chart', folder: chart(text) }, LIMIT)
    expect(called()[2]).toBe('release-name')
  },
)

test('a template is a file of the chart, and what is none is the chart', async () => {
  only({ helm: ':' })
  const folder = chart()
  const rendering = await render({ kind: 'chart', folder }, LIMIT)
  const sourceOf = (line: string) =>
    rendering.ok && rendering.source?.sourceOf?.(`---\n# Source: ${line}\nkind: Pod`)
  expect(sourceOf('web/templates/web.yaml')).toBe(path.join(folder, 'templates/web.yaml'))
  const others = ['web/charts/redis/templates/x.yaml', 'web/../../../etc/passwd', 'web', '']
  expect(others.map(sourceOf)).toEqual(others.map(() => path.join(folder, 'Chart.yaml')))
})

test('kustomize is asked first, and kubectl if it is not installed', async () => {
  const both = only({ kustomize: ':', kubectl: ':' })
  await render({ kind: 'kustomization', folder: 'over' }, LIMIT)
  expect(both.called()).toEqual(['kustomize', 'build', 'over'])
  const one = only({ kubectl: 'echo "a warning" >&2' })
  const rendering = await render({ kind: 'kustomization', folder: '-over' }, LIMIT)
  expect(one.called()).toEqual(['kubectl', 'kustomize', './-over'])
  expect(rendering).toMatchObject({
    ok: true,
    source: { name: '-over (kubectl kustomize)' },
    notes: [{ id: 'rendering', severity: 'information', text: 'kubectl printed: a warning' }],
  })
})

test.for<[string, Parameters<typeof only>[0], 'chart' | 'kustomization', string]>([
  ['no helm', {}, 'chart', 'cannot be rendered: helm was not found in PATH'],
  [
    'no kustomize',
    { helm: ':' },
    'kustomization',
    'cannot be rendered: neither kustomize nor kubectl was found in PATH',
  ],
  [
    'an error',
    { helm: 'printf "Error: a\\n\\n  b\\n" >&2; exit 3' },
    'chart',
    'helm template failed (exit code 3): Error: a; b',
  ],
  [
    'an error without words',
    { helm: 'exit 1' },
    'chart',
    'helm template failed (exit code 1): without a message',
  ],
  ['a signal', { helm: 'kill -9 $$' }, 'chart', 'helm template failed (ended by SIGKILL): without a message'],
  [
    'too much',
    { helm: 'while :; do echo "# more and more and more"; done' },
    'chart',
    'helm template printed what cannot be read: larger than the limit of 1 MiB',
  ],
  [
    'no text',
    { helm: `printf '\\377\\376'` },
    'chart',
    'helm template printed what cannot be read: it is UTF-16, expected UTF-8 text',
  ],
])('%s is one sentence', async ([, programs, kind, message]) => {
  only(programs)
  const rendering = await render({ kind, folder: 'web' }, LIMIT)
  expect(rendering).toMatchObject({ ok: false, problem: { file: 'web', message } })
})

test('a program that does not end is killed', async () => {
  only({ helm: 'while :; do :; done' })
  const impatient = renderer({ namespace: 'shop', valuesFiles: [], timeLimit: 2_000 })
  const rendering = await impatient({ kind: 'chart', folder: 'web' }, LIMIT)
  expect(rendering).toMatchObject({
    problem: { file: 'web', message: 'helm template did not end within 2 s' },
  })
})

test('a library chart is not rendered alone, which helm refuses, and a note says so', async () => {
  only({ helm: 'exit 1' })
  const folder = chart('name: common\ntype: library')
  const rendering = await render({ kind: 'chart', folder }, LIMIT)
  expect(rendering).toEqual({
    ok: true,
    notes: [
      {
        severity: 'information',
        id: 'rendering',
        file: folder,
        text: 'a library chart: it is rendered where another chart includes it',
      },
    ],
  })
})

test('what it says at length is cut', async () => {
  only({ helm: 'i=0; while [ $i -lt 3000 ]; do echo "0123456789" >&2; i=$((i+1)); done; exit 1' })
  const rendering = await render({ kind: 'chart', folder: 'web' }, LIMIT)
  expect(rendering.ok ? '' : rendering.problem.message).toMatch(/^helm template failed .{1,2050}…$/)
})

test('a password in what is built is in no message', async () => {
  only({ kustomize: 'echo "Error: $2: no network" >&2; exit 1' })
  const folder = 'https://user:secret@host/repo?ref=v1'
  const rendering = await render({ kind: 'kustomization', folder }, LIMIT)
  expect(rendering).toMatchObject({
    problem: {
      file: 'https://host/repo?…',
      message: 'kustomize build failed (exit code 1): Error: https://host/repo?…: no network',
    },
  })
})

test.for([['exit 1'], ['exit 0']])(
  'nor is one of which the tool names a part, or that a kustomization names (%s)',
  async ([end = '']) => {
    only({
      kustomize: `echo "git fetch https://user:secret@host/repo v1; ssh://git:secret@host/b" >&2; ${end}`,
    })
    const rendering = await render(
      { kind: 'kustomization', folder: 'https://user:secret@host/repo//a?ref=v1' },
      LIMIT,
    )
    expect(JSON.stringify(rendering)).toContain('git fetch https://host/repo v1; ssh://host/b')
    expect(JSON.stringify(rendering)).not.toContain('secret')
  },
)
