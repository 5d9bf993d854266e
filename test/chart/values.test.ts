import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import jsonPatch, { type Operation } from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { COMPARED, COMPARED_WITH } from '../../scripts/chart/compared.ts'
import { CHART } from '../../scripts/chart/deploy.ts'
import { valueRows, withTables } from '../../scripts/chart/readme.ts'
import { SETTINGS_TEMPLATE, withSettings } from '../../scripts/chart/settings-values.ts'
import { type Field, SET_BY_CHART, SETTINGS, VALUES_SCHEMA } from '../../scripts/chart/values-schema.ts'
import { runProgram } from '../../src/cli/program.ts'
import { LONGEST_AGE } from '../../src/cluster/live-inventory.ts'
import { LEASE_NAME } from '../../src/controller/run-controller.ts'
import { DEFAULT_TERMS } from '../../src/core/budget/terms.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { parseSettings } from '../../src/settings/parse-settings.ts'
import { DEFAULT_SETTINGS, SettingsSchema } from '../../src/settings/schema.ts'
import type { Manifest } from './rules.ts'

/** What can be said of the chart without Helm. What Helm makes of it: rendered.chart.ts. */

const read = (file: string): string => readFileSync(file, 'utf8')
const VALUES = read(`${CHART}/values.yaml`)
const values = parse(VALUES) as Readonly<Record<string, unknown>>

describe('what is made from something else is in step: npm run generate', () => {
  test('values.schema.json', () => {
    expect(JSON.parse(read(`${CHART}/values.schema.json`))).toEqual(VALUES_SCHEMA)
  })

  test('the settings of values.yaml', () => expect(withSettings(VALUES)).toBe(VALUES))

  test('the template of the settings file', () => {
    expect(read(`${CHART}/templates/_settings.tpl`)).toBe(SETTINGS_TEMPLATE)
  })

  test('the tables of README.md', () => {
    const readme = read(`${CHART}/README.md`)
    expect(withTables(readme, { values: VALUES, rbac: read('deploy/rbac.yaml') })).toBe(readme)
  })

  test('every alert is in README.md, and no other', () => {
    const [, section = ''] = read(`${CHART}/README.md`).split(/^## Alerts$/m)
    const told = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    const rules = read(`${CHART}/templates/prometheusrule.yaml`)
    const made = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name)
    expect(told.toSorted()).toEqual(made.toSorted())
  })

  test('deploy/rbac.yaml is a part of deploy/base', () => {
    const documents = (file: string) =>
      parseAllDocuments(read(file)).map((document) => document.toJS() as unknown)
    const all = documents('deploy/base/slackwater.yaml')
    for (const object of documents('deploy/rbac.yaml')) expect(all).toContainEqual(object)
  })
})

describe('values', () => {
  test('have every setting but the namespace, which is the release’s, and what the webhook has already', () => {
    const settings = Object.keys(SettingsSchema.properties)
    expect([...Object.keys(SETTINGS), ...SET_BY_CHART].toSorted()).toEqual(settings.toSorted())
    expect(SET_BY_CHART).toEqual(['ownNamespace', 'webhook'])
  })

  test('the settings are by default what the program has by default', () => {
    const given = Object.fromEntries(Object.entries(values).filter(([key]) => key in SETTINGS))
    // No feature gate is as good as none said.
    const settings = { ...DEFAULT_SETTINGS, featureGates: {} }
    expect(parseSettings(given)).toEqual({ ok: true, settings })
  })

  test('each is described by the comment above it', () => {
    const silent = valueRows(VALUES).filter(({ comment }) => comment === '')
    expect(silent.map((row) => row.path)).toEqual([])
  })

  /** Of a parent chart: not a value of ours. */
  const CONDITION = 'enabled'

  test('are those of the schema, and no others', () => {
    const commented = Object.keys(SETTINGS).filter((key) => VALUES.includes(`\n# ${key}: `))
    const named = [...Object.keys(values), ...commented, CONDITION]
    expect(named.toSorted()).toEqual(Object.keys(VALUES_SCHEMA.properties ?? {}).toSorted())
  })

  test('of each object are those of the schema, too: rendered.chart.ts changes each row', () => {
    const rows = valueRows(VALUES).map((row) => row.path)
    const isIn = (leaf: string) => rows.some((row) => leaf === row || leaf.startsWith(`${row}.`))
    const leaves = leavesOf(VALUES_SCHEMA, '').filter((leaf) => !((leaf.split('.')[0] ?? '') in SETTINGS))
    expect(leaves.length).toBeGreaterThan(rows.length)
    expect(leaves.filter((leaf) => !isIn(leaf))).toEqual([CONDITION])
  })

  /** What goes into an object of Kubernetes as it stands: its own API server knows its fields. */
  const OPEN = ['resources', 'affinity', 'tolerations', 'topologySpreadConstraints', 'global']
  const OPEN_TOO = ['extraEnv', 'extraVolumes', 'extraVolumeMounts', 'metricsFrom', 'webhookFrom']
  const OPEN_LAST = ['podSecurityContext', 'containerSecurityContext']

  test('are closed, but for parts of objects of Kubernetes', () => {
    expect(openIn(VALUES_SCHEMA, '').toSorted()).toEqual([...OPEN, ...OPEN_TOO, ...OPEN_LAST].toSorted())
  })
})

