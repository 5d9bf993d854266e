import { assess, type Knowledge, type ReadableAssessment } from '../assessment/assess.ts'
import { describeChanges } from '../assessment/describe.ts'
import type { Decision } from '../core/decision/decide.ts'
import { isWorkloadKind } from '../core/model/workload-kind.ts'
import { given } from '../kubernetes/json.ts'
import { GATES_PATH, type PatchOperation } from '../kubernetes/patch.ts'
import { groupOf } from '../kubernetes/workload.ts'
import { eventSubjectsOf } from './event-subject.ts'
import { graceWarnings } from './grace-warnings.ts'
import { putBackWarnings } from './put-back.ts'
import type { AdmissionRequest, Answer } from './review.ts'
import { excessOf, tooLarge } from './too-large.ts'

/** The namespace if neither the object nor the request names one. */
const DEFAULT_NAMESPACE = 'default'

/** A longer patch is left out of the audit annotation: the audit log has one line per event. A choice. */
const LONGEST_AUDIT_PATCH = 8192

/** Answers one admission request from the inventory; never denies it. */
export function admit(request: AdmissionRequest, knowledge: Knowledge): Answer {
  const what = subjectOf(request)
  if (what === undefined) return unconcerned('not-concerned')
  const excess = excessOf(request)
  if (excess !== undefined) return tooLarge(excess)
  const assessment = assess(
    {
      what,
      raw: request.object,
      ...(request.operation === 'UPDATE' ? { stored: request.oldObject } : {}),
      ...given('fieldManager', request.fieldManager),
      namespace: namespaceOf(request),
      fromFile: false,
      isAsked: true,
    },
    knowledge,
  )
  if (!assessment.readable) return unreadable(assessment.problem)
  const eventsFor = request.dryRun ? [] : eventSubjectsOf(assessment, knowledge.inventory)
  return {
    ...answerFor(assessment, request, knowledge),
    ...(eventsFor.length === 0 ? {} : { eventsFor }),
    ...(request.dryRun || !isGated(assessment) ? {} : { gates: gatesIn(assessment.decision).length }),
  }
}

/** For an object that names none. */
export const namespaceOf = ({ namespace }: AdmissionRequest): string => namespace ?? DEFAULT_NAMESPACE

/** Workloads and Pods at CREATE and UPDATE; Slackwater ignores scale, status and the rest. */
export function subjectOf({
  kind,
  operation,
  subResource,
}: AdmissionRequest): 'workload' | 'pod' | undefined {
  if (subResource !== undefined && subResource !== '') return undefined
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined
  if (kind.group === '' && kind.kind === 'Pod') return 'pod'
  return isWorkloadKind(groupOf(`${kind.group}/${kind.version}`), kind.kind) ? 'workload' : undefined
}

const NOTHING = { operations: [], warnings: [], auditAnnotations: {}, log: {} } as const

const unconcerned = (outcome: string): Answer => ({ ...NOTHING, outcome })

const unreadable = (problem: string): Answer => ({
  ...NOTHING,
  outcome: 'unreadable',
  warnings: [`slackwater: not changed: ${problem}`],
  log: { problem },
})

/** While the inventory may be out of date, nothing new is injected, and the user is warned. */
function answerFor(assessment: ReadableAssessment, request: AdmissionRequest, knowledge: Knowledge): Answer {
  const { decision, operations } = assessment
  const doubt = knowledge.inventory.doubt?.()
  const isConcerned = decision.verdict === 'not-exposed' && decision.subject.owner === undefined
  const doubted =
    doubt !== undefined && isConcerned ? [`slackwater: not protected: load balancers unknown: ${doubt}`] : []
  return {
    outcome: outcomeOf(assessment),
    operations,
    warnings: [...warningsFor(assessment, request), ...doubted],
    auditAnnotations: auditAnnotations(assessment),
    log: { ...logFields(decision, operations), ...(doubt === undefined ? {} : { doubt }) },
  }
}

