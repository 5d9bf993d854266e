import { describe, expect, test } from 'vitest'
import type { Severity } from '../../src/core/findings/catalogue.ts'
import type { JudgedReport } from '../../src/judgement/concerns.ts'
import { FAIL_ON } from '../../src/judgement/exit.ts'
import { auditExitCode, planExitCode, reportExitCode } from '../../src/judgement/exit-code.ts'
import type { JudgedWorkload } from '../../src/judgement/workloads.ts'
import { pods, report, workload } from './reports.ts'

const NOTHING = { problems: 0, warnings: 0, errors: 0, changed: 0, inPods: 0, labelled: 0 }

/** As `slackwater plan --help` says it, and its option --exit-code. */
describe('a plan', () => {
  test.for<[string, Partial<typeof NOTHING>, plain: number, withChanges: number]>([
    ['nothing to say', {}, 0, 0],
    ['a warning stays', { warnings: 1 }, 1, 1],
    ['an object would change', { changed: 1 }, 0, 1],
    ['an object would change in its Pods', { inPods: 1 }, 0, 1],
    ['a namespace would be labelled', { labelled: 1 }, 0, 1],
    ['a file could not be read', { problems: 1 }, 2, 2],
    ['that weighs more than a warning', { problems: 1, warnings: 1 }, 2, 2],
  ])('%s', ([, counts, plain, withChanges]) => {
    const plan = { ...NOTHING, ...counts }
    const codes = [false, true].map((changesCount) => planExitCode(plan, { failOn: 'warning', changesCount }))
    expect(codes).toEqual([plain, withChanges])
  })

  /** docs/input-and-output.md, Exit codes: --fail-on. Errors are among the warnings. */
  test.for<[string, Partial<typeof NOTHING>, error: number, warning: number, none: number]>([
    ['nothing to say', {}, 0, 0, 0],
    ['a warning', { warnings: 1 }, 0, 1, 0],
    ['an error', { warnings: 1, errors: 1 }, 1, 1, 0],
    ['bad input', { problems: 1 }, 2, 2, 2],
  ])('--fail-on with %s', ([, counts, ...wanted]) => {
    const plan = { ...NOTHING, ...counts }
    const codes = FAIL_ON.map((failOn) => planExitCode(plan, { failOn, changesCount: false }))
    expect(codes).toEqual(wanted)
  })

  test('changes count whatever findings count', () => {
    const plan = { ...NOTHING, changed: 1 }
    expect(planExitCode(plan, { failOn: 'none', changesCount: true })).toBe(1)
  })
})

