import { describe, expect, test } from 'vitest'
import { shop } from './manifests.ts'
import { folderOf, inProcess, STATED_SETTINGS } from './run.ts'

/**
 * What `plan` prints of several workloads. C 5 + max(P 25, min(D 60, P 25 + R 10)) + J 5 = 45, + A 30 = 75 behind an
 * ALB; C 5 + P 120 + R 10 + J 5 = 140, + 30 = 170 behind an NLB.
 */

const plan = (files: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  inProcess(['plan', '-f', folderOf(files), '--settings', STATED_SETTINGS, ...args])

const flat = (text: string): string => text.replace(/\s+/g, ' ')

/** A Deployment in `shop`, behind the load balancer that its annotation names, or behind none. */
const workload = (name: string, { assume = '', container = '', pod = '' } = {}): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata:
      labels: { app: ${name} }
      annotations: {${assume === '' ? '' : ` slackwater.dev/assume: ${assume} `}}
    spec:
${pod}      containers:
        - name: app
          image: registry.example.com/${name}:1
          readinessProbe: { httpGet: { port: 80 } }
${container}`

const SLEEPS_10 = '          lifecycle: { preStop: { sleep: { seconds: 10 } } }\n'
const SLEEPS_45 = SLEEPS_10.replace('10', '45')

const THREE = {
  'a.yaml': shop({ delay: 60 }),
  'b.yaml': workload('chat', { assume: 'nlb-ip' }),
  'c.yaml': workload('cron') + workload('worker'),
}

/** Pods that find each other through the Service that the load balancer sends to, on two ports. */
const PEERS = `apiVersion: v1
kind: Service
metadata:
  name: queue
  namespace: depot
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: external
    service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip
spec:
  type: LoadBalancer
  selector: { app: queue }
  ports: [{ name: clients, port: 4222 }, { name: peers, port: 6222 }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: queue, namespace: depot }
spec:
  serviceName: queue
  replicas: 3
  selector: { matchLabels: { app: queue } }
  template:
    metadata: { labels: { app: queue } }
    spec: { containers: [{ name: queue, image: registry.example.com/queue:1 }] }
`

describe('the summary', () => {
  test('begins with what was read, what would change and what is behind no load balancer', async () => {
    const { out } = await plan(THREE)
    // Namespace, Deployment, Service, Ingress, IngressClass; and three Deployments.
    expect(
      flat(out).startsWith('8 objects read, 4 workloads: 2 would change, 2 not behind a load balancer.'),
    ).toBe(true)
    expect(flat(out)).toContain('load balancer. Nothing needs attention')
  })

  test('has one line for each workload behind a load balancer, with its numbers before and after', async () => {
    const { out } = await plan(THREE)
    expect(out).toMatch(/^ {2}Deployment shop\/web +ALB ip +would change +0→45 +30→75 +·$/m)
    expect(out).toMatch(/^ {2}Deployment shop\/chat +NLB ip +would change +0→140 +30→170 +·$/m)
    expect(out).not.toContain('shop/cron')
    expect(out).not.toContain('shop/worker')
    expect(out).not.toContain('SIGTERM at')
    expect(out).not.toContain('@@')
  })

  test('explains the verdicts that it shows, and no other', async () => {
    const short = await plan({
      ...THREE,
      'd.yaml': workload('old', { assume: 'alb-ip', container: SLEEPS_10 }),
    })
    expect(short.out).toMatch(/^ {2}Deployment shop\/old +ALB ip +too short +10 +30 +1$/m)
    expect(flat(short.out)).toContain('too short: nothing to change, but a hook is too short')
    expect(flat((await plan(THREE)).out)).not.toContain('too short:')
  })

  test('a hook of unknown length is not called too short', async () => {
    const asks = 'lifecycle: { preStop: { exec: { command: [/app/wait-for-load-balancer] } } }'
    const container = SLEEPS_10.replace(/lifecycle:.*$/m, asks)
    expect(container).toContain(asks)
    const { out } = await plan({ ...THREE, 'd.yaml': workload('old', { assume: 'alb-ip', container }) })
    expect(out).toMatch(/^ {2}Deployment shop\/old +ALB ip +unknown hook +\? +30 +·$/m)
    expect(flat(out)).toContain('unknown hook: nothing to change; how long its hook takes cannot be read')
    expect(flat(out)).toContain('1 with a hook of unknown length')
    expect(flat(out)).not.toContain('too short')
  })

  test('counts each state once: together they are all workloads', async () => {
    const hooked = '      terminationGracePeriodSeconds: 75\n'
    const { out } = await plan({
      ...THREE,
      'd.yaml': workload('old', { assume: 'alb-ip', container: SLEEPS_10 }),
      'e.yaml': workload('safe', { assume: 'alb-ip', container: SLEEPS_45, pod: hooked }),
      'f.yaml': workload('stated', { assume: 'alb-ip', pod: '      terminationGracePeriodSeconds: 30\n' }),
      'g.yaml': workload('gone', { assume: 'alb-ip', pod: '' }).replace(
        'replicas: 3',
        'strategy: { type: Recreate }',
      ),
    })
    expect(flat(out)).toContain(
      '8 workloads: 2 would change, 1 would change in its Pods only, 1 protected already, 1 too short, 1 withheld, 2 not behind a load balancer. 2 workloads need attention',
    )
  })

  test('tells a workload that stands in several files apart by its place', async () => {
    const { out } = await plan({ 'a.yaml': shop({ delay: 60 }), 'b.yaml': shop({ delay: 60 }) })
    expect(out.match(/^ {2}Deployment shop\/web/gm)).toHaveLength(2)
    expect(out).toMatch(/^ {4}\S+a\.yaml:8$/m)
    expect(out).toMatch(/^ {4}\S+b\.yaml:8$/m)
  })

  test('counts it as often as it stands there, with what it has', async () => {
    const old = workload('old', { assume: 'alb-ip', container: SLEEPS_10 })
    const other = old.replace('name: old', 'name: older')
    const { out } = await plan({ 'a.yaml': old, 'b.yaml': old, 'c.yaml': other })
    expect(flat(out)).toContain('3 workloads need attention')
    expect(flat(out)).toContain(
      'prestop-too-short: preStop of app sleeps 10 s, it needs 45 s (3 workloads: 2 × Deployment shop/old, Deployment shop/older)',
    )
  })

  test('names what can be done next', async () => {
    const text = flat((await plan(THREE)).out)
    for (const option of ['--details', '--patched', '--write-to', 'slackwater explain ID: '])
      expect(text).toContain(option)
  })

  test.each(['--write-to', '--in-place'])('names no way to write what %s has written', async (option) => {
    const folder = folderOf(THREE)
    const args = option === '--in-place' ? [option] : [option, folderOf({})]
    const { out } = await inProcess(['plan', '-f', folder, ...args])
    expect(out).toContain('\nNext\n  --details')
    expect(out).not.toContain('--patched')
  })

  test('nor where there is nothing to write', async () => {
    const { out } = await plan({ 'c.yaml': THREE['c.yaml'] })
    expect(out).toContain('\nNext\n  --details')
    expect(out).not.toContain('--patched')
  })

  test('a sentence with a reason begins with the namespace, and so ends with the command to copy', async () => {
    const text = flat((await plan({ 'a.yaml': PEERS, 'b.yaml': workload('cron') })).out)
    expect(text).toContain('Namespaces depot: no readiness-gate label, Pods of StatefulSet depot/queue reach')
    expect(text).toContain(
      'kubectl label namespace depot elbv2.k8s.aws/pod-readiness-gate-inject=enabled Next',
    )
  })

  test('ports of one Service that need the same are not compared', async () => {
    const { out } = await plan({ 'a.yaml': PEERS }, '--details')
    expect(out).toContain('behind NLB, ip targets: Service depot/queue:6222')
    expect(out).not.toContain('decided by')
  })

  test('says how much of the input could not be used', async () => {
    const { out, err, code } = await plan({ ...THREE, 'z.yaml': 'kind: [\n' })
    expect(out).toContain('1 problem with the input (on standard error)')
    expect(err).toContain('z.yaml')
    expect(code).toBe(2)
  })

  test('of manifests without a workload says just that', async () => {
    const { out } = await plan({ 'a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n' })
    expect(out).toBe('1 object read, no workload among them.\n')
  })
})

describe('--details', () => {
  test('shows each workload in full, those behind no load balancer too', async () => {
    const { out } = await plan(THREE, '--details')
    expect(out.match(/SIGTERM at \d+ s/g)).toEqual(['SIGTERM at 45 s', 'SIGTERM at 140 s'])
    expect(out.match(/^@@/gm)?.length).toBeGreaterThan(1)
    expect(out).toContain('Deployment shop/cron: not-exposed')
    expect(out).toContain('Deployment shop/worker: not-exposed')
    expect(flat(out).startsWith('8 objects read, 4 workloads: 2 would change')).toBe(true)
  })

  test('is what a single workload gets without it', async () => {
    const given = ['plan', '-f', '-', '--settings', STATED_SETTINGS]
    const brief = await inProcess(given, { input: shop({ delay: 60 }) })
    const full = await inProcess([...given, '--details'], { input: shop({ delay: 60 }) })
    expect(brief.out).toContain('SIGTERM at 45 s')
    expect(brief).toEqual(full)
  })

  test('changes neither the documents nor the exit code', async () => {
    for (const format of ['json', 'yaml']) {
      const files = { 'a.yaml': shop(), 'b.yaml': workload('chat', { assume: 'nlb-ip' }) }
      const folder = folderOf(files)
      const args = ['plan', '-f', folder, '-o', format, '--settings', STATED_SETTINGS]
      const brief = await inProcess(args)
      expect(brief.out).toContain('shop')
      expect(await inProcess([...args, '--details'])).toEqual(brief)
    }
  })
})

describe('findings', () => {
  test('that are the same are one line, with the number of workloads and a few names', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const files = Object.fromEntries(
      names.map((name) => [
        `${name}.yaml`,
        workload(name, { assume: 'alb-ip' }).replace(/ +readinessProbe.*\n/, ''),
      ]),
    )
    const { out } = await plan(files)
    expect(out.match(/readiness-probe-missing/g)).toHaveLength(1)
    expect(flat(out)).toContain(
      '! readiness-probe-missing: no container has a readiness probe: a pod counts as ready as soon as it runs (5 workloads: Deployment shop/a, Deployment shop/b, Deployment shop/c and 2 more)',
    )
    // Fixed by the change: only how often.
    expect(flat(out)).toContain('✓ fixed by the changes, with number of workloads: prestop-missing (5)')
  })

  test('of one kind with other numbers are below each other, and no more than three', async () => {
    const files = Object.fromEntries(
      [11, 12, 13, 14, 15].map((length) => [
        `${length}.yaml`,
        workload(`w${length}`, { assume: 'alb-ip', container: SLEEPS_10.replace('10', String(length)) }),
      ]),
    )
    const text = flat((await plan(files)).out)
    expect(text).toContain('! prestop-too-short: a preStop hook ends too early (5 workloads)')
    for (const length of [11, 12, 13])
      expect(text).toContain(`Deployment shop/w${length}: preStop of app sleeps ${length} s, it needs 45 s`)
    expect(text).not.toContain('sleeps 14 s')
    expect(text).toContain('and 2 others: --details has all')
  })

  test('do not repeat what the table of terms says', async () => {
    // No attribute list: D is assumed, and it stands in the table.
    const assumed = shop().replace(/ +alb.ingress.kubernetes.io\/target-group-attributes.*\n/, '')
    const { out } = await plan({ 'a.yaml': assumed })
    expect(out).toMatch(/ D +300 +deregistration delay +assumed: AWS default/)
    expect(out).not.toContain('deregistration-delay-assumed')
    const { objects } = JSON.parse((await plan({ 'a.yaml': assumed }, '-o', 'json')).out)
    expect(objects[0].findings.map(({ id }: { readonly id: string }) => id)).toContain(
      'deregistration-delay-assumed',
    )
  })

  test('about peak pods speak only against a ResourceQuota', async () => {
    const quota = (pods: number): string =>
      `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: team, namespace: shop }\nspec: { hard: { pods: ${pods} } }\n`
    const told = async (
      files: Readonly<Record<string, string>>,
      ...args: readonly string[]
    ): Promise<boolean> => (await plan(files, ...args)).out.includes('rollout-peak-pods')
    expect(await told(THREE)).toBe(false)
    expect(await told(THREE, '--details')).toBe(false)
    // Twice 3 replicas.
    expect(await told({ ...THREE, 'q.yaml': quota(5) })).toBe(true)
    expect(await told({ ...THREE, 'q.yaml': quota(6) })).toBe(false)
  })
})

test('namespaces with the same to do are one line; those that have their label none', async () => {
  const files = Object.fromEntries(
    ['a', 'b', 'c'].map((name) => [`${name}.yaml`, shop({ delay: 60, label: '' }).replaceAll('shop', name)]),
  )
  const { out } = await plan({ ...files, 'shop.yaml': shop({ delay: 60 }) })
  expect(flat(out)).toContain('gets the label elbv2.k8s.aws/pod-readiness-gate-inject=enabled: a, b, c')
  expect(out).not.toContain('has the label already')
})
