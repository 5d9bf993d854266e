import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { printHandover } from '../../src/core/handover/record.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { reportExitCode } from '../../src/judgement/exit-code.ts'
import { isGrave } from '../../src/judgement/severity.ts'
import { paperOf } from '../../src/render/paint.ts'
import { reportText } from '../../src/render/report-text.ts'
import { lbcEntry } from '../../src/report/lbc-entry.ts'
import { parseReport } from '../../src/report/parse-report.ts'
import type { Report, WorkloadEntry } from '../../src/report/schema.ts'
import { injected, template } from '../admission/world.ts'
import {
  DEPLOYMENTS,
  type FakeObject,
  INGRESSES,
  PODS,
  REPLICA_SETS,
  SERVICES,
} from '../cluster/fake-api-server.ts'
import { pod } from './big-cluster.ts'
import { DAEMON_SETS, NAMESPACES, ReportedCluster, ROLLOUTS } from './cluster.ts'

const NS = { namespace: 'shop' }
const EXPOSED: readonly (readonly [path: string, object: FakeObject])[] = [
  [NAMESPACES, { metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } }],
  [SERVICES, { metadata: { name: 'web', ...NS }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }],
  [
    INGRESSES,
    {
      metadata: { name: 'web', ...NS, annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    },
  ],
]

const workload = (
  name: string,
  podTemplate: unknown = template(),
  metadata: object = {},
  spec: object = {},
) => ({
  metadata: { name, ...NS, ...metadata },
  spec: { replicas: 3, template: podTemplate, ...spec },
})

/** A running Pod behind the load balancer, made by the Deployment of this name. */
const running = (
  deployment: string,
  name: string,
  podTemplate = template(),
  further: object = {},
): FakeObject => {
  const { metadata } = pod('shop', deployment, name)
  const { spec } = podTemplate as { readonly spec: object }
  const labels = { app: 'web', 'pod-template-hash': '6d4b' }
  const parts = podTemplate as unknown as { readonly metadata: { readonly annotations?: object } }
  const annotations = parts.metadata.annotations ?? {}
  return { metadata: { ...metadata, labels, annotations }, spec, status: { phase: 'Running' }, ...further }
}

const clusters: ReportedCluster[] = []
afterAll(() => Promise.all(clusters.map(({ server }) => server.stop())))

async function clusterWith(
  objects: readonly (readonly [path: string, ...objects: FakeObject[]])[],
  settings: ConstructorParameters<typeof ReportedCluster>[0] = {},
): Promise<ReportedCluster> {
  const cluster = new ReportedCluster(settings)
  for (const [path, object] of EXPOSED) cluster.put(path, object)
  for (const [path, ...some] of objects) {
    cluster.server.serve(path)
    cluster.put(path, ...some)
  }
  clusters.push(cluster)
  return cluster.start()
}

const entryOf = (report: Report, name: string): WorkloadEntry => {
  const entry = report.workloads.find((one) => one.name === name)
  if (entry === undefined) throw new Error(`${name} is not in the report`)
  return entry
}

