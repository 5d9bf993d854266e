import path from 'node:path'
import { Check } from 'typebox/value'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { explainText } from '../../src/render/explain-text.ts'
import { paperOf } from '../../src/render/paint.ts'
import { type Explanation, ExplanationSchema } from '../../src/report/explain-schema.ts'
import type { Report } from '../../src/report/schema.ts'
import { deployment, shop } from '../audit/cluster.ts'
import {
  DEPLOYMENTS,
  type FakeApiServer,
  INGRESSES,
  PODS,
  REPLICA_SETS,
  SERVICES,
} from '../cluster/fake-api-server.ts'
import { kubeconfig } from './following.ts'
import { folderOf, inProcess, type Ran, STATED_SETTINGS } from './run.ts'

/** One workload of a live cluster, through an API server over HTTP. */

let server: FakeApiServer
let config: string
beforeEach(async () => {
  server = await shop()
  config = path.join(folderOf({ config: kubeconfig(await server.start()) }), 'config')
})
afterEach(() => server.stop())

const run = (...args: readonly string[]): Promise<Ran> =>
  inProcess([...args, '--kubeconfig', config, '--settings', STATED_SETTINGS])
const explain = (...args: readonly string[]): Promise<Ran> => run('explain', ...args)

test('one workload on one screen, with what its Pods lack; exit code 1', async () => {
  const { code, out, err } = await explain('deploy/web', '-n', 'shop')
  expect({ code, err }).toEqual({ code: 1, err: '' })
  const lines = out.split('\n')
  expect(lines.length).toBeLessThanOrEqual(50)
  expect(lines[0]).toMatch(/^Deployment shop\/web +would change$/)
  for (const words of [
    '  behind ALB, ip targets: Ingress shop/web → default backend → Service',
    'SIGTERM at 45 s, SIGKILL at 75 s at the latest',
    '  → add preStop sleep 45 s to app;',
    '  ! of 1 Pod: 1 without a preStop hook',
  ])
    expect(out).toContain(words)
})

test('what Slackwater would fix can be pasted by hand: it may not be installed', async () => {
  const { out } = await explain('deploy/web', '-n', 'shop')
  expect(out).toContain(`
  ✓ fixed: prestop-missing: no preStop hook on app: it needs 45 s
    without Slackwater: add a sleep of 45 s
      spec:
        template:
          spec:
            terminationGracePeriodSeconds: 75
`)
  expect(out).toContain(
    '\n      kubectl label namespace shop elbv2.k8s.aws/pod-readiness-gate-inject=enabled\n',
  )
  expect(out.replace(/\s+/g, ' ')).toContain(
    'cure: install Slackwater, then slackwater handover deployment/web -n shop; or write both into the manifest',
  )
})

test('the entry is that of an audit of its namespace, and of the published shape', async () => {
  const explained: Explanation = JSON.parse((await explain('deploy/web', '-n', 'shop', '-o', 'json')).out)
  const audited: Report = JSON.parse((await run('audit', '-n', 'shop', '-o', 'json')).out)
  expect(Check(ExplanationSchema, explained)).toBe(true)
  expect(explained.workloads).toEqual(audited.workloads.filter(({ name }) => name === 'web'))
  expect(explained.workloads).toHaveLength(1)
})

test('Pods that lack nothing are told too', async () => {
  const { workloads }: Explanation = JSON.parse((await explain('deploy/web', '-n', 'shop', '-o', 'json')).out)
  const sound = { withoutHook: 0, shortHook: 0, shortGrace: 0, withoutGate: 0, gateNotMet: 0 }
  const text = workloads.map((one) =>
    explainText([{ ...one, pods: { running: 3, ...sound } }], paperOf({ width: 80, color: false })),
  )
  expect(text.join()).toContain('\n  of 3 Pods none lacks its hook, grace period or readiness gate\n')
})

