import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { shop } from './manifests.ts'
import { folderOf, inProcess, STATED_SETTINGS, slackwater } from './run.ts'

/**
 * `shop()` alone ends with 1: D 30 is below P 25 + R 10, so deregistration-delay-cuts-requests stays as its only
 * warning (test/cli/plan.test.ts, exit codes).
 */
const ID = 'deregistration-delay-cuts-requests'
const REASON = 'a shared ALB'

const quoted = (text: string): string => JSON.stringify(text)

const onWorkload = (text: string, manifest = shop()): string =>
  manifest.replace(
    '  name: web\n  namespace: shop\nspec:\n  replicas',
    `  name: web\n  namespace: shop\n  annotations: { slackwater.dev/accept: ${quoted(text)} }\nspec:\n  replicas`,
  )
const onTemplate = (text: string): string =>
  shop().replace(
    '      labels: { app: web }',
    `      annotations: { slackwater.dev/accept: ${quoted(text)} }\n      labels: { app: web }`,
  )
const onNamespace = (text: string): string =>
  shop().replace(
    '  name: shop\n',
    `  name: shop\n  annotations: { slackwater.dev/accept: ${quoted(text)} }\n`,
  )

const plan = (manifest: string, ...args: readonly string[]) =>
  inProcess(['plan', '-f', '-', '--settings', STATED_SETTINGS, ...args], { input: manifest })

interface Planned {
  readonly summary: { readonly warnings: number; readonly accepted: number }
  readonly objects: readonly {
    readonly patch: unknown
    readonly warnings: readonly string[]
    readonly unusedAccepts?: readonly string[]
    readonly findings: readonly { readonly id: string; readonly accepted?: unknown }[]
  }[]
}

const planned = async (manifest: string, ...args: readonly string[]): Promise<Planned> =>
  JSON.parse((await plan(manifest, '-o', 'json', ...args)).out)

const flat = (text: string): string => text.replace(/\s+/g, ' ')

describe('an accepted finding', () => {
  const ANNOTATION = 'slackwater.dev/accept'
  const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }
  test.for<[string, string, unknown]>([
    ['on the workload', onWorkload(`${ID}: ${REASON}`), { kind: 'annotation', key: ANNOTATION, object: web }],
    ['on its template', onTemplate(`${ID}: ${REASON}`), { kind: 'annotation', key: ANNOTATION, object: web }],
    [
      'on the namespace',
      onNamespace(`${ID}: ${REASON}`),
      { kind: 'annotation', key: ANNOTATION, object: { kind: 'Namespace', namespace: '', name: 'shop' } },
    ],
  ])('%s: shown with reason and place, and no longer counted', async ([, manifest, by]) => {
    const { summary, objects } = await planned(manifest)
    expect(summary).toMatchObject({ warnings: 0, accepted: 1 })
    expect(objects[0]?.findings).toContainEqual(
      expect.objectContaining({ id: ID, accepted: { reason: REASON, by } }),
    )
    expect(objects[0]?.warnings).toEqual([])
    const { code, out } = await plan(manifest)
    expect(code).toBe(0)
    expect(out).toContain(`\n1 accepted: ${ID} (${REASON})\n`)
    expect(flat(out)).toContain(`· accepted: ${ID}: `)
    expect(flat(out)).toContain('Nothing needs attention.')
  })

  test('in the settings', () => {
    const folder = folderOf({ 's.yaml': `accept: { ${ID}: ${quoted(REASON)} }\n` })
    const ran = slackwater(['plan', '-f', '-', '--settings', path.join(folder, 's.yaml')], { input: shop() })
    expect(ran.code).toBe(0)
    expect(flat(ran.out)).toContain(`(${REASON}; setting accept.${ID})`)
  })

  test('the same patch, whatever is accepted', async () => {
    expect((await planned(onWorkload(`${ID}: ${REASON}`))).objects[0]?.patch).toEqual(
      (await planned(shop())).objects[0]?.patch,
    )
  })

  test('accepts no other: a missing readiness probe still counts', async () => {
    expect((await plan(onWorkload(`${ID}: ${REASON}`, shop({ ready: false })))).code).toBe(1)
  })

  test('with --exit-code, its workload’s changes count all the same', async () => {
    expect((await plan(onWorkload(`${ID}: ${REASON}`), '--exit-code')).code).toBe(1)
  })

  test('identical ones are one item of the line', async () => {
    const one = onNamespace(`${ID}: ${REASON}`)
    const deployment = one.split('---\n').find((text) => text.includes('kind: Deployment')) ?? ''
    const { out } = await plan(`${one}---\n${deployment.replace('name: web\n', 'name: api\n')}`)
    expect(flat(out)).toContain(`2 accepted: ${ID} ×2 (${REASON})`)
  })
})

test('what is accepted and does not occur: a line for the workload, nothing that counts', async () => {
  const manifest = onWorkload('stale-gate: no longer', shop({ delay: 60 }))
  expect((await planned(manifest)).objects[0]?.unusedAccepts).toEqual(['stale-gate'])
  const { code, out } = await plan(manifest)
  expect(code).toBe(0)
  expect(out).toContain('  · accepted here, but not found: stale-gate\n')
  expect((await planned(onNamespace('stale-gate: for others'))).objects[0]).not.toHaveProperty(
    'unusedAccepts',
  )
})