describe('workloads', () => {
  let report: Report
  const LOCKED = {
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration':
        '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":30}}}}',
    },
  }

  beforeAll(async () => {
    const cluster = await clusterWith([
      [
        DEPLOYMENTS,
        workload('bare'),
        workload('ours', injected()),
        workload('refused', injected(), LOCKED),
        workload('left-to-pods', template({ grace: 30 }), LOCKED),
        workload('short', template({ container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } })),
        workload('alone', template(), {}, { strategy: { type: 'Recreate' } }),
        workload('off', template(), { labels: { 'slackwater.dev/mode': 'off' } }),
        workload('elsewhere', template({ labels: { app: 'other' } })),
        workload('typo', template({ labels: { app: 'other' } }), { labels: { 'slackwater.dev/mode': 'on' } }),
      ],
      [DAEMON_SETS, workload('agent')],
      [ROLLOUTS, workload('canary')],
      [
        REPLICA_SETS,
        workload('lone'),
        workload('of-web', template(), {
          ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
        }),
        workload('old-of-web', template(), { labels: { 'pod-template-hash': '6d4b' } }),
      ],
    ])
    report = await cluster.report()
  })

  test.for([
    ['bare', 'would-change'],
    ['ours', 'protected'],
    ['refused', 'in-pods'],
    ['left-to-pods', 'in-pods'],
    ['short', 'short'],
    ['alone', 'withheld'],
    ['off', 'left-alone'],
    ['agent', 'left-alone'],
    ['canary', 'in-pods'],
    ['lone', 'would-change'],
    ['typo', undefined],
  ] as const)('%s is %s', ([name, state]) => expect(entryOf(report, name).state).toBe(state))

  test('one that nothing sends to is only counted; one that a controller made is not even that', () => {
    expect(report.workloads.map(({ name }) => name)).not.toContain('elsewhere')
    expect(report.workloads.map(({ name }) => name)).not.toContain('of-web')
    // 9 Deployments, a DaemonSet, a Rollout, a ReplicaSet.
    expect(report.totals).toMatchObject({ workloads: 12, exposed: 10, namespaces: 1 })
  })

  test('what would change is told in words and as a patch, and what the mode sends of it', () => {
    const { changes, patch, sent, budget } = entryOf(report, 'bare')
    // C 5 + max(P 25, min(D 300, P 25 + R 10)) + J 5 = 45; 45 + A 30 = 75
    expect([budget?.sleepSeconds, budget?.gracePeriodSeconds]).toEqual([45, 75])
    expect(changes).toEqual([
      'add preStop sleep 45 s to app',
      'set terminationGracePeriodSeconds default 30 → 75',
    ])
    expect(patch).toContainEqual({
      op: 'add',
      path: '/spec/template/spec/terminationGracePeriodSeconds',
      value: 75,
    })
    expect(sent).toEqual(patch)
  })

  test('of a template that is left alone, what its Pods get', () => {
    expect(entryOf(report, 'canary')).toMatchObject({ patch: [], verdict: 'inject-in-pods' })
    expect(entryOf(report, 'canary').changes).toContain('in each Pod: add preStop sleep 45 s to app')
  })

  test('present values', () => {
    expect(entryOf(report, 'ours').present).toEqual({
      gracePeriodSeconds: 75,
      containers: [{ name: 'app', hook: 'sleep', seconds: 45, ours: true }],
      recorded: true,
    })
    expect(entryOf(report, 'bare').present).toEqual({
      containers: [{ name: 'app', ours: false }],
      recorded: false,
    })
  })

  test('what would be refused while we are away: surely, where the source states less than our sleep', () => {
    expect(entryOf(report, 'refused').refusedWithoutUs).toEqual({
      likelihood: 'certain',
      sleepSeconds: 45,
      statedGraceSeconds: 30,
      requests: [
        'states a grace period of 30 s, below Slackwater’s sleep of 45 s, as its manifest does now',
        'adds its own preStop to app',
      ],
    })
    expect(entryOf(report, 'ours').refusedWithoutUs).toEqual({
      likelihood: 'if-changed',
      sleepSeconds: 45,
      requests: ['adds its own preStop to app', 'states a grace period below 45 s'],
    })
    expect(entryOf(report, 'bare').refusedWithoutUs).toBeUndefined()
    expect(report.totals.refusals).toEqual({ certain: 1, ifChanged: 1 })
  })

  test('the mode and where it is said', () => {
    expect(entryOf(report, 'bare')).toMatchObject({
      mode: 'enforce',
      modeSource: { kind: 'setting', name: 'mode' },
    })
    expect(entryOf(report, 'off')).toMatchObject({ mode: 'off', modeSource: { kind: 'label' } })
    expect(entryOf(report, 'typo').warnings.join()).toContain('"on" is not one of')
  })

  test('it has the shape that is documented', () => {
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toMatchObject({ ok: true })
  })
})

test('in dry-run the patch is told and nothing of it is sent', async () => {
  const cluster = await clusterWith([[DEPLOYMENTS, workload('bare')]], { mode: 'dry-run' })
  const { patch, sent, state } = entryOf(await cluster.report(), 'bare')
  expect({ changes: patch.length > 0, sent, state }).toEqual({
    changes: true,
    sent: [],
    state: 'would-change',
  })
})

