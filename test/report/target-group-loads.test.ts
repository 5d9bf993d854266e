import { describe, expect, test } from 'vitest'
import { seconds } from '../../src/core/model/seconds.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { concernsOf } from '../../src/judgement/concerns.ts'
import { reportExitCode } from '../../src/judgement/exit-code.ts'
import { paperOf } from '../../src/render/paint.ts'
import { reportText } from '../../src/render/report-text.ts'
import { buildReport } from '../../src/report/build-report.ts'
import { lbcEntry } from '../../src/report/lbc-entry.ts'
import { parseReport } from '../../src/report/parse-report.ts'
import type { Report } from '../../src/report/schema.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { CLASS, inventoryOf, type Stored, serving } from './cluster-of-manifests.ts'

interface Wanted {
  /** So many target groups, each with a Deployment of its own in this namespace. */
  readonly groups: number
  readonly namespace?: string
  /** Nodes with one Pod of each. */
  readonly nodes?: readonly string[]
  readonly targetType?: string
  readonly className?: string
  readonly owner?: string
  readonly ready?: boolean
}

function app(index: number, wanted: Wanted): readonly Stored[] {
  const {
    namespace = 'shop',
    nodes = ['node-a'],
    targetType = 'ip',
    className = 'alb',
    owner = 'ReplicaSet',
  } = wanted
  const name = `app-${index}`
  const labels = { app: name }
  const spec = { containers: [{ name: 'app', image: 'app:1', readinessProbe: { httpGet: {} } }] }
  const metadata = { name, namespace }
  const annotations = { 'alb.ingress.kubernetes.io/target-type': targetType }
  const backend = { service: { name, port: { number: 80 } } }
  const conditions = [{ type: 'Ready', status: wanted.ready === false ? 'False' : 'True' }]
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, type: 'NodePort', ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { ...metadata, annotations } as Stored['metadata'],
      spec: { ingressClassName: className, defaultBackend: backend },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    ...nodes.map((node) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-${node}`,
        namespace,
        labels: { ...labels, 'pod-template-hash': '6d4b' },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: `${name}-6d4b`, controller: true }],
      },
      spec: { ...spec, nodeName: node },
      status: { phase: 'Running', conditions },
    })),
  ]
}

const apps = (wanted: Wanted, first = 0): readonly Stored[] =>
  Array.from({ length: wanted.groups }, (_, index) => app(first + index, wanted)).flat()

const controller = (...args: readonly string[]): Stored => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lbc', namespace: 'kube-system' },
  spec: {
    replicas: 2,
    selector: {},
    template: { spec: { containers: [{ name: 'c', image: 'aws-load-balancer-controller', args }] } },
  },
})

function reportOf(
  objects: readonly Stored[],
  { settings = {}, namespace }: { readonly settings?: Partial<Settings>; readonly namespace?: string } = {},
): Promise<Report> {
  const all = [CLASS, ...objects]
  const whole: Settings = { ...DEFAULT_SETTINGS, ...settings }
  const inventory = inventoryOf(all, whole)
  const inputs = {
    source: { api: serving(all) },
    knowledge: { inventory, settings: whole },
    version: '1.2.3',
    settings: [],
    loadBalancerController: () => lbcEntry(inventory.lbc()),
    ages: () => [],
    now: () => new Date('2026-03-02T10:00:00Z'),
  }
  return buildReport(inputs, namespace, new AbortController().signal)
}

const slow = (report: Report) => concernsOf(report).filter(({ id }) => id === 'controller-slow')
const load = ({ cluster }: Report) => cluster.loadBalancerController?.deregistrations
const textOf = (report: Report): string =>
  reportText(report, { ...paperOf({ width: 80, color: false }), details: false }).replaceAll(/\s+/g, ' ')

describe('target groups that may lose a Pod at once', () => {
  test('60 on one node: design §10, about 10 s; one sentence, with what to write', async () => {
    const report = await reportOf([controller(), ...apps({ groups: 60 })])
    expect(load(report)).toMatchObject({
      targetGroups: 60,
      controllerSeconds: 12,
      node: { name: 'node-a', targetGroups: 60, namespace: 'shop', ofNamespace: 60, controllerSeconds: 12 },
      budgeted: 5,
      limits: [{ perSecond: 4, burst: 20 }],
      source: { kind: 'default', of: 'AWS Load Balancer Controller' },
      workers: 3,
    })
    expect(slow(report)).toEqual([
      {
        id: 'controller-slow',
        severity: 'warning',
        object: { kind: 'Deployment', namespace: 'kube-system', name: 'lbc' },
        text: 'a drain of node node-a takes Pods out of 60 target groups at once (all of namespace shop): the load balancer controller deregisters 4 a second after a burst of 20, the last one after about 12 s, and the budget waits 5 s',
        cure: expect.stringContaining('set terms.controllerSeconds: 12'),
      },
    ])
    expect(textOf(report)).toContain('! a drain of node node-a takes Pods out of 60 target groups at once')
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toMatchObject({ ok: true })
  })

  test('34 on one node fit into 5 s, 35 do not', async () => {
    expect(slow(await reportOf(apps({ groups: 34 })))).toEqual([])
    expect(slow(await reportOf(apps({ groups: 35 })))).toHaveLength(1)
  })

  test('spread over nodes it is a remark, and no concern', async () => {
    const half = { groups: 30, nodes: ['node-b', 'node-a'] }
    const report = await reportOf([controller(), ...apps(half), ...apps({ ...half, nodes: ['node-c'] }, 30)])
    expect(slow(report)).toEqual([])
    // Of equally many the first by name.
    expect(load(report)).toMatchObject({ targetGroups: 60, node: { name: 'node-a', targetGroups: 30 } })
    expect(textOf(report)).toContain(
      '60 target groups with ip targets: if each lost a Pod at the same moment, the last one would be deregistered after about 12 s (the budget has 5 s)',
    )
  })

  test('two Pods of one target group take one call', async () => {
    const report = await reportOf(apps({ groups: 30, nodes: ['node-a', 'node-a'] }))
    expect(load(report)?.node?.targetGroups).toBe(30)
  })

  test('whose they are: the namespace that most of them belong to', async () => {
    const report = await reportOf([
      ...apps({ groups: 50, namespace: 'noisy' }),
      ...apps({ groups: 10, namespace: 'shop' }, 50),
    ])
    expect(slow(report)).toMatchObject([{ text: expect.stringContaining('(50 of namespace noisy)') }])
  })

  test.for<readonly [what: string, wanted: Partial<Wanted>]>([
    ['instance targets: nothing is deregistered', { targetType: 'instance' }],
    ['DaemonSets: a drain leaves them', { owner: 'DaemonSet' }],
    ['Pods that are not ready: no targets', { ready: false }],
    ['another class', { className: 'nginx' }],
  ])('not counted on a node: %s', async ([, wanted]) => {
    const report = await reportOf(apps({ groups: 60, ...wanted }))
    expect(load(report)?.node).toBeUndefined()
    expect(slow(report)).toEqual([])
  })

  test('a setting that covers it ends it; so does a faster controller', async () => {
    const many = apps({ groups: 60 })
    const terms = (controllerSeconds: number) => ({
      settings: { terms: { controllerSeconds: seconds(controllerSeconds) } },
    })
    expect(slow(await reportOf(many, terms(11)))).toHaveLength(1)
    expect(slow(await reportOf(many, terms(12)))).toEqual([])
    const faster = '--aws-api-throttle=Elastic Load Balancing v2:RegisterTargets|DeregisterTargets=20:60'
    const report = await reportOf([controller(faster), ...many])
    expect(load(report)).toMatchObject({ controllerSeconds: 2, source: { kind: 'argument' } })
    expect(slow(report)).toEqual([])
  })

  test('accepted in the settings: shown with the reason, and no concern', async () => {
    const report = await reportOf(apps({ groups: 60 }), {
      settings: { accept: { 'controller-slow': 'rare' } },
    })
    expect(load(report)?.accepted).toBe('rare')
    expect(slow(report)).toEqual([])
  })

  test('limits that cannot be read: nothing is said', async () => {
    const report = await reportOf([controller('--aws-api-throttle=$(THROTTLE)'), ...apps({ groups: 60 })])
    expect(load(report)).toBeUndefined()
  })

  test('a report of one namespace says nothing of the load of the cluster', async () => {
    expect(load(await reportOf(apps({ groups: 60 }), { namespace: 'shop' }))).toBeUndefined()
  })

  test('it never changes an exit code on its own', async () => {
    const quiet = { settings: { mode: 'off' as const } }
    const few = await reportOf(apps({ groups: 1 }), quiet)
    const many = await reportOf(apps({ groups: 60 }), quiet)
    expect(slow(many)).toHaveLength(1)
    expect(reportExitCode(many, 'warning')).toBe(reportExitCode(few, 'warning'))
  })
})
