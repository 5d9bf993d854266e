import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FORMATS } from '../../src/render/formats.ts'
import { shop } from './manifests.ts'
import { folderOf, inProcess, STATED_SETTINGS } from './run.ts'

/**
 * Of `shop()`: D 30 is below P 25 + R 10, which stays; the hook that is missing is fixed. The Deployment begins in line
 * 7, behind the Namespace of 6 lines and `---`; `position` counts the line of its first key.
 */
const STAYS = 'deregistration-delay-cuts-requests'
const FIXED = 'prestop-missing'
const LINE = 8

const lint = (manifest: string, ...args: readonly string[]) =>
  inProcess(['lint', '-f', '-', '--settings', STATED_SETTINGS, ...args], { input: manifest })

interface Linted {
  readonly withoutSlackwater: boolean
  readonly summary: Readonly<Record<string, number>>
  readonly findings: readonly { readonly id: string; readonly state: string; readonly counts: boolean }[]
}

const linted = async (manifest: string, ...args: readonly string[]): Promise<Linted> =>
  JSON.parse((await lint(manifest, '-o', 'json', ...args)).out)

const lineIn = (text: string, part: string): number =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1

const accepting = (ids: string, manifest = shop()): string =>
  manifest.replace(
    '  namespace: shop\nspec:\n  replicas',
    `  namespace: shop\n  annotations: { slackwater.dev/accept: ${JSON.stringify(ids)} }\nspec:\n  replicas`,
  )