describe('Pods', () => {
  const gate = 'target-health.elbv2.k8s.aws/k8s-shop-web-1234567890'
  const gated = (podTemplate: ReturnType<typeof template>) => {
    const { spec } = podTemplate as { readonly spec: object }
    return { ...podTemplate, spec: { ...spec, readinessGates: [{ conditionType: gate }] } }
  }
  const met = { status: { phase: 'Running', conditions: [{ type: gate, status: 'True' }] } }
  const unmet = { status: { phase: 'Running', conditions: [{ type: gate, status: 'False' }] } }

  test.for<[string, FakeObject, object]>([
    ['without hook and gate', running('web', 'a'), { withoutHook: 1, shortGrace: 1, withoutGate: 1 }],
    ['as it should be', running('web', 'a', gated(injected()), met), {}],
    ['whose gate is not met', running('web', 'a', gated(injected()), unmet), { gateNotMet: 1 }],
    [
      'with a gate of controller 1.x',
      running('web', 'a', {
        ...injected(),
        spec: {
          ...(injected()['spec'] as object),
          readinessGates: [{ conditionType: 'target-health.alb.ingress.k8s.aws/web' }],
        },
      }),
      { withoutGate: 1 },
    ],
    [
      'with a hook that is too short',
      running(
        'web',
        'a',
        gated(template({ grace: 60, container: { lifecycle: { preStop: { sleep: { seconds: 10 } } } } })),
        met,
      ),
      { shortHook: 1 },
    ],
  ])('one %s', async ([, object, lacking]) => {
    const cluster = await clusterWith([
      [DEPLOYMENTS, workload('web', injected())],
      [PODS, object],
    ])
    const { pods } = entryOf(await cluster.report(), 'web')
    expect(pods).toMatchObject({
      running: 1,
      withoutHook: 0,
      shortHook: 0,
      shortGrace: 0,
      withoutGate: 0,
      gateNotMet: 0,
      ...lacking,
    })
  })

  test('those that are leaving, or have ended, or nothing sends to, do not count', async () => {
    const leaving = running('web', 'a')
    const other = running('web', 'c')
    const cluster = await clusterWith([
      [DEPLOYMENTS, workload('web')],
      [
        PODS,
        { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: '2026-03-02T09:00:00Z' } },
        running('web', 'b', template(), { status: { phase: 'Succeeded' } }),
        { ...other, metadata: { ...other.metadata, labels: { app: 'other' } } },
      ],
    ])
    const report = await cluster.report()
    expect(report.totals.pods.running).toBe(0)
    expect(entryOf(report, 'web').pods).toBeUndefined()
  })

  test('older than the hook of their template: told with the oldest, the cause and the cure', async () => {
    const young = running('web', 'b')
    const cluster = await clusterWith([
      [DEPLOYMENTS, workload('web', injected())],
      [
        PODS,
        running('web', 'a'),
        { ...young, metadata: { ...young.metadata, creationTimestamp: '2026-03-01T09:00:00Z' } },
      ],
    ])
    expect(entryOf(await cluster.report(), 'web').pods).toMatchObject({
      running: 2,
      withoutHook: 2,
      oldest: '2026-03-01T08:00:00Z',
      cause: 'created before the template had its hook, and not replaced since',
      cure: 'slackwater handover deployment/web -n shop',
      // C + P of an ALB: 5 + 25.
      cost: 'a rollout before it loses requests: each Pod without a hook ends while its load balancer still sends to it, for about 30 s',
    })
  })

  test('of a paused Deployment: its ReplicaSet still replaces a Pod', async () => {
    const stored = { uid: '1', creationTimestamp: '2026-03-01T08:00:00Z' }
    const paused = workload('web', injected(), stored, { paused: true })
    const cluster = await clusterWith([
      [DEPLOYMENTS, paused],
      [PODS, running('web', 'a')],
    ])
    expect(entryOf(await cluster.report(), 'web').pods).toMatchObject({
      cure: 'slackwater handover deployment/web -n shop',
    })
  })

  test('only a gate is missing: a label of the namespace that is none of the gate’s does not count', async () => {
    const cluster = await clusterWith([
      [DEPLOYMENTS, workload('web', injected())],
      [PODS, running('web', 'a', injected())],
    ])
    expect(entryOf(await cluster.report(), 'web').pods).toMatchObject({
      withoutGate: 1,
      cause: 'the namespace has no readiness-gate label',
    })
  })

  describe('only a gate is missing, and new Pods get it', () => {
    const HANDOVER = 'slackwater handover deployment/web -n shop'
    const labelled = { name: 'shop', labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } }
    const lbc = (readyReplicas: number) => ({
      metadata: { name: 'lbc', namespace: 'kube-system' },
      spec: {
        replicas: 2,
        template: { spec: { containers: [{ name: 'c', image: 'aws-load-balancer-controller' }] } },
      },
      status: { readyReplicas },
    })
    const cause =
      'created while the load balancer controller had no ready replica, before the namespace had its readiness-gate label, or before a TargetGroupBinding selected them'

    test.for([
      [2, HANDOVER],
      [0, `restore Deployment kube-system/lbc, then ${HANDOVER}`],
    ] as const)('with %i ready replicas: cause, cure and a line at the top', async ([ready, cure]) => {
      const cluster = await clusterWith([
        [NAMESPACES, { metadata: labelled }],
        [DEPLOYMENTS, workload('web', injected()), lbc(ready)],
        [PODS, running('web', 'a', injected())],
      ])
      const report = await cluster.report()
      expect(entryOf(report, 'web').pods).toMatchObject({ withoutGate: 1, cause, cure })
      expect(report.concerns).toMatchObject([{ id: 'pods-without-gate', severity: 'warning', cure }])
      const text = reportText(report, {
        ...paperOf({ width: 80, color: false }),
        details: false,
      }).replaceAll(/\s+/g, ' ')
      expect(text).toContain('! Pods of 1 workload were created without their readiness gate')
      expect(text).toContain(`of 1 Pod: 1 without a readiness gate; ${cause}`)
      expect(text).toContain(`cure: ${cure}`)
    })
  })

  test('only a gate is missing, and no label would bring it: the controller’s own argument is the cause', async () => {
    const image = 'aws-load-balancer-controller'
    const args = ['--enable-pod-readiness-gate-inject=false']
    const lbc = {
      metadata: { name: 'lbc', namespace: 'kube-system' },
      spec: { template: { spec: { containers: [{ name: 'controller', image, args }] } } },
    }
    const cluster = await clusterWith([
      [DEPLOYMENTS, workload('web', injected()), lbc],
      [PODS, running('web', 'a', injected())],
    ])
    expect(entryOf(await cluster.report(), 'web').pods).toMatchObject({
      withoutGate: 1,
      cause: 'AWS Load Balancer Controller runs with --enable-pod-readiness-gate-inject=false',
      cure: 'make the controller inject gates here, then slackwater handover deployment/web -n shop',
    })
  })

  describe('of a template that is left alone, since its source states a grace of 30', () => {
    const last = '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":30}}}}'
    const readinessProbe = { httpGet: { path: '/', port: 80 } }
    const web = workload('web', template({ grace: 30, container: { readinessProbe } }), {
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': last },
    })
    // A person would have to roll it out, if its Pods did not have their hooks already.
    const lateExposure = () => ({ kind: 'leave', why: 'older than ten minutes', cure: 'restart it' }) as const
    const LABELED = {
      metadata: { name: 'shop', labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } },
    }
    const reportOf = async (settings: Partial<Settings>, ...pods: readonly FakeObject[]) => {
      const cluster = await clusterWith(
        [
          [NAMESPACES, LABELED],
          [DEPLOYMENTS, web],
          [PODS, ...pods],
        ],
        settings,
      )
      return cluster.report({ lateExposure })
    }
    const whole = running('web', 'a', gated(injected()), met)

    test('protected where each has its hook and gate: nothing to do, exit 0', async () => {
      const report = await reportOf({}, whole)
      const entry = entryOf(report, 'web')
      expect(entry).toMatchObject({ state: 'protected', verdict: 'inject-in-pods' })
      expect(entry.lateExposure).toBeUndefined()
      expect(entry.findings.filter(isGrave)).toEqual([])
      expect(report.concerns).toEqual([])
      expect(reportExitCode(report, 'warning')).toBe(0)
      expect(report.totals.states).toMatchObject({ protected: 1, 'in-pods': 0 })
    })

    test.for<[string, Partial<Settings>, ...FakeObject[]]>([
      ['where one lacks its hook', {}, whole, running('web', 'b', gated(template()), met)],
      ['where one lacks its gate', {}, whole, running('web', 'b', injected())],
      ['where none runs', {}],
      ['in dry-run: the next Pod gets no hook', { mode: 'dry-run' }, whole],
    ])('not protected %s', async ([, settings, ...some]) => {
      const report = await reportOf(settings, ...some)
      expect(entryOf(report, 'web').state).toBe('in-pods')
    })
  })

  describe('of a template without its hook: their own hooks come from Pod admission', () => {
    const LATE = { kind: 'leave', why: 'older than ten minutes', cure: 'replace them' } as const
    const aged = (name: string, hour: string, spec = template()): FakeObject => {
      const pod = running('web', name, spec)
      return { ...pod, metadata: { ...pod.metadata, creationTimestamp: `2026-03-01T${hour}:00:00Z` } }
    }
    const reportOf = async (...pods: readonly FakeObject[]) => {
      const cluster = await clusterWith([
        [DEPLOYMENTS, workload('web')],
        [PODS, ...pods],
      ])
      return cluster.report({ lateExposure: () => LATE })
    }
    const BEFORE = 'created before Slackwater could give them a hook'
    const AWAY =
      'created while Slackwater was unavailable, or not in mode enforce: older Pods have their hook'

    test.for<[string, string, ...FakeObject[]]>([
      ['all without', BEFORE, aged('a', '08'), aged('b', '09')],
      ['the older ones without', BEFORE, aged('a', '08'), aged('b', '09', injected())],
      ['a younger one without', AWAY, aged('a', '08', injected()), aged('b', '09')],
      ['older and younger ones without', AWAY, aged('a', '07'), aged('b', '08', injected()), aged('c', '09')],
      ['of the same second', BEFORE, aged('a', '08', injected()), aged('b', '08')],
    ])('%s: %s', async ([, cause, ...pods]) => {
      expect(entryOf(await reportOf(...pods), 'web').pods).toMatchObject({ cause })
    })

    test('a person is waited for only while a Pod lacks something', async () => {
      const whole = running('web', 'a', gated(injected()), met)
      const lacking = await reportOf(whole, running('web', 'b'))
      expect(entryOf(lacking, 'web').lateExposure).toMatchObject({ verdict: 'leave', cure: 'replace them' })
      expect(lacking.concerns?.map(({ id }) => id)).toEqual(['rollout-awaits-person'])
      const replaced = await reportOf(whole)
      expect(entryOf(replaced, 'web')).toMatchObject({ state: 'would-change' })
      expect(entryOf(replaced, 'web').lateExposure).toBeUndefined()
      expect(replaced.concerns).toEqual([])
    })

    // As KEDA leaves it while nothing is to be done.
    test.for([
      [0, []],
      [1, ['rollout-awaits-person']],
    ] as const)('scaled to %d, and no Pod runs: concerns %j', async ([replicas, concerns]) => {
      const web = workload('web')
      const cluster = await clusterWith([[DEPLOYMENTS, { ...web, spec: { ...web.spec, replicas } }], [PODS]])
      const report = await cluster.report({ lateExposure: () => LATE })
      expect(entryOf(report, 'web')).toMatchObject({ state: 'would-change' })
      expect(report.concerns?.map(({ id }) => id)).toEqual(concerns)
    })
  })

  describe('that slackwater handover is replacing: their ReplicaSet has let them go', () => {
    const NOW = Date.parse('2026-03-02T10:00:00Z')
    const handed = (name: string, deadline: string, labels: object = { app: 'web' }): FakeObject => {
      const { metadata, ...rest } = running('web', name)
      const record = printHandover({
        step: 'released',
        workload: { kind: 'Deployment', name: 'web' },
        replicaSet: 'web-6d4b',
        releaseLabel: 'pod-template-hash',
        leaveLabels: ['app'],
        labels: { 'pod-template-hash': '6d4b' },
        floor: 3,
        sleep: seconds(45),
        healthy: seconds(45),
        gated: true,
        disruptionBudgets: [],
        deadline,
      })
      const annotations = { 'slackwater.dev/handover': record }
      return { ...rest, metadata: { ...metadata, labels, annotations, ownerReferences: [] } }
    }
    const reportOf = async (...pods: readonly FakeObject[]) => {
      const cluster = await clusterWith([
        [DEPLOYMENTS, workload('web')],
        [PODS, ...pods],
      ])
      return cluster.report({ now: () => new Date(NOW) })
    }
    const BEFORE = '2026-03-02T09:59:59Z'
    const AFTER = '2026-03-02T10:00:01Z'

    test('count for the workload that their record names', async () => {
      const report = await reportOf(handed('a', AFTER), running('web', 'b', gated(injected()), met))
      expect(entryOf(report, 'web').pods).toMatchObject({ running: 2, withoutHook: 1 })
      expect(report.otherPods).toEqual([])
      expect(report.handovers).toEqual([
        {
          ...{ kind: 'Deployment', namespace: 'shop', name: 'web' },
          pods: [{ name: 'a', step: 'released', deadline: AFTER, overdue: false }],
        },
      ])
      expect(report.concerns).toEqual([])
    })

    test('past their deadline: named with the command, also where no load balancer sends any more', async () => {
      const left = handed('left', BEFORE, { was: 'web' })
      const report = await reportOf(left, running('web', 'b', gated(injected()), met))
      expect(report.handovers?.[0]?.pods).toMatchObject([{ name: 'left', overdue: true }])
      const command = 'slackwater handover deployment/web -n shop'
      const cure = `to go on: ${command}; to take it back: ${command} --undo`
      expect(report.concerns).toMatchObject([{ id: 'handover-unfinished', cure }])
      expect(reportExitCode(report, 'warning')).toBe(1)
      const text = reportText(report, { ...paperOf({ width: 80, color: false }), details: false })
      expect(text.replaceAll(/\s+/g, ' ')).toContain(
        `! the handover of Deployment shop/web was interrupted: Pod left is not replaced ${cure}`,
      )
    })

    test('what cannot be read of one is said, and it counts by itself', async () => {
      const odd = running('web', 'odd')
      const annotations = { 'slackwater.dev/handover': '{"version":2}' }
      const report = await reportOf({
        ...odd,
        metadata: { ...odd.metadata, annotations, ownerReferences: [] },
      })
      expect(report.handovers).toBeUndefined()
      expect(report.unreadable).toEqual([
        {
          object: 'Pod shop/odd',
          problem: expect.stringContaining('slackwater.dev/handover cannot be read'),
        },
      ])
      expect(report.otherPods.map(({ name }) => name)).toEqual(['odd'])
    })
  })

  test('bare ones, and those of owners that are no workload here, stand by themselves', async () => {
    const bare = running('web', 'bare')
    const cluster = await clusterWith([
      [PODS, { ...bare, metadata: { ...bare.metadata, ownerReferences: [] } }, running('gone', 'orphan')],
    ])
    const { otherPods, totals } = await cluster.report()
    expect(otherPods.map(({ kind, name, pods }) => [kind, name, pods.withoutHook])).toEqual([
      ['Pod', 'bare', 1],
      ['ReplicaSet', 'gone-6d4b', 1],
    ])
    expect(totals.pods.running).toBe(2)
  })
})

