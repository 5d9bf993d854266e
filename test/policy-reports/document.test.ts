import { describe, expect, test } from 'vitest'
import { documentOf, keyOfResult, MOST_RESULTS, namespaceReports } from '../../src/policy-reports/document.ts'
import { REPORT_KINDS } from '../../src/policy-reports/kinds.ts'
import type { WorkloadEntry } from '../../src/report/schema.ts'
import { entry, found } from './entry.ts'

/** The enums of both definitions (openreports.io/v1alpha1 and wgpolicyk8s.io/v1alpha2, their published API). */
const RESULTS = ['pass', 'fail', 'warn', 'error', 'skip']
const SEVERITIES = ['critical', 'high', 'low', 'medium', 'info']

const reportOf = (workloads: readonly WorkloadEntry[]) => {
  const report = namespaceReports(workloads, ({ name }) => `uid-of-${name}`).get('shop')
  if (report === undefined) throw new Error('nothing is reported of shop')
  return report
}

const podsWith = (lacking: Partial<NonNullable<WorkloadEntry['pods']>>) => ({
  ...{ running: 3, withoutHook: 0, shortHook: 0, shortGrace: 0, withoutGate: 0, gateNotMet: 0 },
  ...lacking,
})

describe('the result of a workload', () => {
  test.for<[string, Partial<WorkloadEntry>, [rule: string, result: string, severity: string][]]>([
    ['protected, with nothing to say', {}, [['graceful-termination', 'pass', 'info']]],
    ['whose Pods get everything', { state: 'in-pods' }, [['graceful-termination', 'pass', 'info']]],
    ['whose Pods lack nothing', { pods: podsWith({}) }, [['graceful-termination', 'pass', 'info']]],
    [
      'whose Pods are older than its hook',
      { pods: podsWith({ withoutHook: 2 }) },
      [['graceful-termination', 'warn', 'medium']],
    ],
    ['that is left alone', { state: 'left-alone' }, [['graceful-termination', 'skip', 'info']]],
    [
      'with a warning',
      { findings: [found('single-replica', { severity: 'warning' })] },
      [['single-replica', 'warn', 'medium']],
    ],
    [
      'with an error',
      { findings: [found('stale-gate', { severity: 'error' })] },
      [['stale-gate', 'fail', 'high']],
    ],
    [
      'with information: nobody has to act',
      { findings: [found('drain-time', { severity: 'information' })] },
      [['graceful-termination', 'pass', 'info']],
    ],
    [
      'with a warning that is accepted',
      {
        findings: [
          found('stale-gate', { accepted: { reason: 'known', by: { kind: 'setting', name: 'accept' } } }),
        ],
      },
      [['stale-gate', 'skip', 'medium']],
    ],
    [
      'with two, the graver first',
      { findings: [found('stale-gate'), found('drain-blocked', { severity: 'error' })] },
      [
        ['drain-blocked', 'fail', 'high'],
        ['stale-gate', 'warn', 'medium'],
      ],
    ],
  ])('%s', ([, further, expected]) => {
    const { results } = reportOf([entry('web', further)])
    expect(results.map(({ rule, result, severity }) => [rule, result, severity])).toEqual(expected)
    for (const { result, severity } of results) {
      expect(RESULTS).toContain(result)
      expect(SEVERITIES).toContain(severity)
    }
  })

  test('behind no load balancer, and without a finding, there is none', () => {
    const { state: _, ...unexposed } = entry('web')
    expect(namespaceReports([unexposed], () => undefined).size).toBe(0)
    const accepted = { ...unexposed, findings: [found('exposed-by-one-variant')] }
    expect(namespaceReports([accepted], () => undefined).size).toBe(1)
  })

  test('says which object, what to do and whether the next change fixes it', () => {
    const accepted = { reason: 'until May', by: { kind: 'setting', name: 'accept' } } as const
    const finding = found('prestop-missing', { holds: 'before', action: 'apply it again', accepted })
    expect(reportOf([entry('web', { findings: [finding] })]).results).toEqual([
      {
        source: 'slackwater',
        policy: 'slackwater',
        rule: 'prestop-missing',
        category: 'Zero-downtime deployments',
        severity: 'medium',
        result: 'skip',
        scored: true,
        message: 'a message of prestop-missing',
        resources: [
          { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'uid-of-web' },
        ],
        properties: { holds: 'before', action: 'apply it again', accepted: 'until May' },
      },
    ])
  })

  test('shows what a terminal or a page would interpret', () => {
    const message = `\u001b[31m${'x'.repeat(2_000)}\n<script>`
    const [result] = reportOf([entry('web', { findings: [found('stale-gate', { message })] })]).results
    expect(result?.message.startsWith('\\x1b[31mxxx')).toBe(true)
    expect(result?.message).toHaveLength(1_024)
  })

  test('is cut between characters: what the API server stores is what was said', () => {
    const message = `${'x'.repeat(1_022)}🚢${'x'.repeat(9)}`
    const [result] = reportOf([entry('web', { findings: [found('stale-gate', { message })] })]).results
    expect(result?.message).toBe(`${'x'.repeat(1_022)}🚢…`)
  })
})