/** A label value of a bounded set for the metric: what was done, otherwise the verdict. */
function outcomeOf({ decision, operations, proposed, unproven }: ReadableAssessment): string {
  if (unproven !== undefined) return 'unproven'
  if (operations.length > 0) {
    if (decision.verdict === 'restore') return 'restored'
    return decision.mode.mode === 'dry-run' ? 'repaired' : 'patched'
  }
  return proposed.length > 0 ? 'would-patch' : decision.verdict
}

/**
 * What was done to the object. What is to be found in it, the validating webhook says. Only for objects that users apply:
 * when a controller creates a Pod, no user reads the warning.
 */
function warningsFor(assessment: ReadableAssessment, request: AdmissionRequest): readonly string[] {
  const { decision, operations, proposed, warnings } = assessment
  const { subject, mode, repair, verdict, why } = decision
  if (subject.owner !== undefined) return []
  const lines = [...warnings]
  if (operations.length > 0 && verdict !== 'restore')
    lines.push(...describeChanges(decision, handlersOf(repair)))
  if (mode.mode === 'dry-run') {
    if (proposed.length > 0)
      lines.push(...describeChanges(decision, heldBack(decision)).map((clause) => `dry-run: would ${clause}`))
    if (verdict === 'inject-in-pods') lines.push(`dry-run: would protect its Pods only: ${why}`)
  }
  lines.push(...putBackWarnings(decision, request), ...graceWarnings(assessment))
  if (isGated(assessment)) lines.push(GATED)
  return lines.map((line) => `slackwater: ${line}`)
}

const GATED =
  'this Pod is not Ready before its readiness gate: load balancer controller has no ready replica; restore it'

/** The patch that is sent writes a readiness gate. */
const isGated = ({ operations }: Pick<ReadableAssessment, 'operations'>): boolean =>
  operations.some(({ path }) => path.startsWith(GATES_PATH))

/** Changes that dry-run only reports: a repair is made all the same. */
function heldBack({ repair, changes }: Decision): Decision['changes'] {
  const done = new Set(repair.map((change) => JSON.stringify(change)))
  return changes.filter((change) => !done.has(JSON.stringify(change)))
}

/** A repair removes what the user may expect to stay, so the warning comes in every mode. */
const handlersOf = (repair: Decision['repair']): Decision['repair'] =>
  repair.filter(({ kind }) => kind === 'remove-handler' || kind === 'remove-hook')

/**
 * Deterministic: the API server drops a second value for a key, as reinvocation would give it. A patch that is sent
 * is left out here: the API server audits it itself.
 */
function auditAnnotations({
  decision,
  operations,
  proposed,
}: ReadableAssessment): Readonly<Record<string, string>> {
  const { budget, verdict, why, mode } = decision
  return {
    mode: mode.mode,
    decision: `${verdict}: ${why}`,
    ...(budget === undefined ? {} : { budget: `sleep ${budget.sleep} s, grace ${budget.grace} s` }),
    ...(isSent(proposed, operations) ? {} : { patch: auditText(proposed) }),
  }
}

const isSent = (proposed: readonly PatchOperation[], sent: readonly PatchOperation[]): boolean =>
  proposed === sent || JSON.stringify(proposed) === JSON.stringify(sent)

function auditText(operations: readonly PatchOperation[]): string {
  const text = JSON.stringify(operations)
  return text.length <= LONGEST_AUDIT_PATCH ? text : `${operations.length} operations`
}

/** Readiness gates that are written, or would be in mode enforce. */
const gatesIn = ({ changes }: Decision): readonly string[] =>
  changes.flatMap((change) => (change.kind === 'add-gates' ? change.gates : []))

function logFields(
  decision: Decision,
  operations: readonly PatchOperation[],
): Readonly<Record<string, unknown>> {
  const { mode, verdict, why, budget, exposures } = decision
  const gates = gatesIn(decision)
  return {
    mode: mode.mode,
    verdict,
    why,
    exposures: exposures.length,
    operations: operations.length,
    ...(gates.length === 0 ? {} : { gates }),
    ...(budget === undefined
      ? {}
      : { sleep: budget.sleep, grace: budget.grace, decidedBy: budget.decidedBy.exposure.id }),
  }
}