describe('a hook that no load balancer needs any more', () => {
  const elsewhere = { app: 'other' }
  const orphan = workload('orphan', injected({ labels: elsewhere }))
  const off = { labels: { 'slackwater.dev/mode': 'off' } }
  const hook = { lifecycle: { preStop: { sleep: { seconds: 45 } } } }
  const cure =
    'kubectl label deployment/orphan -n shop slackwater.dev/mode=off, then kubectl rollout restart deployment/orphan -n shop'

  test('is listed with how to remove it, as information: no concern, exit 0', async () => {
    const report = await (await clusterWith([[DEPLOYMENTS, orphan]])).report()
    expect(entryOf(report, 'orphan')).toMatchObject({ orphanedHook: { cure } })
    expect([report.concerns, reportExitCode(report, 'warning')]).toEqual([[], 0])
    const text = reportText(report, { ...paperOf({ width: 200, color: false }), details: false })
    expect(text).toContain('that no load balancer needs any more: 1 workload\n  Deployment shop/orphan\n')
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`to remove the first: ${cure}`)
  })

  test.for<[string, FakeObject]>([
    ['behind a load balancer', workload('orphan', injected())],
    ['opted out: it goes with the next change', workload('orphan', injected({ labels: elsewhere }), off)],
    ['that is the user’s', workload('orphan', template({ container: hook }))],
  ])('not one %s', async ([, object]) => {
    const report = await (await clusterWith([[DEPLOYMENTS, object]])).report()
    expect(entryOf(report, 'orphan').orphanedHook).toBeUndefined()
  })
})