/** docs/report.md, Exit codes: each of the reasons alone, and what is none. */
describe('a report', () => {
  const of = (wanted: Partial<JudgedWorkload>): Partial<JudgedReport> => ({ workloads: [workload(wanted)] })
  const open = (severity: Severity) => ({ id: 'single-replica', severity, holds: 'throughout' }) as const
  const accepted = (severity: Severity) => ({ ...open(severity), accepted: { reason: 'a canary' } })
  const refusal = (likelihood: string) => of({ refusedWithoutUs: { likelihood, sleepSeconds: 45 } })
  test.for<[string, Partial<JudgedReport>, number]>([
    ['nothing to say', {}, 0],
    [
      'a finding of warning',
      of({ findings: [{ id: 'grace-too-short', severity: 'warning', holds: 'throughout' }] }),
      1,
    ],
    [
      'a finding of error',
      of({ findings: [{ id: 'grace-too-short', severity: 'error', holds: 'after' }] }),
      1,
    ],
    [
      'one that the change ends',
      of({ findings: [{ id: 'grace-too-short', severity: 'warning', holds: 'before' }] }),
      1,
    ],
    [
      'information',
      of({ findings: [{ id: 'grace-too-short', severity: 'information', holds: 'throughout' }] }),
      0,
    ],
    ['an annotation that could not be used', of({ warnings: ['no number'] }), 1],
    ['a notice about its Service', of({ notices: [{ severity: 'warning' }] }), 0],
    ['a refusal that is sure to come', refusal('certain'), 1],
    ['one that may come', refusal('if-changed'), 0],
    ['a Pod without a hook', of({ pods: pods({ withoutHook: 1 }) }), 1],
    ['a Pod with a short hook', of({ pods: pods({ shortHook: 1 }) }), 1],
    ['a Pod with a short grace period', of({ pods: pods({ shortGrace: 1 }) }), 1],
    ['a Pod without a gate', of({ pods: pods({ withoutGate: 1 }) }), 1],
    ['Pods that lack nothing', of({ pods: pods() }), 0],
    ['a Pod of no workload that lacks something', { otherPods: [{ pods: pods({ withoutGate: 1 }) }] }, 1],
    ['one that lacks nothing', { otherPods: [{ pods: pods() }] }, 0],
    ['a resource that could not be listed', { missing: [{ part: 'pods', problem: '403' }] }, 1],
    ['an object that could not be read', { unreadable: [{ object: 'Pod shop/odd', problem: 'odd' }] }, 1],
    ['an accepted finding', of({ findings: [accepted('warning')] }), 0],
    ['an accepted one beside another', of({ findings: [accepted('warning'), open('warning')] }), 1],
    [
      'a controller that is down',
      { cluster: { loadBalancerController: { deployment: { namespace: 'a', name: 'lbc', ready: 0 } } } },
      1,
    ],
    ['doubt', { cluster: { doubt: 'services not up to date for 200 s' } }, 1],
  ])('%s', ([, wanted, code]) => expect(reportExitCode(report(wanted), 'warning')).toBe(code))

  test.for<[string, Partial<JudgedReport>, error: number, warning: number, none: number]>([
    ['nothing to say', {}, 0, 0, 0],
    ['a warning', of({ findings: [open('warning')] }), 0, 1, 0],
    ['an error', of({ findings: [open('error')] }), 1, 1, 0],
    ['an accepted error', of({ findings: [accepted('error')] }), 0, 0, 0],
    ['a Pod without a hook', of({ pods: pods({ withoutHook: 1 }) }), 0, 1, 0],
    ['a certain refusal', refusal('certain'), 1, 1, 0],
    ['doubt', { cluster: { doubt: 'stale' } }, 1, 1, 0],
    ['a missing part', { missing: [{ part: 'pods', problem: '403' }] }, 0, 1, 0],
  ])('--fail-on with %s', ([, wanted, ...codes]) =>
    expect(FAIL_ON.map((failOn) => reportExitCode(report(wanted), failOn))).toEqual(codes),
  )
})

/** docs/input-and-output.md, Exit codes: audit. */
describe('an audit', () => {
  const finding = (severity: Severity, accepted?: object) =>
    report({ workloads: [workload({ findings: [{ id: 'x', severity, holds: 'throughout', accepted }] })] })
  const tried = (result: string) => report({ workloads: [workload({ tried: { result } })] })
  const incomplete = report({ missing: [{ part: 'pods', problem: '403' }] })
  test.for<[string, readonly (JudgedReport | undefined)[], error: number, warning: number, none: number]>([
    ['an audit without anything to report', [report()], 0, 0, 0],
    ['a warning', [finding('warning')], 0, 1, 0],
    ['an error', [finding('error')], 1, 1, 0],
    ['an accepted warning', [finding('warning', { reason: 'a canary' })], 0, 0, 0],
    ['a change that would be refused', [tried('refused')], 0, 1, 0],
    ['a change that a policy would overwrite', [tried('changed-back')], 0, 1, 0],
    [
      'changes that would be stored, or of which nothing is known',
      [tried('accepted'), tried('not-tried')],
      0,
      0,
      0,
    ],
    ['one cluster of two has a warning', [report(), finding('warning')], 0, 1, 0],
    ['a resource that could not be listed, beside an error', [incomplete, finding('error')], 2, 2, 2],
    ['a cluster that could not be read', [report(), undefined], 2, 2, 2],
  ])('%s', ([, reports, ...wanted]) => {
    expect(FAIL_ON.map((failOn) => auditExitCode(reports, failOn))).toEqual(wanted)
  })
})
