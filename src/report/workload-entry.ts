import type { ReadableAssessment } from '../assessment/assess.ts'
import { describeChanges } from '../assessment/describe.ts'
import type { Aftermath } from '../core/decision/aftermath.ts'
import type { Decision } from '../core/decision/decide.ts'
import { unusedAccepts } from '../core/findings/acceptance.ts'
import type { Finding } from '../core/findings/finding.ts'
import { changesTo } from '../core/injection/desired.ts'
import { knownLength } from '../core/injection/hooks.ts'
import { type OwnedWork, ownedWorkIn } from '../core/injection/owned-work.ts'
import type { Notice } from '../core/model/notice.ts'
import type { Container } from '../core/model/workload.ts'
import { given } from '../kubernetes/json.ts'
import { budgetDocument, exposureDocument } from './decision-document.ts'
import { refusalOf } from './refusal.ts'
import type { WorkloadEntry } from './schema.ts'
import { stateOf } from './state.ts'

/** What is known about a workload besides its assessment. */
interface Remarks {
  readonly findings: readonly Finding[]
  /** About the Services that select it, and the objects that refer to them. */
  readonly notices: readonly Notice[]
  readonly ending?: Aftermath['ending']
}

type Assessed = Pick<ReadableAssessment, 'decision' | 'proposed' | 'operations' | 'warnings' | 'acceptances'>

/** The report's entry for a workload: everything that is reported, but not the object itself. */
export function entryOf(assessment: Assessed, { findings, notices, ending }: Remarks): WorkloadEntry {
  const { decision, proposed, operations, warnings, acceptances } = assessment
  const unused = unusedAccepts(findings, acceptances)
  const { subject, mode, verdict, why, exposures, budget } = decision
  return {
    kind: subject.ref.kind,
    namespace: subject.ref.namespace,
    name: subject.ref.name,
    ...given('state', stateOf(assessment, findings)),
    mode: mode.mode,
    modeSource: mode.source,
    verdict,
    why,
    exposures: exposures.map((exposure) => exposureDocument(exposure, subject.ref)),
    ...given('budget', budget === undefined ? undefined : budgetDocument(budget)),
    ...given('ending', ending),
    present: presentOf(decision),
    changes: [...changesOf(decision)],
    patch: [...proposed],
    sent: [...operations],
    findings: [...findings],
    ...given('unusedAccepts', unused.length === 0 ? undefined : [...unused]),
    notices: [...notices],
    warnings: [...warnings],
    ...given('refusedWithoutUs', refusalOf(subject)),
  }
}

/** The changes as clauses; if the template is not changed, those that each of its Pods gets. */
function changesOf(decision: Decision): readonly string[] {
  const { verdict, changes, protection, subject } = decision
  if (verdict !== 'inject-in-pods' || protection === undefined) return describeChanges(decision, changes)
  const inPods = changesTo(subject.template, ownedWorkIn(subject.template), protection.desired)
  return describeChanges(decision, inPods).map((clause) => `in each Pod: ${clause}`)
}

function presentOf({ subject: { template } }: Decision): WorkloadEntry['present'] {
  const ownedWork = ownedWorkIn(template)
  return {
    ...given('gracePeriodSeconds', template.grace),
    containers: template.containers.map((container) => containerOf(container, ownedWork)),
    recorded: ownedWork.recorded,
  }
}

function containerOf({ name, preStop }: Container, { sleeps }: OwnedWork) {
  const length = preStop === undefined ? undefined : knownLength(preStop)
  return {
    name,
    ...given('hook', preStop?.handlers.join(' and ')),
    ...given('seconds', length),
    ours: sleeps.has(name),
  }
}