describe('what cannot be read', () => {
  test('a list that is refused is said to be missing, with the server’s words; the rest is told', async () => {
    const cluster = await clusterWith([[DEPLOYMENTS, workload('bare')]])
    cluster.server.refused.set(PODS, 403)
    const report = await cluster.report()
    expect(report.missing).toEqual([{ part: 'pods', problem: '403: refused' }])
    expect(report.totals.exposed).toBe(1)
  })

  test('a custom resource that is not installed is passed over; a built-in one is missed', async () => {
    const cluster = await clusterWith([[DEPLOYMENTS, workload('bare')]])
    expect((await cluster.report()).missing).toEqual([])
    cluster.server.unserve(REPLICA_SETS)
    expect((await cluster.report()).missing).toEqual([{ part: 'replicasets.apps', problem: '404: refused' }])
  })

  test('an object without the shape of its kind is named with the field', async () => {
    const cluster = await clusterWith([
      [DEPLOYMENTS, workload('bare')],
      [
        REPLICA_SETS,
        { metadata: { name: 'odd', ...NS }, spec: { template: { spec: { containers: 'none' } } } },
      ],
      [PODS, { metadata: { name: 'odd', ...NS }, status: { phase: 7 } }],
    ])
    const { unreadable, totals } = await cluster.report()
    expect(unreadable).toEqual([
      { object: 'Pod shop/odd', problem: 'status.phase: expected a string, got a number' },
      {
        object: 'ReplicaSet shop/odd',
        problem: 'spec.template.spec.containers: expected a list, got a string',
      },
    ])
    expect(totals).toMatchObject({ unreadable: 2, exposed: 1 })
  })

  test('what is not read within the time given is missing, and said so', async () => {
    const cluster = await clusterWith([[DEPLOYMENTS, workload('bare')]])
    cluster.server.hold(PODS)
    const { missing, totals } = await cluster.report({ longest: 200 })
    expect(missing).toEqual([{ part: 'pods', problem: 'not read completely within 0.2 s' }])
    expect(totals.exposed).toBe(1)
  })

  test('who goes away ends the reading', async () => {
    const cluster = await clusterWith([])
    cluster.server.hold(PODS)
    const gone = new AbortController()
    const report = cluster.report({ signal: gone.signal })
    await vi.waitFor(() => expect(cluster.server.asked.map(({ path }) => path)).toContain(PODS), {
      timeout: 40_000,
    })
    gone.abort(new Error('gone'))
    await expect(report).rejects.toThrow('gone')
  })
})