describe('what counts', () => {
  test('a warning that stays', async () => {
    const { summary, findings } = await linted(shop())
    expect(summary).toMatchObject({
      workloads: 1,
      errors: 0,
      warnings: 1,
      fixed: 1,
      accepted: 0,
      problems: 0,
    })
    expect(findings).toMatchObject([
      { id: STAYS, state: 'open', counts: true, file: 'stdin', line: LINE },
      { id: FIXED, state: 'fixed', counts: false, file: 'stdin', line: LINE },
    ])
    expect((await lint(shop())).code).toBe(1)
  })

  test('what Slackwater fixes does not count', async () => {
    const { code, out } = await lint(shop({ delay: 60 }))
    expect(code).toBe(0)
    expect(out).toContain(`: fixed: Deployment shop/web: no preStop hook on app: `)
    expect(out).toMatch(/^1 workload in 1 file: no errors or warnings; not counted: 1 fixed by Slackwater/m)
  })

  test('without Slackwater everything counts that the files lack, and nothing that it would cause', async () => {
    const { withoutSlackwater, findings } = await linted(shop({ delay: 60 }), '--without-slackwater')
    expect(withoutSlackwater).toBe(true)
    expect(findings).toMatchObject([{ id: FIXED, state: 'open', counts: true }])
    expect((await lint(shop({ delay: 60 }), '--without-slackwater')).code).toBe(1)
  })

  test('what is accepted does not count', async () => {
    const { code, out } = await lint(accepting(`${STAYS}: a shared ALB`))
    expect(code).toBe(0)
    expect(out).toMatch(
      /: accepted: Deployment shop\/web: .* \(a shared ALB\) \[deregistration-delay-cuts-requests\]$/m,
    )
  })

  test('a label or an annotation that cannot be used counts', async () => {
    const { findings } = await linted(accepting('no-such-id: x', shop({ delay: 60 })))
    expect(findings).toMatchObject([{ id: FIXED }, { id: 'unusable-annotation', counts: true }])
  })

  // Lines as `grep -n` shows them.
  test('each bad label and annotation stands in its own line, wherever it is written', async () => {
    const manifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: &labels
    slackwater.dev/mdoe: "off"
  annotations: { slackwater.dev/sleep-seconds: "20" }
spec:
  template:
    metadata:
      labels:
        slackwater.dev/mode: audit
      annotations:
        # slackwater.dev/assume: alb
        "slackwater.dev/assume": alb
        slackwater.dev/sleep-seconds: soon
    spec:
      containers: []
`
    const { out } = await lint(manifest)
    expect(
      out.match(/^stdin:\d+: warning: Deployment default\/web: (?:template )?\w+ \S+ (?:on|is|")?/gm),
    ).toEqual([
      'stdin:6: warning: Deployment default/web: label slackwater.dev/mdoe is',
      'stdin:7: warning: Deployment default/web: annotation slackwater.dev/sleep-seconds on',
      'stdin:12: warning: Deployment default/web: template label slackwater.dev/mode: "',
      'stdin:15: warning: Deployment default/web: annotation slackwater.dev/assume: "',
      'stdin:16: warning: Deployment default/web: annotation slackwater.dev/sleep-seconds: "',
    ])
  })

  test('a notice of severity warning counts, and stands where its annotation does', async () => {
    // A deregistration delay is at most 3,600 s.
    const manifest = shop({ delay: 9999 })
    const { code, out } = await lint(manifest)
    expect(code).toBe(1)
    expect(lineIn(manifest, 'deregistration_delay.timeout_seconds=9999')).toBe(41)
    expect(out).toMatch(/^stdin:41: warning: Ingress shop\/web: .* \[bad-annotation-value\]$/m)
  })

  test.for<[string, number]>([
    ['warning', 1],
    ['error', 0],
    ['none', 0],
  ])('--fail-on %s', async ([severity, code]) =>
    expect((await lint(shop(), '--fail-on', severity)).code).toBe(code),
  )

  test('the same as plan, over every example', async () => {
    const run = (command: string) =>
      inProcess([command, '-f', 'examples', '--settings', STATED_SETTINGS, '-o', 'json'])
    const [plan, own] = [await run('plan'), await run('lint')]
    expect(own.code).toBe(plan.code)
    const { summary: of } = JSON.parse(plan.out)
    const { summary } = JSON.parse(own.out)
    expect(summary).toMatchObject({
      workloads: of.workloads,
      errors: of.errors,
      warnings: of.warnings - of.errors,
      information: of.information,
      accepted: of.accepted,
    })
  })
})

test('input that could not be read: on standard error with its place, the rest goes on, code 2', async () => {
  const manifest = `${shop()}---\nkind: [\n`
  const { code, out, err } = await lint(manifest, '--fail-on', 'none')
  expect(code).toBe(2)
  expect(err).toMatch(/^error: stdin:\d+:\d+: /)
  expect(out).toContain(`[${STAYS}]`)
  expect(out).toMatch(/; 1 problem with the input \(on standard error\)$/m)
  expect((await lint('')).code).toBe(2)
})

test('settings that cannot be read', async () => {
  const { code, out, err } = await inProcess(['lint', '-f', '-', '--settings', 'no-such-file'], {
    input: shop(),
  })
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('no-such-file')
})

describe('the text', () => {
  test('is one line for each finding, with what to do below those that count; files apart', async () => {
    const folder = folderOf({ 'a.yaml': shop(), 'b.yaml': shop().replaceAll('shop', 'team') })
    const { out } = await inProcess(['lint', '-f', folder, '--settings', STATED_SETTINGS])
    const blocks = out.trimEnd().split('\n\n')
    // The IngressClass is in both: a note, in the second.
    expect(blocks.map((block) => block.split('\n').length)).toEqual([3, 4, 1])
    const files = [
      ['a.yaml', 'shop'],
      ['b.yaml', 'team'],
    ] as const
    for (const [at, [name, namespace]] of files.entries()) {
      const [stays = '', action = '', fixed = ''] = blocks[at]?.split('\n') ?? []
      expect(stays.startsWith(`${folder}/${name}:${LINE}: warning: Deployment ${namespace}/web: `)).toBe(true)
      expect(stays.endsWith(` [${STAYS}]`)).toBe(true)
      expect(action).toMatch(/^ {4}\S/)
      expect(fixed.startsWith(`${folder}/${name}:${LINE}: fixed: Deployment ${namespace}/web: `)).toBe(true)
    }
    expect(blocks[2]).toBe(
      '2 workloads in 2 files: 2 warnings; not counted: 2 fixed by Slackwater when applied, 1 for information',
    )
  })

  test('of workloads alone: without their Services and Ingresses nothing was judged', async () => {
    const alone = shop()
      .split(/^---$/m)
      .filter((one) => /^kind: Deployment$/m.test(one))
    expect(alone).toHaveLength(1)
    for (const format of ['text', 'github']) {
      const { code, out } = await lint(alone.join('---'), '-o', format)
      expect(code).toBe(0)
      expect(out).toContain('no errors or warnings; in these files, no workload is behind a load balancer\n')
    }
  })

  test('of files without a workload', async () => {
    const { code, out } = await lint('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n')
    expect([code, out]).toEqual([0, '0 workloads in 0 files: no errors or warnings\n'])
  })
})

describe('docs/ci.md', () => {
  const page = readFileSync('docs/ci.md', 'utf8')
  const blocks = (language: string): readonly string[] =>
    [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, of, text = '']) =>
      of === language ? [text] : [],
    )

  test('has a row for every format', () => {
    const section = page.split(/^## /m).find((one) => one.startsWith('Formats\n')) ?? ''
    const named = [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, format]) => format),
    )
    expect(named.toSorted()).toEqual(FORMATS.toSorted())
  })

  test('its examples are YAML, and each calls this command with a format that it has', () => {
    const examples = blocks('yaml')
    expect(examples.length).toBeGreaterThan(3)
    for (const example of examples) expect(() => parse(example)).not.toThrow()
    const formats = [...page.matchAll(/slackwater lint .*?-o (\w+)/g)].map(([, format = '']) => format)
    expect(formats.length).toBeGreaterThan(2)
    expect(formats.filter((format) => !FORMATS.includes(format))).toEqual([])
  })

  test('the lines that it shows are those that are printed', async () => {
    const [, , shown = ''] = page.split(/^```\n/m).filter((_, at) => at % 2 === 1 || at === 0)
    const manifest = shop({ delay: 300, ready: false }).replaceAll('name: app', 'name: web')
    const { out } = await inProcess(['lint', '-f', '-', '--settings', STATED_SETTINGS], { input: manifest })
    expect(out.replaceAll('stdin:', 'deploy/web.yaml:')).toBe(shown)
  })
})
