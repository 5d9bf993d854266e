import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import { parseReport } from '../../src/report/parse-report.ts'
import type { Report } from '../../src/report/schema.ts'
import { shop } from './manifests.ts'
import { folderOf, type Ran, slackwater } from './run.ts'

/** The report of a serve that answers from manifests, as the README leads to it: no cluster anywhere. */

let child: ChildProcess | undefined
afterEach(async () => {
  if (child === undefined) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  child = undefined
})

/** @returns asks it for its report. */
async function serving(...args: readonly string[]): Promise<(...args: readonly string[]) => Ran> {
  const fixed = ['--self-signed', '--host', '127.0.0.1', '--port', '0', '--health-port', '0']
  const program = [path.resolve('dist/main.js'), 'serve', ...fixed, '--report-port', '0']
  child = spawn(process.execPath, [...program, '--manifests', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { stdout } = child
  if (stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: stdout })) {
    const { msg, reportPort } = JSON.parse(line) as { readonly msg: string; readonly reportPort: number }
    if (msg !== 'listening') continue
    stdout.resume()
    return (...options) => slackwater(['report', '--address', `127.0.0.1:${reportPort}`, ...options])
  }
  throw new Error('the server did not start')
}

function parsed({ out }: Ran): Report {
  const read = parseReport(JSON.parse(out))
  if (!read.ok) throw new Error(read.problem)
  return read.report
}

const POD = `apiVersion: v1
kind: Pod
metadata: { name: alone, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: web, image: nginx }] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: once, namespace: shop }
spec: { template: { spec: { containers: [{ name: once, image: busybox }] } } }
---
`