test('of one namespace: nothing of another is asked for', async () => {
  const cluster = await clusterWith([
    [DEPLOYMENTS, workload('bare'), { ...workload('x'), metadata: { name: 'x', namespace: 'other' } }],
  ])
  const report = await cluster.report({ namespace: 'shop' })
  expect(report.namespaces.map(({ name }) => name)).toEqual(['shop'])
  expect(report.totals.workloads).toBe(1)
  expect(cluster.server.asked.every(({ path }) => path.includes('/namespaces/shop/'))).toBe(true)
})

test('long lists come in pages, and Pods beyond the first page count', async () => {
  const many = Array.from({ length: 1001 }, (_, index) => running('web', `web-${index}`))
  const cluster = await clusterWith([
    [DEPLOYMENTS, workload('web', injected())],
    [PODS, ...many],
  ])
  expect(entryOf(await cluster.report(), 'web').pods?.running).toBe(1001)
  // 500 a page: client-go's page size.
  expect(cluster.server.asked.filter(({ path }) => path === PODS)).toHaveLength(3)
})

describe('what others of Slackwater know', () => {
  const LEASES = '/apis/coordination.k8s.io/v1/leases'
  const lease = { namespace: 'slackwater-system', name: 'slackwater' }

  test('the leader is who holds the Lease', async () => {
    const cluster = await clusterWith([
      [LEASES, { metadata: lease, spec: { holderIdentity: 'slackwater-0_7f3c' } }],
    ])
    expect((await cluster.report({ lease })).cluster.leader).toBe('slackwater-0_7f3c')
  })

  test('without a Lease there is no leader; one that may not be read is missing', async () => {
    const cluster = await clusterWith([[LEASES]])
    const { cluster: seen, missing } = await cluster.report({ lease })
    expect([seen.leader, missing]).toEqual([undefined, []])
    cluster.server.refused.set(
      `GET ${LEASES.replace('/leases', '/namespaces/slackwater-system/leases/slackwater')}`,
      403,
    )
    expect((await cluster.report({ lease })).missing).toEqual([
      { part: 'leases.coordination.k8s.io', problem: '403: refused' },
    ])
  })

  test('of a template whose hooks are still to come, what becomes of it; of any other nothing', async () => {
    const cluster = await clusterWith([[DEPLOYMENTS, workload('bare'), workload('ours', injected())]])
    const report = await cluster.report({
      lateExposure: ({ ref }) => ({ kind: 'leave', why: `${ref.name} is old`, cure: 'restart it' }),
    })
    expect(entryOf(report, 'bare').lateExposure).toEqual({
      verdict: 'leave',
      why: 'bare is old',
      cure: 'restart it',
      cost: expect.stringContaining('a rollout before it loses requests'),
    })
    expect(entryOf(report, 'ours').lateExposure).toBeUndefined()
  })

  test('decisions about gate labels stand with their namespace, the controller with the cluster', async () => {
    const cluster = await clusterWith([[DEPLOYMENTS, workload('bare')]])
    const gate = { controller: 'lbc', state: 'would-label', why: 'in dry-run' } as const
    const seen = {
      deployment: { namespace: 'kube-system', name: 'lbc', desired: 2, ready: 0 },
      gateWebhooks: [],
      settings: lbcEntry(controllerWith('--ingress-class=internal', '--feature-gates=ALBGatewayAPI=false'))
        .settings,
    }
    const report = await cluster.report({
      gates: () =>
        Promise.resolve([
          { ...gate, namespace: 'shop' },
          { ...gate, namespace: 'other' },
        ]),
      loadBalancerController: () => seen,
    })
    expect(report.namespaces.map(({ name, gates }) => [name, gates])).toEqual([['shop', [gate]]])
    expect(report.cluster.loadBalancerController).toMatchObject(seen)
    const text = reportText(report, { ...paperOf({ width: 80, color: false }), details: false })
    expect(text).toContain('! the load balancer controller has no ready replica')
    expect(text).toContain('lbc: 0 of 2 replicas ready')
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'ingressClass internal (argument --ingress-class of Deployment kube-system/lbc); featureGates.ALBGatewayAPI false (argument --feature-gates of Deployment kube-system/lbc)',
    )
    expect(text).toContain('  readiness gate would-label: in dry-run\n')
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toMatchObject({ ok: true })
  })
})