describe('hostile values', () => {
  test.for<[string, string]>([
    ['escape sequences', `${ID}: \u001b[2J\u001b]0;owned\u0007 x; \u001b[31m: y`],
    ['a command to a CI runner', `${ID}: ::error::x; ::error::y`],
    ['directions and invisible letters', `${ID}: \u202ex\u200b; \u202e: y`],
    ['line breaks', `${ID}: x\n\n::error::\r\n`],
    ['very long', `${ID}: ${'x'.repeat(200_000)}`],
    ['very many', 'x: y;'.repeat(40_000)],
    ['very many separators', ';'.repeat(200_000)],
    ['spaces', `${ID}:${' '.repeat(200_000)}`],
    ['half a character', `${ID}: \ud83c`],
    ['names of objects', '__proto__: x; constructor: y; hasOwnProperty: z'],
  ])('%s: as text it is harmless, and the change is the same', async ([, text]) => {
    const { code, out, err } = await plan(onWorkload(text))
    expect([0, 1]).toContain(code)
    expect(err).toBe('')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e\u200b]|^\s*::/mu)
    expect(out.length).toBeLessThan(20_000)
    expect((await planned(onWorkload(text))).objects[0]?.patch).toEqual(
      (await planned(shop())).objects[0]?.patch,
    )
  })

  test('a typing error is quoted, counts as a warning, and the entry beside it holds', async () => {
    const { summary, objects } = await planned(onWorkload(`singel-replica: x; ${ID}: ${REASON}`))
    expect(summary).toMatchObject({ warnings: 1, accepted: 1 })
    expect(objects[0]?.warnings).toEqual([
      'annotation slackwater.dev/accept: "singel-replica": did you mean single-replica?',
    ])
  })
})

describe('--fail-on', () => {
  test.for<[string, readonly string[], number]>([
    ['warning is the default', [], 1],
    ['warning', ['--fail-on', 'warning'], 1],
    ['error: this one is a warning', ['--fail-on', 'error'], 0],
    ['none', ['--fail-on', 'none'], 0],
    ['none, but changes', ['--fail-on', 'none', '--exit-code'], 1],
    ['anything else', ['--fail-on', 'information'], 2],
  ])('%s', async ([, args, code]) => expect((await plan(shop(), ...args)).code).toBe(code))

  test('bad input is bad input', async () => {
    expect((await plan(`${shop()}---\nkind: [\n`, '--fail-on', 'none')).code).toBe(2)
  })
})

describe('nothing to read', () => {
  const NOTHING = 'error: stdin: no objects read from standard input: did the command before it fail?\n'
  test.for<[string, string]>([
    ['nothing', ''],
    ['white space', ' \n\t\n\n'],
    ['comments', '# Source: web/templates/deployment.yaml\n---\n# nothing\n'],
    ['empty documents', '---\n---\nnull\n...\n'],
    ['a byte order mark', '\ufeff'],
    ['the message of a command that failed', 'Error: release not found\n'],
  ])('%s on standard input', ([, input]) => {
    const { code, err } = slackwater(['plan', '-f', '-'], { input })
    expect([code, err]).toEqual([2, NOTHING])
  })

  test('on standard input beside a file that has some', () => {
    const folder = folderOf({ 'shop.yaml': shop({ delay: 60 }) })
    const { code, out, err } = slackwater(['plan', '-f', path.join(folder, 'shop.yaml'), '-'], { input: '' })
    expect([code, err]).toEqual([2, NOTHING])
    expect(out).toContain('Deployment shop/web')
  })

  test('a broken document is named, and nothing else is said', () => {
    expect(slackwater(['plan', '-f', '-'], { input: 'kind: [\n' }).err).not.toContain('no objects')
  })

  test.for(['apiVersion: v1\nkind: List\nitems: []\n', 'apiVersion: v1\nkind: PodList\nitems: null\n'])(
    'a List without items is an answer: %j',
    (input) => {
      const { code, out, err } = slackwater(['plan', '-f', '-'], { input })
      expect([code, err]).toEqual([0, ''])
      expect(out).toContain('stdin:1: a List without items')
    },
  )

  test('a List without items beside other objects is not mentioned', () => {
    const input = `apiVersion: v1\nkind: List\nitems: []\n---\n${shop({ delay: 60 })}`
    expect(slackwater(['plan', '-f', '-'], { input }).out).not.toContain('a List without items')
  })

  test('files and folders without objects are named', () => {
    const folder = folderOf({ 'empty.yaml': '', 'values.yaml': 'replicas: 3\n' })
    const [empty, values] = ['empty.yaml', 'values.yaml'].map((name) => path.join(folder, name))
    const both = slackwater(['plan', '-f', `${empty}`, `${values}`])
    expect([both.code, both.err]).toEqual([
      2,
      [empty, values]
        .map((name) => `error: ${name}: no objects read: expected Kubernetes manifests\n`)
        .join(''),
    ])
    const all = slackwater(['plan', '-f', folder])
    expect([all.code, all.err]).toEqual([
      2,
      `error: ${folder}: no objects read: expected Kubernetes manifests\n`,
    ])
  })

  test('an empty file beside one that has some is a note', () => {
    const folder = folderOf({ 'empty.yaml': '# later\n', 'shop.yaml': shop({ delay: 60 }) })
    const [empty, some] = ['empty.yaml', 'shop.yaml'].map((name) => path.join(folder, name))
    const { code, out, err } = slackwater(['plan', '-f', `${some}`, `${empty}`])
    expect([code, err]).toEqual([0, ''])
    expect(flat(out)).toContain(`${empty}: no objects in this file`)
    expect(slackwater(['plan', '-f', folder]).out).not.toContain('no objects')
  })
})