/** The paths to what has no properties of its own. */
const leavesOf = ({ properties = {} }: Field, prefix: string): readonly string[] =>
  Object.entries(properties).flatMap(([key, one]) =>
    one.properties === undefined ? [`${prefix}${key}`] : leavesOf(one, `${prefix}${key}.`),
  )

/** The last keys of the paths to objects that take any key with any value. */
function openIn(field: Field, key: string): readonly string[] {
  if (field.type === 'array') return openIn(field['items'] as Field, key)
  if (field.type !== 'object') return []
  if (field['patternProperties'] !== undefined) return []
  const inner = Object.entries(field.properties ?? {}).flatMap(([name, one]) => openIn(one, name))
  return field['additionalProperties'] === false ? inner : [key, ...inner]
}

describe('the comparison with other charts', () => {
  /** What stands as code in a text, if it looks like the path of a value. */
  const namedIn = (text: string): readonly string[] =>
    [...text.matchAll(/`([A-Za-z]+(?:\.[A-Za-z]+)*)`/g)].map(([, name = '']) => name)
  const paths = [...Object.keys(SETTINGS), ...valueRows(VALUES).map((row) => row.path)]

  test('names no value of ours that is not there', () => {
    const named = COMPARED.flatMap(({ ours }) => namedIn(ours))
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((name) => !paths.includes(name))).toEqual([])
  })

  test('says of the PodDisruptionBudget what is in it', () => {
    const [row] = COMPARED.filter(({ what }) => what === 'PodDisruptionBudget')
    expect(row?.ours).toContain('A Pod that is not ready may always be evicted')
    expect(read(`${CHART}/templates/poddisruptionbudget.yaml`)).toContain(
      '\n  unhealthyPodEvictionPolicy: AlwaysAllow\n',
    )
  })

  test('says something in each cell, and which versions were read', () => {
    for (const row of COMPARED) expect(Object.values(row).filter((cell) => cell.trim() === '')).toEqual([])
    for (const version of Object.values(COMPARED_WITH)) expect(version).toMatch(/ \d+\.\d+\.\d+/)
  })
})

describe('Chart.yaml', () => {
  const chart = parse(read(`${CHART}/Chart.yaml`)) as Readonly<Record<string, string>> & {
    readonly annotations: Readonly<Record<string, string>>
    readonly sources: readonly string[]
    readonly maintainers: readonly Readonly<Record<string, string>>[]
  }
  const HOME = packageJson.homepage

  interface Link {
    readonly name: string
    readonly url: string
  }

  /** An annotation of Artifact Hub, which is YAML in a text. */
  const hub = <Shape>(name: string): Shape =>
    parse(chart.annotations[`artifacthub.io/${name}`] ?? '') as Shape

  /** The file or folder of this repository that an address is of; undefined for another address. */
  const fileOf = (url: string): string | undefined =>
    /^https:\/\/(?:github\.com|raw\.githubusercontent\.com)\/slackwater\/slackwater\/(?:(?:tree|blob)\/)?main\/(.+)$/.exec(
      url,
    )?.[1]

  test('says where it comes from and who keeps it, and has a picture that is there', () => {
    expect([chart['home'], ...chart.sources]).toEqual([HOME, HOME])
    for (const { name = '', url = '' } of chart.maintainers) {
      expect(name).not.toBe('')
      expect(HOME.startsWith(`${url}/`)).toBe(true)
    }
    expect(read(fileOf(chart['icon'] ?? '') ?? '')).toContain('<svg xmlns="http://www.w3.org/2000/svg"')
    expect(chart['kubeVersion']).toMatch(/^>=1\.\d+\.0-0$/)
  })

  test('every link of Artifact Hub is to a file of the repository, or to its issues', () => {
    const links = hub<readonly Link[]>('links')
    expect(links.length).toBeGreaterThan(2)
    for (const { url } of links) {
      if (url === `${HOME}/issues`) continue
      expect(existsSync(fileOf(url) ?? ''), url).toBe(true)
    }
  })

  test('has no annotation that the next release could make false, such as changes or prerelease; and no CRDs', () => {
    expect(Object.keys(chart.annotations)).toEqual(
      ['category', 'license', 'links', 'images'].map((name) => `artifacthub.io/${name}`),
    )
    expect(existsSync(`${CHART}/crds`)).toBe(false)
  })

  test('has the version of the program, twice and in the image', () => {
    expect([chart['version'], chart['appVersion']]).toEqual([packageJson.version, packageJson.version])
    const { repository } = values['image'] as { readonly repository: string }
    expect(parse(chart.annotations['artifacthub.io/images'] ?? '')).toMatchObject([
      { image: `${repository}:${packageJson.version}` },
    ])
  })

  test('says of the program what package.json says', () => {
    expect(chart['description']).toBe(packageJson.description)
    expect(chart.annotations['artifacthub.io/license']).toBe(packageJson.license)
  })
})

