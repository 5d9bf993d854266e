import { type ReasonWords, reasonWords } from './reason-words.ts'
import type { Departure, RolloutRecord } from './verdict.ts'

/**
 * What is said of Pods that left. It never says that no request was lost: only traffic data can tell.
 */

/** Reasons that a sentence names. A choice: an Event has 1,024 bytes. */
const NAMED = 3

type Judged = Pick<RolloutRecord, 'departures'>

/** All Pods that left. */
const totalOf = ({ departures: { covered, exposed, unknown } }: Judged): number => covered + exposed + unknown

/** `10 of 10 left after 45 s, none cut, gate held 10 of 10`; or what was missing, and for how many Pods. */
export function rolloutText(record: RolloutRecord): string {
  const words = record.verdict === 'covered' ? [coveredText(record)] : lackingTexts(record)
  const superseded = record.isSuperseded ? ['another rollout began before this one had ended'] : []
  return [...words, ...superseded].join('; ')
}

function coveredText(record: RolloutRecord): string {
  const total = totalOf(record)
  if (total === 0) return ['no Pod left', ...gateTexts(record)].join(', ')
  const after = record.shortestSleep === undefined ? '' : ` after ${record.shortestSleep} s`
  return [`${total} of ${total} left${after}`, 'none cut', ...gateTexts(record)].join(', ')
}

/** Behind instance targets there is no gate. */
const gateTexts = ({ gates: { held, of } }: RolloutRecord): readonly string[] =>
  of === 0 ? [] : [`gate held ${held} of ${of}`]

function lackingTexts(record: RolloutRecord): readonly string[] {
  const total = totalOf(record)
  const { covered } = record.departures
  const [counted, others] = partition(rolloutReasons(record))
  const more = counted.length - NAMED
  return [
    ...counted.slice(0, NAMED).map(({ pods, text }) => `${pods} of ${total} ${text}`),
    ...(more > 0 ? [`${more} more ${more === 1 ? 'reason' : 'reasons'}`] : []),
    ...(counted.length + others.length === 0 ? [outcomesText(record.departures)] : []),
    ...(covered === 0 || counted.length + others.length === 0
      ? []
      : [`${covered} of ${total} ${beOf(covered)} covered`]),
    ...others.map(({ text }) => text),
  ]
}

/** Those that hold for a number of Pods, and those of which nobody knows for how many. */
const partition = (reasons: readonly ReasonWords[]) =>
  [reasons.filter(({ pods }) => pods > 0), reasons.filter(({ pods }) => pods === 0)] as const

const beOf = (count: number): string => (count === 1 ? 'was' : 'were')

/** Why a rollout is exposed or unknown, the reason of most Pods first. */
export const rolloutReasons = ({
  reasons,
  workload,
}: Pick<RolloutRecord, 'reasons' | 'workload'>): readonly ReasonWords[] => reasonWords(reasons, workload)

/** Why one departure is exposed or unknown. */
export const departureReasons = ({
  reasons,
  workload,
}: Pick<Departure, 'reasons' | 'workload'>): readonly ReasonWords[] =>
  reasonWords(
    reasons.map((reason) => ({ reason, pods: 1 })),
    workload,
  )

/** What is said of one Pod that left, a predicate: `left after 45 s`, `was cut: …`. */
export function departureText(departure: Departure): string {
  const reasons = departureReasons(departure)
  if (reasons.length > 0) return reasons.map(({ text }) => text).join('; ')
  return departure.slept === undefined ? 'left' : `left after ${departure.slept} s`
}

/** `120 of 123 covered, 3 exposed` */
export function outcomesText(outcomes: RolloutRecord['departures']): string {
  const { covered, exposed, unknown } = outcomes
  const total = totalOf({ departures: outcomes })
  return [
    `${covered} of ${total} covered`,
    ...(exposed === 0 ? [] : [`${exposed} exposed`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ].join(', ')
}

/** What to do first; undefined: nothing is to be done. */
export const cureOf = (reasons: readonly ReasonWords[]): string | undefined =>
  reasons.find(({ cure }) => cure !== undefined)?.cure
