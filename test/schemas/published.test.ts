import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { publishedSchemas } from '../../scripts/schemas/published.ts'
import { isRecord } from '../../src/core/model/json-value.ts'
import { lintDocument } from '../../src/render/lint-document.ts'
import { planDocument } from '../../src/render/plan-document.ts'
import { resultOfPlan } from '../../src/result/from-plan.ts'
import { shop } from '../audit/cluster.ts'
import { FIXTURES, planOf } from '../cli/fixture-plans.ts'
import { kubeconfig } from '../cli/following.ts'
import { folderOf, inProcess, slackwater } from '../cli/run.ts'
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { playedLog, playedReport } from '../measure/played.ts'
import { bigCluster } from '../report/big-cluster.ts'
import { ReportedCluster } from '../report/cluster.ts'

const FOLDER = 'docs/schemas'
const PUBLISHED = publishedSchemas()

test('docs/schemas has each schema as it is made, and no other file: npm run generate writes them', () => {
  const files = readdirSync(FOLDER).sort()
  expect(files).toEqual([...PUBLISHED.keys()].sort())
  for (const [name, text] of PUBLISHED) expect(readFileSync(path.join(FOLDER, name), 'utf8')).toBe(text)
})

const schemaOf = (command: string): object => JSON.parse(PUBLISHED.get(`${command}.v1.json`) ?? '')

/** Fields, with where they stand, and their schemas. */
function* fieldsIn(node: unknown, where = ''): Generator<readonly [where: string, field: unknown]> {
  if (typeof node !== 'object' || node === null) return
  if (isRecord(node) && isRecord(node['properties']))
    for (const [name, field] of Object.entries(node['properties'])) yield [`${where}.${name}`, field]
  for (const [key, part] of Object.entries(node)) yield* fieldsIn(part, `${where}/${key}`)
}

/** With each object closed: a field that no schema knows is a problem. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed)
  if (!isRecord(node)) return node
  const parts = Object.fromEntries(Object.entries(node).map(([key, part]) => [key, closed(part)]))
  return isRecord(node['properties']) && node['additionalProperties'] === undefined
    ? { ...parts, additionalProperties: false }
    : parts
}

/** What a validator that knows nothing of ours objects to. */
function problemsOf(command: string, document: unknown): readonly string[] {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false })
  const check = ajv.compile(closed(schemaOf(command)) as object)
  return check(document)
    ? []
    : (check.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
      )
}

describe.for(['audit', 'explain', 'lint', 'measure', 'plan', 'report'])('the schema of %s', (command) => {
  test('says of every field what it is', () => {
    const fields = [...fieldsIn(schemaOf(command))]
    expect(fields.length).toBeGreaterThan(15)
    const dumb = fields.filter(
      ([, field]) => isRecord(field) && field['description'] === undefined && field['$ref'] === undefined,
    )
    expect(dumb.map(([where]) => where)).toEqual([])
  })

  test('names its version, which the documents carry', () => {
    expect(schemaOf(command)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `https://raw.githubusercontent.com/slackwater/slackwater/main/docs/schemas/${command}.v1.json`,
    })
    for (const { properties } of alternativesOf(command))
      expect(properties).toMatchObject({ formatVersion: { const: 1 } })
  })
})

/** The objects that a document may be: of `audit` two. */
function alternativesOf(command: string): readonly { readonly properties?: unknown }[] {
  const { anyOf, $defs, ...own } = schemaOf(command) as {
    readonly anyOf?: readonly { readonly $ref?: string; readonly properties?: unknown }[]
    readonly $defs: Readonly<Record<string, object>>
  }
  return (
    anyOf?.map((part) => (part.$ref === undefined ? part : ($defs[path.basename(part.$ref)] ?? {}))) ?? [own]
  )
}

test('the schema of measure, also with --why', async () => {
  const folder = folderOf({ 'a.log': playedLog(), 'report.json': JSON.stringify(await playedReport()) })
  const [log, report] = ['a.log', 'report.json'].map((name) => path.join(folder, name))
  const args = ['measure', '--access-logs', log ?? '', '--departures', report ?? '', '-o', 'json']
  const { out } = await inProcess([...args, '--why', '2026-10-05T08:35'])
  expect(problemsOf('measure', JSON.parse(out))).toEqual([])
  expect(problemsOf('measure', { ...JSON.parse(out), logs: {} })).not.toEqual([])
})

