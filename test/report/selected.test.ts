import { afterAll, describe, expect, test } from 'vitest'
import type { Settings } from '../../src/core/model/settings.ts'
import { reportExitCode } from '../../src/judgement/exit-code.ts'
import { paperOf } from '../../src/render/paint.ts'
import { reportText } from '../../src/render/report-text.ts'
import type { Report } from '../../src/report/schema.ts'
import { differingSettings } from '../../src/report/settings.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { template } from '../admission/world.ts'
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { pod } from './big-cluster.ts'
import { NAMESPACES, ReportedCluster } from './cluster.ts'

/** What the user's selectors of the webhook leave out, in a report. */

const NS = { namespace: 'shop' }
const clusters: ReportedCluster[] = []
afterAll(() => Promise.all(clusters.map(({ server }) => server.stop())))

/** A Deployment behind an ALB, with one running Pod without a hook. */
async function reported(
  webhook: Settings['webhook'],
  { own = {}, pods = {} }: { readonly own?: object; readonly pods?: object } = {},
): Promise<Report> {
  const cluster = new ReportedCluster({ webhook })
  clusters.push(cluster)
  const podTemplate = template({ labels: { ...pods } })
  const { metadata } = pod('shop', 'web', 'web-1')
  const labels = { app: 'web', 'pod-template-hash': '6d4b', ...pods }
  const { spec } = podTemplate as { readonly spec: object }
  const annotations = { 'alb.ingress.kubernetes.io/target-type': 'ip' }
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } }
  cluster
    .put(NAMESPACES, { metadata: { name: 'shop', labels: { team: 'web' } } })
    .put(SERVICES, {
      metadata: { name: 'web', ...NS },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
    .put(INGRESSES, {
      metadata: { name: 'web', ...NS, annotations },
      spec: { ingressClassName: 'alb', defaultBackend },
    })
    .put(DEPLOYMENTS, {
      metadata: { name: 'web', ...NS, uid: 'u', creationTimestamp: '2026-03-01T10:00:00Z', labels: own },
      spec: { replicas: 3, template: podTemplate },
    })
    .put(PODS, { metadata: { ...metadata, labels }, spec, status: { phase: 'Running' } })
  await cluster.start()
  const settings = differingSettings({ ...DEFAULT_SETTINGS, webhook }, DEFAULT_SETTINGS)
  return cluster.report({ settings })
}

const textOf = (report: Report): string =>
  reportText(report, { ...paperOf({ width: 120, color: false }), details: false })

const TEAM = { matchLabels: { team: 'web' } }
const OTHER = { matchLabels: { team: 'other' } }

describe('selectors', () => {
  test.for([
    [
      'namespaceSelector',
      { namespaceSelector: OTHER },
      'webhook.namespaceSelector leaves out namespace shop',
    ],
    ['objectSelector', { objectSelector: TEAM }, 'webhook.objectSelector leaves out it and its Pods'],
  ] as const)('%s leaves a workload out: left alone, and nothing to do', async ([, webhook, why]) => {
    const report = await reported(webhook)
    expect(report.workloads).toMatchObject([
      { name: 'web', state: 'left-alone', verdict: 'out-of-scope', why },
    ])
    expect(report.workloads[0]?.pods).toBeUndefined()
    expect([report.totals.states['would-change'], report.totals.pods.running]).toEqual([0, 0])
    expect([report.concerns, reportExitCode(report, 'warning')]).toEqual([[], 0])
    expect(textOf(report).replaceAll(/\s+/g, ' ')).toContain(why)
  })

  test.for<[string, Settings['webhook'], object]>([
    ['the namespace', { namespaceSelector: TEAM }, {}],
    ['the workload and its Pods', { objectSelector: TEAM }, { own: { team: 'web' }, pods: { team: 'web' } }],
    ['only the workload', { objectSelector: TEAM }, { own: { team: 'web' } }],
  ])('%s is selected: would change, and its Pod counts', async ([, webhook, labels]) => {
    const report = await reported(webhook, labels)
    expect(report.workloads).toMatchObject([{ state: 'would-change', pods: { running: 1, withoutHook: 1 } }])
    expect(reportExitCode(report, 'warning')).toBe(1)
  })

  test('only its Pods are selected: the hook goes into each', async () => {
    const report = await reported({ objectSelector: TEAM }, { pods: { team: 'web' } })
    expect(report.workloads).toMatchObject([
      { state: 'in-pods', why: 'webhook.objectSelector leaves out the workload itself' },
    ])
  })
})

const condition = (name: string) => ({ name, expression: "object.metadata.name != 'x'" })

test('conditions are named, and it is said that they are not evaluated', async () => {
  const report = await reported({ matchConditions: [condition('not-by-velero'), condition('not-skip')] })
  expect(report.workloads).toMatchObject([{ state: 'would-change' }])
  const text = textOf(report).replaceAll(/\s+/g, ' ')
  expect(text).toContain(
    '2 conditions of your own in webhook.matchConditions (not-by-velero, not-skip) may leave out more: Slackwater does not evaluate CEL',
  )
  expect(text).not.toContain('expression')
})

test('without any of them nothing is said', async () => {
  expect(textOf(await reported({}))).not.toContain('webhook.')
})
