import { FINDINGS } from '../core/findings/catalogue.ts'
import { compareRefs, compareText, keyOf, type ObjectRef } from '../core/model/object-ref.ts'
import { isGrave } from '../judgement/severity.ts'
import { given } from '../kubernetes/json.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import type { Result, ResultRemark, ResultWorkload } from './result.ts'

/** One line of a result: a finding of a workload, or a remark. */
export interface Statement extends Omit<ResultRemark, 'what'> {
  readonly what: ResultRemark['what'] | 'finding'
  /** `fixed`: Slackwater's change fixes it; `accepted`: a user accepts it; `open`: neither. */
  readonly state: 'open' | 'fixed' | 'accepted'
  /** It changes the exit code: it is open, and of severity warning or error. */
  readonly counts: boolean
  /** Tells several findings with one id about one object apart. */
  readonly about?: string
  /** Lines to paste. */
  readonly paste?: string
  /** Why a user accepts it. */
  readonly reason?: string
}

/** Concerns that say no more than the findings and warnings of their workload, which are statements of their own. */
const TOLD_BY_FINDINGS: readonly string[] = ['too-short', 'withheld', 'unusable-annotation']

/** Everything that a result says, each thing once, by file, line and object. */
export function statementsOf(result: Result): readonly Statement[] {
  const told = new Set(
    result.workloads.flatMap((workload) => workload.findings.map(({ id }) => saidKey(id, workload))),
  )
  const isTold = ({ what, id, object }: ResultRemark): boolean =>
    what === 'concern' &&
    (TOLD_BY_FINDINGS.includes(id) || (object !== undefined && told.has(saidKey(id, object))))
  const remarks = result.remarks.filter((remark) => !isTold(remark))
  const all = [
    ...result.workloads.flatMap((workload) => ofWorkload(workload, result)),
    ...remarks.map(ofRemark),
  ]
  const known = new Map(all.map((statement) => [JSON.stringify(statement), statement]))
  return [...known.values()].sort(compareStatements)
}

const saidKey = (id: string, object: ObjectRef): string => `${id} ${keyOf(object)}`

const ofRemark = (remark: ResultRemark): Statement => ({
  ...remark,
  state: 'open',
  counts: isGrave(remark),
})

function ofWorkload(workload: ResultWorkload, result: Result): readonly Statement[] {
  const { kind, namespace, name, cluster, position } = workload
  const place = {
    object: { kind, namespace, name },
    ...(cluster === undefined ? {} : { cluster }),
    ...(position === undefined ? {} : { position }),
  }
  return [
    ...workload.findings.map((finding) => ({ ...ofFinding(finding, result), ...place })),
    ...workload.warnings.map((message, at) => ({
      ...ofRemark({ ...UNUSABLE, message }),
      ...place,
      ...given('position', workload.warningPositions?.[at] ?? position),
    })),
  ]
}

const UNUSABLE = { what: 'note', id: 'unusable-annotation', severity: 'warning' } as const

function ofFinding(
  { id, severity, holds, message, about, action, paste, accepted }: WorkloadEntry['findings'][number],
  { isAfterChanges }: Result,
): Statement {
  const isFixed = isAfterChanges === true && holds === 'before'
  const state = isFixed ? 'fixed' : accepted === undefined ? 'open' : 'accepted'
  return {
    ...{ what: 'finding', id, severity, message, state },
    counts: state === 'open' && isGrave({ severity }),
    action: action ?? FINDINGS[id].action,
    ...(about === undefined ? {} : { about }),
    ...(paste === undefined ? {} : { paste }),
    ...(state === 'accepted' && accepted !== undefined ? { reason: accepted.reason } : {}),
  }
}

const NO_OBJECT = { kind: '', namespace: '', name: '' }

const compareStatements = (a: Statement, b: Statement): number =>
  compareText(a.cluster ?? '', b.cluster ?? '') ||
  compareText(a.position?.file ?? '', b.position?.file ?? '') ||
  (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
  compareRefs(a.object ?? NO_OBJECT, b.object ?? NO_OBJECT) ||
  rankOf(a) - rankOf(b) ||
  compareText(a.id, b.id) ||
  compareText(a.about ?? '', b.about ?? '') ||
  compareText(a.message, b.message)

/** What counts first, errors before warnings; then what stays, is accepted, is fixed. */
export const rankOf = ({ counts, severity, state }: Statement): number =>
  counts ? (severity === 'error' ? 0 : 1) : { open: 2, accepted: 3, fixed: 4 }[state]
