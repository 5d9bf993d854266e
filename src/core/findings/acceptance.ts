import { FINDINGS, type FindingId } from './catalogue.ts'
import type { AcceptReason, Finding } from './finding.ts'

/** One accepted id for one workload. It changes how its findings are counted and shown, and nothing else. */
export interface Acceptance extends AcceptReason {
  readonly id: FindingId
}

export const FINDING_IDS: readonly string[] = Object.keys(FINDINGS)

export const isFindingId = (text: string): text is FindingId => Object.hasOwn(FINDINGS, text)

/** The `accept` of the installation's settings, whose ids the schema has checked. */
export const acceptancesOf = (setting: Readonly<Record<string, string>>): readonly Acceptance[] =>
  Object.entries(setting).flatMap(([id, reason]) =>
    isFindingId(id) ? [{ id, reason, by: { kind: 'setting', name: `accept.${id}` } }] : [],
  )

/** The findings, each with its acceptance if there is one; of several for one id, the first counts. */
export const withAcceptances = (
  findings: readonly Finding[],
  acceptances: readonly Acceptance[],
): readonly Finding[] =>
  findings.map((finding) => {
    const found = acceptances.find(({ id }) => id === finding.id)
    return found === undefined ? finding : { ...finding, accepted: { reason: found.reason, by: found.by } }
  })

/** Only running Pods show them, and only at times: no manifest does, and an entry for them is never unused. */
const OF_PODS: readonly FindingId[] = ['gate-stuck']

/**
 * Ids that are accepted on the workload itself although nothing is found: the entry can be deleted. What a namespace or
 * the installation accepts is meant for others too.
 */
export const unusedAccepts = (
  findings: readonly Finding[],
  acceptances: readonly Acceptance[],
): readonly FindingId[] => {
  const own = acceptances.filter(({ by }) => by.kind === 'annotation' && by.object.kind !== 'Namespace')
  const found = new Set([...OF_PODS, ...findings.map(({ id }) => id)])
  return [...new Set(own.map(({ id }) => id))].filter((id) => !found.has(id))
}
