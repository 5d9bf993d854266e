import { isDeepStrictEqual } from 'node:util'
import { aftermathOf } from '../assessment/aftermath.ts'
import { assess, type Knowledge, type ReadableAssessment } from '../assessment/assess.ts'
import type { FindingId } from '../core/findings/catalogue.ts'
import type { Finding } from '../core/findings/finding.ts'
import { property } from '../kubernetes/json.ts'
import { namespaceOf, subjectOf } from './admit.ts'
import type { AdmissionRequest, Answer } from './review.ts'
import { denialOf, levelOf, warningLines } from './said-findings.ts'
import { storedFindings } from './stored-findings.ts'
import { excessOf } from './too-large.ts'

/**
 * Judges what will be stored: the object after every other webhook. It says the findings that stand in it, and refuses
 * only what the settings deny, what is certain, and what the stored object does not have already. It changes nothing,
 * and allows whatever it cannot judge.
 */
export function validate(request: AdmissionRequest, knowledge: Knowledge): Answer {
  const what = subjectOf(request)
  if (what === undefined || !isConcerned(request, what)) return allowed('not-concerned')
  const excess = excessOf(request)
  if (excess !== undefined) return unchecked('too-large', excess)
  const doubt = knowledge.inventory.doubt?.()
  if (doubt !== undefined) return unchecked('in-doubt', doubt)
  const judge = judgeOf(what, request, knowledge)
  const judged = judge(request.object)
  if ('problem' in judged) return unchecked('unreadable', judged.problem)
  return answerTo(judged, () => judge(request.oldObject), { request, knowledge })
}

const NOTHING = { operations: [], warnings: [], auditAnnotations: {}, log: {} } as const

const allowed = (outcome: string): Answer => ({ ...NOTHING, outcome })

/** Nobody is told: the mutating webhook has met the same and has said so. The audit log has the reason. */
export const unchecked = (outcome: string, problem: string): Answer => ({
  ...NOTHING,
  outcome,
  auditAnnotations: { unchecked: problem },
  log: { problem },
})

/** Whether this request changes how Pods end. A stored Pod cannot be changed in that, and one that is leaving needs no advice. */
function isConcerned({ operation, object, oldObject }: AdmissionRequest, what: 'workload' | 'pod'): boolean {
  if (typeof property(property(object, 'metadata'), 'deletionTimestamp') === 'string') return false
  if (operation === 'CREATE') return true
  return what === 'workload' && !isDeepStrictEqual(templateIn(object), templateIn(oldObject))
}

const templateIn = (object: unknown): unknown => property(property(object, 'spec'), 'template')

/** What stands in one object. */
interface Judged {
  readonly assessment: ReadableAssessment
  readonly findings: readonly Finding[]
}

type Judge = (raw: unknown) => Judged | { readonly problem: string }

/** An object by itself, as a report judges a stored one. */
const judgeOf =
  (what: 'workload' | 'pod', request: AdmissionRequest, knowledge: Knowledge): Judge =>
  (raw) => {
    const namespace = namespaceOf(request)
    const assessment = assess({ what, raw, namespace, fromFile: false }, knowledge)
    if (!assessment.readable) return assessment
    const { decision } = assessment
    // Nobody reads what is said to a controller.
    if (decision.subject.owner !== undefined) return { assessment, findings: [] }
    const { findings } = aftermathOf(assessment, knowledge.inventory, raw)
    return { assessment, findings: storedFindings(findings, decision, knowledge.settings) }
  }

interface Asked {
  readonly request: AdmissionRequest
  readonly knowledge: Knowledge
}

function answerTo({ assessment, findings }: Judged, before: () => ReturnType<Judge>, asked: Asked): Answer {
  const { subject, mode } = assessment.decision
  const { settings } = asked.knowledge
  const leveled = findings.map((finding) => ({
    finding,
    level: levelOf(finding, subject.template, settings),
  }))
  const said = leveled.flatMap(({ finding, level }) => (level === 'off' ? [] : [finding]))
  if (said.length === 0) return allowed('nothing-found')
  const refusable = leveled.flatMap(({ finding, level }) => (level === 'deny' ? [finding] : []))
  const isNew = newTo(refusable, before, asked.request)
  const denied = mode.mode === 'enforce' ? refusable.filter(isNew) : []
  const wouldDeny = new Set(mode.mode === 'dry-run' ? refusable.filter(isNew).map(({ id }) => id) : [])
  const warned = said.filter((finding) => !denied.includes(finding))
  const object = `${subject.ref.kind} ${subject.ref.name}`
  const ids = [...new Set(said.map(({ id }) => id))]
  return {
    ...NOTHING,
    ...(denied.length === 0 ? { outcome: 'warned' } : { outcome: 'denied' }),
    warnings: warningLines(warned, wouldDeny),
    ...(denied.length === 0 ? {} : { denial: denialOf(denied, object) }),
    auditAnnotations: {
      mode: mode.mode,
      findings: ids.join(', '),
      ...(denied.length === 0 ? {} : { denied: [...new Set(denied.map(({ id }) => id))].join(', ') }),
    },
    log: {
      mode: mode.mode,
      findings: ids,
      ...(denied.length === 0 ? {} : { denied: denied.map(({ id }) => id) }),
    },
  }
}

/**
 * Whether the stored object lacks a finding: whoever changes something else is not refused for what was there. What the
 * stored object has cannot always be told, and then nothing counts as new.
 */
function newTo(
  refusable: readonly Finding[],
  before: () => ReturnType<Judge>,
  { operation }: AdmissionRequest,
): (finding: Finding) => boolean {
  if (refusable.length === 0) return () => false
  if (operation === 'CREATE') return () => true
  const judged = before()
  if ('problem' in judged) return () => false
  const known = new Set<FindingId>(judged.findings.map(({ id }) => id))
  return ({ id }) => !known.has(id)
}
