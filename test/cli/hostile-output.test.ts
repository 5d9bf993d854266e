import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { expandPaths } from '../../src/manifests/paths.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { type Plan, planManifests } from '../../src/plan/plan.ts'
import type { Removal } from '../../src/removal/removal.ts'
import { jsonText, yamlText } from '../../src/render/document.ts'
import { explainText } from '../../src/render/explain-text.ts'
import { junit } from '../../src/render/junit.ts'
import { lintText } from '../../src/render/lint-text.ts'
import { paperOf } from '../../src/render/paint.ts'
import { planDocument } from '../../src/render/plan-document.ts'
import { planText } from '../../src/render/plan-text.ts'
import { removalText } from '../../src/render/removal-text.ts'
import { reportText } from '../../src/render/report-text.ts'
import { sarif } from '../../src/render/sarif.ts'
import { complain } from '../../src/render/terminal.ts'
import { parseReport } from '../../src/report/parse-report.ts'
import type { Report } from '../../src/report/schema.ts'
import { resultOfPlan } from '../../src/result/from-plan.ts'
import type { ResultWorkload } from '../../src/result/result.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { sampleOf } from '../depth.ts'
import { commandIn } from '../render/runner.ts'
import { sarifProblems } from '../render/sarif-schema.ts'
import { parseXml } from '../render/xml.ts'
import { bigCluster } from '../report/big-cluster.ts'
import { ReportedCluster } from '../report/cluster.ts'
import { HOSTILE, obeyed, poisoned } from './hostile.ts'
import { shop } from './manifests.ts'
import { folderOf, inProcess, slackwater } from './run.ts'

const paper = { ...paperOf({ width: 80, color: true }), details: true }

/**
 * Renders a value with each text in it made hostile, one after the other. A word of a fixed set may have no drawing. Texts
 * and keys take turns: one in seven is a text as often as a key.
 */
function obeyedOf<T>(value: T, render: (value: T) => string): readonly string[] {
  const found: string[] = []
  let drawn = 0
  for (const [changed, where] of sampleOf(poisoned(value), 7)) {
    const text = rendered(() => render(changed as T))
    if (text === undefined) continue
    if (text.includes('\\x1b[2J') || text.includes('\\u001b[2J') || text.includes('\\e[2J')) drawn++
    found.push(...obeyed(text).map((line) => `${where}: ${line}`))
  }
  // Were none of them drawn, nothing would be shown by this.
  expect(drawn).toBeGreaterThan(0)
  return found
}

const rendered = (render: () => string): string | undefined => {
  try {
    return render()
  } catch {
    return undefined
  }
}

const planOf = async (...files: readonly string[]): Promise<Plan> => {
  const { sources, notes } = await expandPaths(files, () => Promise.resolve(''))
  const { objects, problems, notes: further } = readManifests(sources)
  const manifests = { objects, problems, notes: [...notes, ...further] }
  return planManifests({ manifests, settings: DEFAULT_SETTINGS, namespace: 'default' })
}

const removal: Removal = {
  workloads: [
    {
      ref: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      state: 'would-take-back',
      changes: ['remove preStop sleep 45 s from app'],
      rollout: { state: 'stuck', why: 'of 3 Pods 1 is new' },
    },
    {
      ref: { kind: 'Deployment', namespace: 'shop', name: 'old' },
      state: 'left',
      changes: [],
      why: 'refused',
    },
  ],
  validatingWebhooks: ['slackwater'],
  namespaces: [{ name: 'shop', state: 'left', labels: { 'elbv2.k8s.aws/gate': 'enabled' }, why: 'refused' }],
  reports: [
    {
      ref: { kind: 'PolicyReport', namespace: 'shop', name: 'slackwater' },
      state: 'left',
      why: 'refused',
    },
  ],
  unread: [{ resource: 'rollouts.argoproj.io', problem: 'forbidden' }],
  webhooks: ['slackwater'],
  stopped: 'no time left',
}

