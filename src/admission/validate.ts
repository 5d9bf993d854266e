import { isDeepStrictEqual } from 'node:util'
import { aftermathOf } from '../assessment/aftermath.ts'
import { assess, type Knowledge } from '../assessment/assess.ts'
import type { Decision } from '../core/decision/decide.ts'
import type { FindingId } from '../core/findings/catalogue.ts'
import { type Grounds, isDeniable } from '../core/findings/deniable.ts'
import type { Finding } from '../core/findings/finding.ts'
import { given, property } from '../kubernetes/json.ts'
import { namespaceOf, subjectOf } from './admit.ts'
import type { AdmissionRequest, Answer } from './review.ts'
import { storedFindings } from './stored-findings.ts'
import { excessOf } from './too-large.ts'
import { isAboutTraffic, type ValidatingKnowledge, validateTraffic } from './validate-traffic.ts'
import { allowed, answerWith, isLeaving, isOwned, unchecked } from './validating-answer.ts'

/**
 * Judges what will be stored: the object after every other webhook. It says the findings that stand in it, and refuses
 * only what the settings deny, what is certain, and what the stored object does not have already. It changes nothing,
 * and allows whatever it cannot judge.
 */
export function validate(request: AdmissionRequest, knowledge: ValidatingKnowledge): Answer {
  if (isAboutTraffic(request)) return validateTraffic(request, knowledge)
  const what = subjectOf(request)
  if (what === undefined || !isConcerned(request, what)) return allowed('not-concerned')
  const excess = excessOf(request)
  if (excess !== undefined) return unchecked('too-large', excess)
  const doubt = knowledge.inventory.doubt?.()
  if (doubt !== undefined) return unchecked('in-doubt', doubt)
  const judge = judgeOf(what, request, knowledge)
  const judged = judge(request.object)
  if ('problem' in judged) return unchecked('unreadable', judged.problem)
  const { decision, findings } = judged
  const { ref } = decision.subject
  const judgement = {
    mode: decision.mode.mode,
    object: `${ref.kind} ${ref.name}`,
    findings,
    isCertain: (finding: Finding) =>
      isNamespaceKnown(ref.namespace, knowledge) && isDeniable(finding, groundsOf(decision)),
    isNew: isNewTo(() => judge(request.oldObject), request),
  }
  return answerWith(judgement, knowledge.settings)
}

const groundsOf = ({ subject: { template, workload }, exposures }: Decision): Grounds => ({
  template,
  exposures,
  ...given('workload', workload),
})

/** One that was created a moment ago may have a mode or accept a finding: nobody knows yet. Of files all is known. */
const isNamespaceKnown = (name: string, { inventory, traffic }: ValidatingKnowledge): boolean =>
  traffic === undefined || inventory.namespace(name) !== undefined

/** Whether this request changes how Pods end: in a stored Pod that cannot be changed. */
function isConcerned({ operation, object, oldObject }: AdmissionRequest, what: 'workload' | 'pod'): boolean {
  if (isLeaving(object) || isOwned(object)) return false
  if (operation === 'CREATE') return true
  return what === 'workload' && !isDeepStrictEqual(templateIn(object), templateIn(oldObject))
}

const templateIn = (object: unknown): unknown => property(property(object, 'spec'), 'template')

/** What stands in one object. */
interface Judged {
  readonly decision: Decision
  readonly findings: readonly Finding[]
}

type Judge = (raw: unknown) => Judged | { readonly problem: string }

/** An object by itself, as a report judges a stored one. */
const judgeOf =
  (what: 'workload' | 'pod', request: AdmissionRequest, { inventory, settings }: Knowledge): Judge =>
  (raw) => {
    const object = { what, raw, namespace: namespaceOf(request), fromFile: false, isAsked: true } as const
    const assessment = assess(object, { inventory, settings })
    if (!assessment.readable) return assessment
    const { decision } = assessment
    const { findings } = aftermathOf(assessment, inventory, raw)
    return { decision, findings: storedFindings(findings, decision, settings) }
  }

/**
 * Whether the stored object lacks a finding: whoever changes something else is not refused for what was there. Where that
 * is unknown, nothing counts as new.
 */
function isNewTo(
  before: () => ReturnType<Judge>,
  { operation }: AdmissionRequest,
): (finding: Finding) => boolean {
  if (operation === 'CREATE') return () => true
  let known: ReadonlySet<FindingId> | 'unknown' | undefined
  return ({ id }) => {
    known ??= idsOf(before())
    return known !== 'unknown' && !known.has(id)
  }
}

const idsOf = (judged: ReturnType<Judge>): ReadonlySet<FindingId> | 'unknown' =>
  'problem' in judged || isUnjudged(judged.decision)
    ? 'unknown'
    : new Set(judged.findings.map(({ id }) => id))

/** What stands in it was not looked for: in mode off, or while nobody could serve anyway. */
const isUnjudged = ({ mode, verdict }: Decision): boolean => mode.mode === 'off' || verdict === 'withhold'
