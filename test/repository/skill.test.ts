import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { computeBudget } from '../../src/core/budget/budget.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { shop } from '../audit/cluster.ts'
import { kubeconfig } from '../cli/following.ts'
import { folderOf, inProcess, type Ran } from '../cli/run.ts'
import type { FakeApiServer } from '../cluster/fake-api-server.ts'
import { exposure } from '../core/exposures.ts'
import { playedLbcLog, playedLog } from '../measure/played.ts'

/** docs/skills/slackwater/SKILL.md, taken at its word: every command is run, every field is looked up in what comes out. */

const FILE = 'docs/skills/slackwater/SKILL.md'
const text = readFileSync(FILE, 'utf8')
const [, frontmatter = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []

/** Lines of blocks of code, in a list too. */
const commands = [...body.matchAll(/^ *```\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = '']) =>
  block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
)

const MANIFESTS = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: 'web:1', readinessProbe: { httpGet: { port: 8080 } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations: { alb.ingress.kubernetes.io/target-type: ip }
spec: { ingressClassName: alb, defaultBackend: { service: { name: web, port: { number: 80 } } } }
`

describe('as the convention wants it (agentskills.io/specification)', () => {
  const head: Readonly<Record<string, unknown>> = parse(frontmatter)

  test('its name is that of its folder, in small letters and hyphens', () => {
    expect(head['name']).toBe(path.basename(path.dirname(FILE)))
    expect(head['name']).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  test('it has no other keys, and each within its length', () => {
    const known = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools']
    expect(Object.keys(head).filter((key) => !known.includes(key))).toEqual([])
    expect(String(head['description']).length).toBeGreaterThan(0)
    expect(String(head['description']).length).toBeLessThanOrEqual(1024)
    expect(String(head['compatibility']).length).toBeLessThanOrEqual(500)
  })

  // The convention recommends less than 500 lines and less than 5,000 tokens, each of about four characters.
  test('it is short enough to be read as a whole', () => {
    expect(body.split('\n').length).toBeLessThan(500)
    expect(body.length / 4).toBeLessThan(5000)
  })
})

let server: FakeApiServer
let folder: string
beforeAll(async () => {
  server = await shop()
  folder = folderOf({
    'all.yaml': MANIFESTS,
    config: kubeconfig(await server.start()),
    'access.log': playedLog(),
    'lbc.log': playedLbcLog(),
  })
})
afterAll(() => server.stop())

/** What the page calls the user's files. */
const USERS: Readonly<Record<string, string>> = {
  manifests: 'all.yaml',
  'alb-logs/': 'access.log',
  'lbc.log': 'lbc.log',
}

/** Runs one of its lines: from its manifests, from standard input, or with the kubeconfig of a cluster. */
async function run(line: string): Promise<Ran> {
  const [, args = ''] = /\bslackwater (.*)$/.exec(line) ?? []
  const words = args.split(' ').map((word) => {
    const file = USERS[word]
    return file === undefined ? word : path.join(folder, file)
  })
  const readsCluster = !words.includes('-f') && words.includes('-n')
  const cluster = readsCluster ? ['--kubeconfig', path.join(folder, 'config')] : []
  return await inProcess([...words, ...cluster], { input: MANIFESTS })
}

describe('its commands', () => {
  test('there are some, and each is of Slackwater', () => {
    expect(commands.length).toBeGreaterThan(6)
    expect(commands.filter((line) => !/(^|\| )slackwater [a-z]+ /.test(line))).toEqual([])
  })

  // What they find is 1; 2 would be input that could not be read.
  test.for(commands)('%s', async (line) => {
    const { code, out, err } = await run(line)
    expect(code, err).toBeLessThan(2)
    expect(out).not.toBe('')
  })

  test('none of them writes to a cluster', async () => {
    const before = server.asked.length
    for (const line of commands) await run(line)
    expect(server.asked.slice(before).length).toBeGreaterThan(5)
    expect(server.writes).toEqual([])
  })
})

/** With the default settings, of ip targets and a Pod about which nothing is written; docs/budget.md derives the numbers. */
const budgetOf = (loadBalancer: 'alb' | 'nlb') =>
  computeBudget({
    exposures: [exposure({ loadBalancer })],
    settings: DEFAULT_SETTINGS,
    overrides: { graceful: false },
    pod: { containers: [], sidecarHook: seconds(0), grace: undefined },
    spot: false,
  })

/** As jq reads a path: `a[].b` is every b. */
function at(value: unknown, steps: readonly string[]): readonly unknown[] {
  const [step, ...rest] = steps
  if (step === undefined) return [value]
  const name = step.replace(/\[\]$/, '')
  if (typeof value !== 'object' || value === null || !(name in value)) return []
  const inner: unknown = Reflect.get(value, name)
  if (!step.endsWith('[]')) return at(inner, rest)
  return Array.isArray(inner) ? inner.flatMap((one) => at(one, rest)) : []
}

const [, table = ''] = /<!-- fields -->\n\|.*\n\|-.*\n([\s\S]*?)<!-- end -->/.exec(body) ?? []
const fields = table
  .trimEnd()
  .split('\n')
  .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(.+?)`/g)].map(([, field = '']) => field))

describe('the fields of its table', () => {
  test('there are some', () => expect(fields.length).toBeGreaterThan(12))

  const ofWorkloads = commands.filter((line) => line.includes('-o json') && !line.includes(' measure '))
  test.for(ofWorkloads)('are in what is printed by %s', async (line) => {
    const { out } = await run(line)
    const document: Readonly<Record<string, unknown>> = JSON.parse(out)
    const key = line.includes(' plan ') ? 'objects[]' : 'workloads[]'
    const absent = fields.filter((field) => at(document, [key, ...field.split('.')]).length === 0)
    expect(absent).toEqual([])
    const { sleep, grace } = budgetOf('alb')
    expect(at(document, [key, 'budget', 'sleepSeconds'])).toContain(sleep)
    expect(at(document, [key, 'budget', 'gracePeriodSeconds'])).toContain(grace)
    const lists = line.includes(' plan ') ? ['problems', 'notices'] : ['missing']
    expect(lists.filter((list) => !Array.isArray(document[list]))).toEqual([])
  })

  test('what a workload has, and what its Pods lack, is where it says', async () => {
    const { out } = await run('slackwater explain deployment/web -n shop -o json')
    const document: unknown = JSON.parse(out)
    expect(at(document, ['workloads[]', 'present', 'containers[]', 'name'])).toEqual(['app'])
    expect(at(document, ['workloads[]', 'pods', 'withoutHook'])).toEqual([1])
  })
})

describe('what it says', () => {
  test('the two numbers of its first lines are those of the defaults', () => {
    const [, alb, nlb] =
      /ALB with ip targets needs a sleep of (\d+) s, an NLB with ip targets (\d+) s/.exec(
        body.replaceAll('\n', ' '),
      ) ?? []
    expect([Number(alb), Number(nlb)]).toEqual([budgetOf('alb').sleep, budgetOf('nlb').sleep])
  })

  test('the patched manifests have no warning left that a sleep or a grace period would fix', async () => {
    const patched = await run('slackwater plan -f manifests --patched')
    const fixed = path.join(folderOf({ 'fixed.yaml': patched.out }), 'fixed.yaml')
    const before = await run('slackwater lint -f manifests --without-slackwater')
    const after = await inProcess(['lint', '-f', fixed, '--without-slackwater'])
    expect([before.code, after.code], after.out).toEqual([1, 0])
  })
})