describe('whatever a name, an annotation or a message holds, nothing in the output is obeyed', () => {
  test.for([
    ['1-bookshop.yaml'],
    ['2-arcade.yaml'],
    ['7-legacy.yaml'],
    ['sources/gateway-http.yaml'],
    ['sources/target-group-binding.yaml'],
  ])('a plan of %s', async ([file = '']) => {
    const plan = await planOf(path.join('examples', file))
    for (const details of [false, true])
      expect(obeyedOf(plan, (one) => planText(one, { ...paper, details }))).toEqual([])
    expect(obeyedOf(planDocument(plan), jsonText)).toEqual([])
    expect(obeyedOf(planDocument(plan), yamlText)).toEqual([])
  })

  test('a report', async () => {
    const report = await smallReport()
    const texts = (one: Report) =>
      [false, true].map((details) => reportText(one, { ...paper, details })).join('')
    expect(obeyedOf(report, texts)).toEqual([])
    expect(obeyedOf(report, jsonText)).toEqual([])
    expect(obeyedOf(report, yamlText)).toEqual([])
  })

  test('a result, in the formats of text', async () => {
    const result = resultOfPlan(await planOf('examples/7-legacy.yaml'), {
      command: 'lint',
      version: '1.2.3',
    })
    expect(obeyedOf(result, (one) => lintText(one, paper))).toEqual([])
    expect(obeyedOf(result, sarif)).toEqual([])
    expect(obeyedOf(result, junit)).toEqual([])
  })

  test('an explanation', async () => {
    const [entry] = (await smallReport()).workloads
    const texts = (one: unknown) => explainText([one as ResultWorkload], paper)
    expect(obeyedOf(entry, texts)).toEqual([])
    const finding = {
      id: 'readiness-probe-missing',
      severity: 'warning',
      holds: 'throughout',
      message: 'no probe',
    }
    const pasted = { ...entry, findings: [{ ...finding, action: 'add one', paste: `a:\n  b: ${HOSTILE}` }] }
    expect(obeyed(texts(pasted))).toEqual([])
    expect(texts(pasted)).toContain('\n      a:\n')
  })

  test('a removal', () => {
    for (const dryRun of [false, true])
      expect(obeyedOf(removal, (one) => removalText(one, { ...paper, dryRun }))).toEqual([])
    expect(obeyedOf(removal, yamlText)).toEqual([])
  })

  test('an error', () => {
    const said: string[] = []
    complain(HOSTILE, { err: (text) => void said.push(text) })
    expect(said.flatMap(obeyed)).toEqual([])
    expect(said.join('').split('\n')).toHaveLength(2)
  })
})

async function smallReport(): Promise<Report> {
  const cluster = new ReportedCluster({ mode: 'dry-run' })
  const { services, ingresses, deployments, pods } = bigCluster(1)
  cluster.put(SERVICES, ...services).put(INGRESSES, ...ingresses)
  cluster.put(DEPLOYMENTS, ...deployments).put(PODS, ...pods)
  await cluster.start()
  try {
    const parsed = parseReport(JSON.parse(JSON.stringify(await cluster.report())))
    if (!parsed.ok) throw new Error(parsed.problem)
    return parsed.report
  } finally {
    await cluster.server.stop()
  }
}

test('JSON and YAML hold the same data as before', () => {
  const document = {
    [HOSTILE]: [HOSTILE, 'a\nb', 'a\n ::error::b', 'a\u202eb', '##[x]', '\ud800', '\u{e0041}'],
    plain: 'Deployment shop/web → 45 s',
  }
  expect(JSON.parse(jsonText(document))).toEqual(document)
  expect(parse(yamlText(document))).toEqual(document)
})

test('a line is broken where its escapes are counted', async () => {
  const plan = await planOf('examples/1-bookshop.yaml')
  const notices = [
    {
      severity: 'warning' as const,
      object: { kind: 'Ingress', namespace: 'shop', name: 'web' },
      text: '\u001b[31mred '.repeat(20),
      id: 'too-large' as const,
    },
  ]
  const lines = planText(
    { ...plan, notices },
    { ...paperOf({ width: 80, color: false }), details: false },
  ).split('\n')
  expect(lines.filter((line) => line.includes('\\x1b[31mred') && line.length > 80)).toEqual([])
  expect(lines.filter((line) => line.includes('\\x1b[31mred')).length).toBeGreaterThan(1)
})