test('the summary counts each outcome; each namespace has its own report', () => {
  const workloads = [
    entry('a'),
    entry('b', { findings: [found('stale-gate'), found('gate-stuck')] }),
    entry('c', { state: 'left-alone' }),
    entry('d', { namespace: 'other' }),
  ]
  expect(reportOf(workloads).summary).toEqual({ pass: 1, fail: 0, warn: 2, skip: 1, error: 0 })
  expect([...namespaceReports(workloads, () => undefined).keys()]).toEqual(['shop', 'other'])
})

test('the order does not depend on that of the workloads', () => {
  const workloads = ['c', 'a', 'b'].map((name) => entry(name, { findings: [found('stale-gate')] }))
  expect(reportOf(workloads)).toEqual(reportOf(workloads.toReversed()))
})

test('of 2,000 results so many are listed as etcd takes, the rest is counted', () => {
  const long = found('stale-gate', { message: 'm'.repeat(5_000), action: 'a'.repeat(5_000) })
  const workloads = Array.from({ length: 2_000 }, (_, index) =>
    entry(`${'n'.repeat(240)}-${index}`, { namespace: 'n'.repeat(63), findings: [long] }),
  )
  const [report] = namespaceReports(workloads, () => 'u'.repeat(36)).values()
  if (report === undefined) throw new Error('nothing is reported')
  expect([report.results.length, report.left]).toEqual([MOST_RESULTS, 2_000 - MOST_RESULTS])
  expect(report.summary.warn).toBe(2_000)
  for (const kind of REPORT_KINDS) {
    const document = documentOf(report, kind, () => ({ seconds: 1_800_000_000, nanos: 0 }))
    expect(document.metadata.annotations).toEqual({
      'slackwater.dev/results-not-listed': String(2_000 - MOST_RESULTS),
    })
    expect(JSON.stringify(document).length).toBeLessThan(1.5 * 1024 * 1024)
  }
})

test('the document of each kind', () => {
  const report = reportOf([entry('web')])
  const [open, old] = REPORT_KINDS.map((kind) => documentOf(report, kind, () => ({ seconds: 7, nanos: 0 })))
  const metadata = {
    name: 'slackwater',
    namespace: 'shop',
    labels: { 'app.kubernetes.io/managed-by': 'slackwater' },
  }
  const results = [{ ...report.results[0], timestamp: { seconds: 7, nanos: 0 } }]
  const { summary } = report
  expect(open).toEqual({
    ...{
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      metadata,
      source: 'slackwater',
      summary,
      results,
    },
  })
  expect(old).toEqual({
    ...{ apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport', metadata, summary, results },
  })
})

test('a result is another one when its outcome changes, and not when its words do', () => {
  const keyOf = (further: Parameters<typeof found>[1]) => {
    const [result] = reportOf([entry('web', { findings: [found('stale-gate', further)] })]).results
    if (result === undefined) throw new Error('no result')
    return keyOfResult(result)
  }
  expect(keyOf({ message: 'other words' })).toBe(keyOf({}))
  expect(keyOf({ severity: 'error' })).not.toBe(keyOf({}))
})