describe('its last rollout, by the Event on it', () => {
  const CORE_EVENTS = '/api/v1/events'
  const event = (name: string, time: string, wanted: object = {}) => ({
    metadata: { name, namespace: 'shop' },
    involvedObject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    reportingComponent: 'slackwater',
    eventTime: time,
    reason: 'RolloutExposed',
    type: 'Warning',
    message:
      'revision 7d9f8b: 3 of 10 were cut: the delete gave a grace of 30 s; to fix it: drain without a grace period of your own',
    ...wanted,
  })
  const covered = {
    reason: 'RolloutCovered',
    type: 'Normal',
    message: 'revision 6c4d5f: 10 of 10 left after 45 s, none cut, gate held 10 of 10',
  }
  const jsonOf = async () =>
    JSON.parse((await explain('deploy/web', '-n', 'shop', '-o', 'json')).out) as Explanation

  test('verdict, text, and what to do', async () => {
    server.serve(CORE_EVENTS)
    server.put(CORE_EVENTS, event('web.1', '2026-03-02T09:12:00.000000Z'))
    const { out } = await explain('deploy/web', '-n', 'shop')
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '! rollout to revision 7d9f8b, ended 2026-03-02 09:12 UTC: exposed: 3 of 10 were cut: the delete gave a grace of 30 s cure: drain without a grace period of your own',
    )
  })

  test('the newest first; what others wrote, and Events about others, are left out', async () => {
    server.serve(CORE_EVENTS)
    for (const one of [
      event('web.1', '2026-03-02T09:12:00.000000Z'),
      event('web.2', '2026-03-02T10:12:00.000000Z', covered),
      event('web.3', '2026-03-02T11:12:00.000000Z', { reportingComponent: 'someone' }),
      event('web.4', '2026-03-02T11:12:00.000000Z', { reason: 'Adopted' }),
      event('web.5', '2026-03-02T11:12:00.000000Z', {
        involvedObject: { kind: 'Deployment', namespace: 'shop', name: 'worker' },
      }),
    ])
      server.put(CORE_EVENTS, one)
    const { workloads } = await jsonOf()
    expect(workloads[0]?.rollouts).toEqual([
      {
        verdict: 'covered',
        revision: '6c4d5f',
        text: '10 of 10 left after 45 s, none cut, gate held 10 of 10',
        ended: '2026-03-02T10:12:00.000Z',
      },
      {
        verdict: 'exposed',
        revision: '7d9f8b',
        text: '3 of 10 were cut: the delete gave a grace of 30 s',
        cure: 'drain without a grace period of your own',
        ended: '2026-03-02T09:12:00.000Z',
      },
    ])
  })

  test('one of any shape tells nothing, and costs nothing of the others', async () => {
    server.serve(CORE_EVENTS)
    for (const odd of [{ message: 7 }, { message: '', series: 'x' }, { eventTime: 'yesterday', series: 'x' }])
      server.put(CORE_EVENTS, event(`web.${JSON.stringify(odd).length}`, '2026-03-02T09:12:00.000000Z', odd))
    const { workloads } = await jsonOf()
    expect(workloads[0]?.rollouts?.map(({ ended, revision }) => [ended, revision])).toEqual([
      [undefined, '7d9f8b'],
    ])
  })

  test.for([
    [403, 'no permission'],
    [500, 'any other failure'],
  ] as const)('%i, %s: it is said, and the exit code is that of the workload', async ([status]) => {
    server.refused.set(CORE_EVENTS, status)
    const { code, err } = await explain('deploy/web', '-n', 'shop')
    expect({ code, err }).toEqual({
      code: 1,
      err: `warning: Events of namespace shop could not be listed, so its last rollout is unknown: ${status}: refused\n`,
    })
  })
})

test('only gets and lists', async () => {
  await explain('deploy/web', '-n', 'shop')
  expect(server.writes).toEqual([])
  expect(server.asked.filter(({ watch }) => watch)).toEqual([])
})

test('not behind a load balancer: explained all the same', async () => {
  const { code, out } = await explain('deploy/worker', '-n', 'shop')
  expect(out).toMatch(/^Deployment shop\/worker\n {2}not-exposed: /)
  expect(code).toBe(0)
})

test('the namespace is that of the context', async () => {
  const { code, err } = await explain('deploy/web')
  expect(err).toContain('there is no Deployment web in namespace default; namespace shop has one: -n shop')
  expect(code).toBe(2)
})

describe('what is not there', () => {
  test('a name: exit code 2, and the one that may be meant', async () => {
    server.put(DEPLOYMENTS, { ...deployment('webb'), metadata: { name: 'webb', namespace: 'shop' } })
    const { code, out, err } = await explain('deploy/wbe', '-n', 'shop')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe('error: there is no Deployment wbe in namespace shop; did you mean web or webb?\n')
  })

  test('a ReplicaSet of a Deployment: which one', async () => {
    server.put(REPLICA_SETS, {
      ...deployment('web'),
      metadata: {
        ...{ name: 'web-6d4b', namespace: 'shop' },
        ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
      },
    })
    const { code, err } = await explain('rs/web-6d4b', '-n', 'shop')
    expect(err).toContain('belongs to Deployment web, which is changed in its place')
    expect(code).toBe(2)
  })

  test('a Pod, and a kind that is not read', async () => {
    expect((await explain('pod/web-6d4b-0', '-n', 'shop')).err).toContain(
      'a Pod is explained with its workload',
    )
    expect((await explain('rc/web', '-n', 'shop')).err).toContain('give its manifest with -f')
  })
})

test('a list that is forbidden is named, the rest goes on; exit code 2', async () => {
  server.refused.set(PODS, 403)
  const { code, out, err } = await explain('deploy/web', '-n', 'shop')
  expect(out).toMatch(/^Deployment shop\/web/)
  expect(err).toContain('warning: pods could not be listed completely: 403')
  expect(code).toBe(2)
})

test('its own kind may not be listed: it is not said to be absent', async () => {
  server.refused.set(DEPLOYMENTS, 403)
  const { code, err } = await explain('deploy/web', '-n', 'shop')
  expect(err).toContain(
    'error: whether there is a Deployment web in namespace shop is unknown: they could not be listed\n',
  )
  expect(err).not.toContain('there is no Deployment')
  expect(code).toBe(2)
})

test('load balancers that may not be listed: nothing is called protected or not behind one', async () => {
  for (const path of [INGRESSES, SERVICES]) server.refused.set(path, 403)
  const { code, out } = await explain('deploy/worker', '-n', 'shop')
  expect(out).not.toContain('not-exposed')
  expect(code).toBe(2)
})

test('nothing that listens there', async () => {
  await server.stop()
  const { code, out, err } = await explain('deploy/web', '-n', 'shop')
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^error: http/)
})