describe('the program', () => {
  const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: { name: "w\\e[2J\\u202Eb", namespace: "shop\\n::error::x", annotations: { slackwater.dev/mode: "\\e]0;a\\a\\u2066" } }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: "i\\x9b" }] } } }
---
kind: "\\e[1m
`
  test.for([['text'], ['json'], ['yaml']])('plan -o %s', ([output = '']) => {
    const folder = folderOf({ 'a\u001b[31m\u202e.yaml': manifest })
    const { out, err } = slackwater(['plan', '-f', folder, '-o', output])
    expect(out).toContain(output === 'text' ? 'w\\x1b[2J\\u202eb' : '\\u202eb')
    expect([...obeyed(out), ...obeyed(err)]).toEqual([])
  })

  /** What each format must be, to be read at all. @throws if it is not. */
  const READ: Readonly<Record<string, (out: string) => void>> = {
    text: () => undefined,
    json: (out) => void JSON.parse(out),
    yaml: (out) => void parse(out),
    junit: (out) => void parseXml(out),
    sarif: (out) => expect(sarifProblems(JSON.parse(out))).toEqual([]),
    github: (out) => {
      const names = out
        .trimEnd()
        .split('\n')
        .map((line) => commandIn(line)?.name)
      expect(names.toSorted().filter((name, at) => name !== names.toSorted()[at - 1])).toEqual([
        'error',
        'notice',
        'warning',
      ])
      expect(out).not.toContain('##[')
    },
  }
  const long = 'w'.repeat(250)
  const attack = '<img src=x onerror=a>"\u001b[2J\u202e\n::error::x %0A::error::y ]]> ##[error]z [a](b)'

  test.for(['plan', 'lint'].flatMap((command) => Object.keys(READ).map((output) => [command, output])))(
    '%s, in every format: %s',
    async ([command = '', output = '']) => {
      const hostile = shop({ delay: 30, ready: false })
        .replaceAll('name: app', `name: ${long}`)
        .replaceAll('name: web', `name: ${JSON.stringify(attack)}`)
        .replaceAll('name: shop', `name: ${long}`)
        .replaceAll('namespace: shop', `namespace: ${long}`)
      const annotated = hostile.replace(
        'spec:\n  replicas',
        `  annotations: { slackwater.dev/accept: ${JSON.stringify(`${attack}: ${attack}`)} }\nspec:\n  replicas`,
      )
      const folder = folderOf({
        [`a${attack.replaceAll('/', '')}.yaml`]: annotated,
        'b,c:d%0A.yaml': 'kind: [',
      })
      const { out, err } = await inProcess([command, '-f', folder, '-o', output])
      READ[output]?.(out)
      const lines = output === 'github' ? [] : obeyed(out)
      expect([...lines, ...obeyed(err)]).toEqual([])
      expect(out).toContain(long)
    },
  )

  test.for<readonly string[]>([
    ['plan', '-f', HOSTILE.replaceAll('\0', '')],
    ['plan', '-f', '-', `--x${HOSTILE.replaceAll('\0', '')}`],
    ['plan', '-f', '-', '-o', HOSTILE.replaceAll('\0', '')],
    ['report', '--address', HOSTILE.replaceAll('\0', '')],
    ['serve', '--settings', HOSTILE.replaceAll('\0', ''), '--self-signed'],
    ['remove', '-A', '--dry-run', '--kubeconfig', HOSTILE.replaceAll('\0', '')],
    [HOSTILE.replaceAll('\0', '')],
  ])('errors about its own arguments: %#', (args) => {
    const { code, out, err } = slackwater(args)
    expect(code).toBe(2)
    expect(err).toContain('\\x1b')
    expect([...obeyed(out), ...obeyed(err)]).toEqual([])
  })
})