test('the schema of version', async () => {
  const { out } = await inProcess(['version', '-o', 'json'])
  expect(problemsOf('version', JSON.parse(out))).toEqual([])
  expect(problemsOf('version', { ...JSON.parse(out), clientVersion: {} })).not.toEqual([])
})

test('the validator would object: a field that is missing, one of another type, one that no schema knows', async () => {
  const document = planDocument(await planOf('examples'))
  const [first] = document.objects
  expect(problemsOf('plan', { ...document, notes: undefined })).toHaveLength(1)
  expect(problemsOf('plan', { ...document, objects: [{ ...first, why: 1 }] })).toHaveLength(1)
  expect(problemsOf('plan', { ...document, objects: [{ ...first, weather: 'fine' }] })).toHaveLength(1)
  const exposures = [{ ...first?.exposures[0], service: 'web' }]
  expect(problemsOf('plan', { ...document, objects: [{ ...first, exposures }] })).toHaveLength(1)
})

test.for(FIXTURES.filter((file) => !file.includes('.y')))(
  '%s: every plan and lint is as published',
  async (file) => {
    const plan = await planOf(file)
    expect(problemsOf('plan', JSON.parse(JSON.stringify(planDocument(plan))))).toEqual([])
    const lint = lintDocument(resultOfPlan(plan, { command: 'lint', version: '1.2.3' }))
    expect(problemsOf('lint', JSON.parse(JSON.stringify(lint)))).toEqual([])
  },
)

describe('what the built program prints', () => {
  const broken = folderOf({ 'broken.yaml': 'kind: [\n', 'none.yaml': 'replicas: 3\n' })

  test.for(['plan', 'lint'])('%s', (command) => {
    const { out } = slackwater([command, '-f', 'examples', broken, '-o', 'json'])
    const document = JSON.parse(out)
    expect(problemsOf(command, document)).toEqual([])
    expect(document.problems).not.toEqual([])
  })

  test('explain, of files and of a cluster', async () => {
    const files = await inProcess(['explain', 'deploy/storefront', '-f', 'examples', '-o', 'json'])
    expect(problemsOf('explain', JSON.parse(files.out))).toEqual([])
    expect(JSON.parse(files.out).workloads).toMatchObject([{ position: { line: 8 } }])
    const live = await ofCluster('explain', 'deploy/web', '-n', 'shop', '-o', 'json')
    expect(problemsOf('explain', live)).toEqual([])
    expect(live).toMatchObject({ workloads: [{ pods: {} }] })
  })

  test('audit, of one cluster and of several, one of which does not exist', async () => {
    const one = await ofCluster('audit', '--try', '-o', 'json')
    expect(problemsOf('audit', one)).toEqual([])
    expect(problemsOf('report', one)).toEqual([])
    const several = await ofCluster('audit', '--contexts', 'here,there', '-o', 'json')
    expect(problemsOf('audit', several)).toEqual([])
    expect(several).toMatchObject({ clusters: [{ report: {} }, { problem: expect.anything() }] })
    expect(problemsOf('audit', { formatVersion: 1 })).not.toEqual([])
    expect(problemsOf('audit', { formatVersion: 1, clusters: [{ report: {} }] })).not.toEqual([])
  })

  /** What it prints of a cluster with one workload behind a load balancer. */
  async function ofCluster(...args: readonly string[]): Promise<unknown> {
    const server = await shop()
    const folder = folderOf({ config: kubeconfig(await server.start()) })
    try {
      const { out } = await inProcess([...args, '--kubeconfig', path.join(folder, 'config')])
      return JSON.parse(out)
    } finally {
      await server.stop()
    }
  }

  test('report', async () => {
    const cluster = new ReportedCluster({ mode: 'dry-run' })
    const { services, ingresses, deployments, pods } = bigCluster(1)
    cluster.put(SERVICES, ...services).put(INGRESSES, ...ingresses)
    cluster.put(DEPLOYMENTS, ...deployments).put(PODS, ...pods)
    await cluster.start()
    const report = JSON.stringify(await cluster.report())
    const server = createServer((_, answer) => answer.end(report)).listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => server.once('listening', resolve))
      const { port } = server.address() as AddressInfo
      const { out } = await inProcess(['report', '--address', `127.0.0.1:${port}`, '-o', 'json'])
      expect(problemsOf('report', JSON.parse(out))).toEqual([])
    } finally {
      server.close()
      await cluster.server.stop()
    }
  })
})