describe('numbers that the program has too', () => {
  const deployment = read(`${CHART}/templates/deployment.yaml`)

  test('our own sleep is K + J', () => {
    const { sleepSeconds } = values['termination'] as { readonly sleepSeconds: number }
    expect(sleepSeconds).toBe(DEFAULT_TERMS.kubeProxy + DEFAULT_TERMS.margin)
  })

  test('the drain delay stands in values.yaml alone: the program has none of its own', async () => {
    expect(deployment).toContain('--drain-delay={{ .Values.termination.drainSeconds }}')
    const said: string[] = []
    const silent = { err: () => undefined, readStdin: () => Promise.resolve(''), width: 100, color: false }
    const terminal = { ...silent, onSignal: () => undefined, exit: () => undefined }
    await runProgram(['serve', '--help'], { ...terminal, out: (text) => void said.push(text) })
    const options = said.join('').split(/^ {2}(?=-)/m)
    expect(options.find((option) => option.startsWith('--drain-delay'))).toContain('(default: 0)')
  })

  test('the grace period holds what is in flight as long as the server does', () => {
    const [, longest = ''] = /LONGEST_REQUEST = (\w+)/.exec(read('src/server/run-server.ts')) ?? []
    expect(Number(longest.replace('_', '')) / 1000).toBe(30)
    expect(deployment).toContain('.Values.termination.sleepSeconds .Values.termination.drainSeconds 35')
  })

  test('the Lease', () => {
    expect(read(`${CHART}/templates/rbac.yaml`)).toContain(
      `resourceNames: [${LEASE_NAME}]\n    verbs: [get, update]`,
    )
  })

  test('the age from which nothing is injected', () => {
    expect(read(`${CHART}/templates/prometheusrule.yaml`)).toContain(
      `(slackwater_watch_age_seconds) > ${LONGEST_AGE}\n`,
    )
  })
})

/** Of the API server (k8s.io/apiserver, pkg/admission/metrics/metrics.go). */
const API_SERVERS = [
  'apiserver_admission_webhook_fail_open_count',
  'apiserver_admission_webhook_rejection_count',
  'apiserver_admission_webhook_admission_duration_seconds_bucket',
]

test.for(['templates/prometheusrule.yaml', 'files/dashboard.json'])(
  'every metric of %s exists',
  async (file) => {
    const metrics = createMetrics('test')
    metrics.watchAges(() => [])
    metrics.controller.namespaces(() => [])
    metrics.controller.stuckGates(() => 0)
    metrics.loadBalancerController(() => undefined)
    const { text } = await metrics.expose()
    const ours = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    )
    const named = [
      ...read(path.join(CHART, file)).matchAll(/\b(?:slackwater|apiserver|process|nodejs)_\w+/g),
    ].map(String)
    expect(named.length).toBeGreaterThan(5)
    expect([...new Set(named)].filter((name) => ![...ours, ...API_SERVERS].includes(name))).toEqual([])
  },
)

test('the dashboard is JSON, its panels have numbers of their own and do not overlap', () => {
  const { panels } = JSON.parse(read(`${CHART}/files/dashboard.json`)) as {
    readonly panels: readonly {
      readonly id: number
      readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
    }[]
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const cells = panels.flatMap(({ gridPos: { x, y, w } }) =>
    Array.from({ length: w }, (_, i) => `${x + i},${y}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
})

test('the patch of deploy/README.md leaves a namespace out of every webhook', () => {
  const [block = ''] = /^patches:\n[\s\S]*?(?=^```)/m.exec(read('deploy/README.md')) ?? []
  const { patches } = parse(block) as {
    readonly patches: readonly { readonly patch: string; readonly target: { readonly kind: string } }[]
  }
  const documents = parseAllDocuments(read('deploy/base/slackwater.yaml'))
  const configurations = documents
    .map((document) => document.toJS() as Manifest)
    .filter(({ kind }) => kind.endsWith('WebhookConfiguration'))
  const webhooks = configurations.flatMap((configuration) => {
    const patch = patches.find(({ target }) => target.kind === configuration.kind)?.patch ?? ''
    return (
      jsonPatch.applyPatch(configuration, parse(patch) as Operation[], true, false).newDocument.webhooks ?? []
    )
  })
  expect(webhooks).toHaveLength(5)
  for (const { namespaceSelector } of webhooks)
    expect(namespaceSelector.matchExpressions).toEqual([
      expect.objectContaining({ operator: 'NotIn', values: expect.arrayContaining(['monitoring']) }),
    ])
})

test('each overlay of deploy/ is in the mode that it is called after', () => {
  const overlays = readdirSync('deploy/overlays')
  expect(overlays.toSorted()).toEqual(['dry-run', 'enforce'])
  for (const mode of overlays)
    expect(parse(read(`deploy/overlays/${mode}/settings.yaml`))).toMatchObject({ mode })
})