const controllerWith = (...args: readonly string[]) => {
  const inventory = createInventory({ fromFiles: false })
  keepIn(inventory, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'lbc', namespace: 'kube-system' },
    spec: { template: { spec: { containers: [{ image: 'aws-load-balancer-controller', args }] } } },
  })
  return inventory.lbc()
}

test('the controller is told with each of its settings and the witness', () => {
  const object = { kind: 'Deployment', namespace: 'kube-system', name: 'lbc' }
  const entry = lbcEntry(controllerWith('--default-target-type=ip', '--feature-gates=NLBGatewayAPI=false'))
  expect(entry.deployment).toEqual({
    namespace: 'kube-system',
    name: 'lbc',
    desired: 1,
    ready: 0,
    remark: expect.stringMatching(/^one replica: while it restarts no target is deregistered for 16 to 19 s/),
  })
  const usual = { kind: 'default', of: 'AWS Load Balancer Controller' }
  expect(entry.settings).toEqual([
    { name: 'ingressClass', value: 'alb', source: usual },
    { name: 'loadBalancerClass', value: 'service.k8s.aws/nlb', source: usual },
    {
      name: 'defaultTargetType',
      value: 'ip',
      source: { kind: 'argument', name: '--default-target-type', object },
    },
    { name: 'readinessGateInject', value: true, source: usual },
    {
      name: 'featureGates.NLBGatewayAPI',
      value: false,
      source: { kind: 'argument', name: '--feature-gates', object },
    },
  ])
})