describe('of a shop', () => {
  test('for people: what would change, and that what runs is not known', async () => {
    const folder = folderOf({ 'shop.yaml': `${POD}${shop()}` })
    const { code, out, err } = (await serving(folder))()
    expect(err).toBe('')
    expect(code).toBe(1)
    expect(out.replaceAll(/\n +/g, ' ')).toContain(
      `from manifests (${folder}): running Pods are unknown, so none are counted`,
    )
    expect(out).not.toMatch(/leader|s old|no load balancer controller/)
    // One Deployment; D = 30: 5 + max(25, min(30, 35)) + 5 = 40, and 30 for the application.
    expect(out).toContain('1 of 1 workload in 1 namespace is behind a load balancer')
    expect(out).toContain('Deployment web: would change, sleep 40 s, grace period 70 s')
    expect(out).toMatch(/^ {2}shop +1 +· +1 +· +\? +\?$/m)
  })

  test('what is accepted: shown with its reason, and not counted', async () => {
    const accepted = shop().replace(
      '  namespace: shop\nspec:\n  replicas',
      '  namespace: shop\n  annotations:\n    slackwater.dev/accept: >-\n' +
        '      deregistration-delay-cuts-requests: a shared ALB; prestop-missing: soon; stale-gate: old\n' +
        'spec:\n  replicas',
    )
    const ask = await serving(folderOf({ 'shop.yaml': accepted }))
    // Of the two findings that count without it, prestop-missing is fixed by the change: it is accepted for nothing.
    const { code, out } = ask()
    expect(code).toBe(0)
    expect(out).toContain('\n1 accepted: deregistration-delay-cuts-requests (a shared ALB)\n')
    expect(out).toContain('    accepted: deregistration-delay-cuts-requests (a shared ALB)\n')
    expect(out).not.toContain('stays:')
    const details = ask('--details').out.replaceAll(/\n +/g, ' ')
    expect(details).toMatch(/· accepted: deregistration-delay-cuts-requests: .*\(a shared ALB; annotation/)
    expect(details).toContain('· accepted here, but not found: stale-gate')
    const report = parsed(ask('-o', 'json'))
    expect(report.namespaces.map(({ warnings }) => warnings)).toEqual([0])
    expect(report.workloads[0]?.unusedAccepts).toEqual(['stale-gate'])
    const counted = report.totals.findings.map(({ id, workloads, ended, accepted }) => [
      id,
      workloads,
      ended,
      accepted,
    ])
    expect(counted).toContainEqual(['deregistration-delay-cuts-requests', 1, 0, 1])
    expect(counted).toContainEqual(['prestop-missing', 1, 1, 0])
  })

  test('--fail-on decides which findings end it with 1', async () => {
    const ask = await serving(folderOf({ 'shop.yaml': shop() }))
    const codes = ['error', 'warning', 'none'].map((severity) => ask('--fail-on', severity).code)
    expect(codes).toEqual([0, 1, 0])
  })

  test('as data: the same shape, with where it comes from', async () => {
    const folder = folderOf({ 'shop.yaml': `${POD}${shop()}`, 'other.yaml': shop({ label: '' }) })
    const report = parsed((await serving(folder))('-o', 'json'))
    expect(report).toMatchObject({ manifests: [folder], missing: [], unreadable: [], otherPods: [] })
    expect(report.cluster).not.toHaveProperty('leader')
    expect(report.cluster.watches).toEqual([])
    // Of the same Deployment in two files one, as after kubectl apply.
    expect(report.workloads.map(({ kind, name, pods }) => [kind, name, pods])).toEqual([
      ['Deployment', 'web', undefined],
    ])
  })

  test('of one namespace, objects that name none where -n says', async () => {
    const folder = folderOf({
      'shop.yaml': shop(),
      'none.yaml': shop().replaceAll('  namespace: shop\n', '').replaceAll('name: shop', 'name: team'),
    })
    const ask = await serving(folder, '--namespace', 'team')
    const inNamespace = (name: string) =>
      parsed(ask('-n', name, '-o', 'json')).workloads.map(({ namespace }) => namespace)
    expect(inNamespace('team')).toEqual(['team'])
    expect(inNamespace('shop')).toEqual(['shop'])
    expect(inNamespace('default')).toEqual([])
  })
})

test('of the examples: the verdicts and budgets that plan has', async () => {
  const ask = await serving('examples')
  const planned = JSON.parse(slackwater(['plan', '-f', 'examples', '-o', 'json']).out) as Pick<
    Report,
    'workloads'
  > & {
    readonly objects: Report['workloads']
  }
  const told = ({ kind, namespace, name, verdict, budget }: Report['workloads'][number]) =>
    JSON.stringify([kind, namespace, name, verdict, budget])
  expect(planned.objects.length).toBeGreaterThan(10)
  expect(parsed(ask('-o', 'json')).workloads.map(told).toSorted()).toEqual(
    planned.objects.map(told).toSorted(),
  )
})

test('a patch of an autoscaler among the files does not keep it from starting', async () => {
  const patch =
    'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec: { minReplicas: 3 }\n'
  const ask = await serving(folderOf({ 'web.yaml': shop(), 'patch.yaml': patch }))
  expect(parsed(ask('-o', 'json')).workloads).toMatchObject([{ kind: 'Deployment', name: 'web' }])
})

test.for<[string, string, string]>([
  ['first', 'alb', 'nginx'],
  ['last', 'nginx', 'alb'],
])(
  'of two variants of an Ingress the one with the ALB counts, though it stands %s',
  async ([, one, other]) => {
    const [before = '', after = ''] = shop().split('apiVersion: networking.k8s.io/v1\nkind: Ingress\n')
    const ingress = (name: string) =>
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${after.replace('ingressClassName: alb', `ingressClassName: ${name}`)}`
    const ask = await serving(
      folderOf({ 'a.yaml': before, 'b-one.yaml': ingress(one), 'c-other.yaml': ingress(other) }),
    )
    // 5 + max(25, min(30, 35)) + 5 = 40, and 30 for the application.
    expect(parsed(ask('-o', 'json')).workloads).toMatchObject([
      { name: 'web', verdict: 'inject', budget: { sleepSeconds: 40, gracePeriodSeconds: 70 } },
    ])
  },
)
