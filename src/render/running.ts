import { gateWordsText } from '../core/model/stuck-gate.ts'
import { isOutdated, isUngated } from '../judgement/workloads.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import { counted } from './counted.ts'
import { MARK } from './notices.ts'
import type { DetailPaper } from './paint.ts'
import { podWords } from './pod-words.ts'
import { wrap } from './wrap.ts'

/** What is reported of a workload that runs: its rollout, its Pods, and what would be rejected. */

/** Whether Slackwater rolls it out where its load balancer came after it. */
export function drawLateExposure(entry: WorkloadEntry, paper: DetailPaper): readonly string[] {
  const { mode, lateExposure } = entry
  if (lateExposure === undefined || (mode !== 'enforce' && !paper.details)) return []
  const { verdict, why, cure, cost } = lateExposure
  if (verdict === 'adopt') return say('Slackwater will roll it out once', '    ', paper)
  if (verdict === 'wait') return say(`not rolled out yet: ${why}`, '    ', paper)
  return [
    ...say(`not rolled out by Slackwater: ${why}`, '    ', paper),
    ...say(cure ?? '', '      cure: ', paper),
    ...say(cost ?? '', '      ', paper),
  ]
}

/** Only what is certain. */
export function drawRefusal({ refusedWithoutUs }: WorkloadEntry, paper: DetailPaper): readonly string[] {
  if (refusedWithoutUs?.likelihood !== 'certain') return []
  const [first = ''] = refusedWithoutUs.requests
  return say(`rejected without Slackwater: the next apply ${first}`, `    ${MARK.warning} `, paper)
}

/**
 * What its Pods lack. Gates are reported per namespace, but for Pods that lack nothing else. If the next change of the
 * template fixes the Pods anyway, no fix is shown.
 */
export function drawPods(entry: WorkloadEntry, paper: DetailPaper): readonly string[] {
  const { pods } = entry
  if (pods === undefined) return []
  const isRestartEnough = isOutdated(entry) || isUngated(entry)
  const words = podWords(paper.details ? pods : { ...pods, ...withoutGates(entry), gateNotMet: 0 })
  if (words.length === 0) return []
  const head = `of ${counted(pods.running, 'Pod')}: ${words.join(', ')}`
  if (!paper.details && !isRestartEnough) return say(head, `    ${MARK.warning} `, paper)
  const oldest = pods.oldest === undefined ? '' : ` (the oldest created ${pods.oldest})`
  return [
    ...say(
      `${head}${pods.cause === undefined ? '' : `; ${pods.cause}`}${oldest}`,
      `    ${MARK.warning} `,
      paper,
    ),
    ...say(pods.cure ?? '', '      cure: ', paper),
    ...say(isOutdated(entry) && entry.lateExposure === undefined ? (pods.cost ?? '') : '', '      ', paper),
  ]
}

const withoutGates = (entry: WorkloadEntry) => (isUngated(entry) ? {} : { withoutGate: 0 })

/** Pods that wait for their readiness gate for too long. */
export function drawStuckGate({ pods }: WorkloadEntry, paper: DetailPaper): readonly string[] {
  if (pods?.stuckGate === undefined) return []
  const { pods: count, pod, gate, limitSeconds, ...words } = pods.stuckGate
  const what = `${counted(count, 'Pod')} stuck at the readiness gate ${gate} (over ${limitSeconds} s, first ${pod})`
  return say(`${what}: ${gateWordsText(words)}`, `    ${MARK.warning} `, paper)
}

/** One text at its place; none if it is empty. */
export const say = (text: string, lead: string, { width }: Pick<DetailPaper, 'width'>): readonly string[] =>
  text === '' ? [] : wrap(text, { width, lead })
