import { refText } from '../core/model/object-ref.ts'
import type {
  LoadBalancerEntry,
  LostEntry,
  MeasuredEntry,
  SleepEntry,
  TargetGroupEntry,
} from '../measure/schema.ts'
import { counted, digits, tenths } from './counted.ts'

/** The sentences of a measurement, for the terminal and for the page. */

/** `2026-10-03 10:04:31` of a time in RFC 3339. */
export const momentText = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 19)}`

/** The names by which people know them: `my-alb`, `k8s-shop-web-1a2b3c4d5e`. */
export const balancerName = ({ loadBalancer }: Pick<LoadBalancerEntry, 'loadBalancer'>): string =>
  loadBalancer.split('/')[1] ?? loadBalancer
export const groupName = ({ targetGroup }: Pick<TargetGroupEntry, 'targetGroup'>): string =>
  targetGroup === '' ? '(no target group in the log)' : (targetGroup.split('/').at(-2) ?? targetGroup)

/** Departures that are not counted. */
export const silentText = (silent: number): string =>
  silent === 1 ? '1 other, which says nothing' : `${digits(silent)} others, which say nothing`

/** The result in one breath: how long, from how much, what would do, what was lost. */
export function leadText(one: LoadBalancerEntry): string {
  return [stopsText(one), doText(one), lostSummary(one)].filter((text) => text !== '').join(' ')
}

function stopsText(one: LoadBalancerEntry): string {
  const name = balancerName(one)
  const sample = shownSample(one)
  if (sample === undefined) return `Of ALB ${name} nothing could be measured: ${one.statement}.`
  const since = isFromDeletion(one) ? 'of its deletion' : 'of its deregistration'
  const what = `The nodes of ALB ${name} stop sending to a Pod within ${Math.ceil(sample.max)} s ${since} (n = ${digits(sample.n)}).`
  return one.terms !== undefined ? what : `${what} That is too few to compute with.`
}

/** What was measured from the deletion on, unless C and P were measured apart often enough. */
export const isFromDeletion = ({ terms, lastRequest }: MeasuredEntry): boolean =>
  terms === undefined ? lastRequest !== undefined : terms.basis === 'deletion'

export const shownSample = (one: MeasuredEntry): MeasuredEntry['lastRequest'] =>
  isFromDeletion(one) ? one.lastRequest : one.propagation

function doText({ sleep }: LoadBalancerEntry): string {
  if (sleep === undefined) return ''
  const { todaySeconds: today, measuredSeconds: then, assumed } = sleep
  const which = assumed ? `the default of ${today} s` : `today’s ${today} s`
  if (then === today)
    return `A sleep of ${then} s is needed, and that is ${assumed ? 'the default' : 'today’s'}.`
  if (then > today) return `A sleep of ${then} s is needed, and ${which} is too short.`
  return `A sleep of ${then} s would do instead of ${which}: ${today - then} s less for each Pod that leaves.`
}

function lostSummary(one: MeasuredEntry): string {
  const count = lostCount(one)
  if (one.departures === 0) return ''
  const when = spanText(one)
  if (count === 0) return `No request was lost at a Pod that left${when}.`
  return `${counted(count, 'request')} ${count === 1 ? 'was' : 'were'} lost${when}, for the reasons below.`
}

/** ` on 2026-10-05`, ` from 2026-10-01 to 2026-10-31`. */
function spanText({ from, to }: MeasuredEntry): string {
  if (from === undefined || to === undefined) return ''
  const [first, last] = [from.slice(0, 10), to.slice(0, 10)]
  return first === last ? ` on ${first}` : ` from ${first} to ${last}`
}

export const lostCount = ({ losses: { reset, connect, nobody, other } }: MeasuredEntry): number =>
  reset + connect + nobody + other

const CAUSE_WORDS = {
  reset: '502, the target refused or closed the connection',
  connect: '504, the address no longer answered',
  nobody: '503, no target was left',
  other: 'another answer of the load balancer',
} as const satisfies Record<LostEntry['cause'], string>

/** `12 × 502, the target closed the connection; 7 × 504, …` */
export const causesText = ({ losses }: MeasuredEntry): string =>
  (Object.keys(CAUSE_WORDS) as LostEntry['cause'][])
    .filter((cause) => losses[cause] > 0)
    .map((cause) => `${digits(losses[cause])} × ${CAUSE_WORDS[cause]}`)
    .join('; ')

/** Other answers of 500 and above: they are in the logs too, and are no loss of a Pod that left. */
export const othersText = ({ unrelated, answered }: MeasuredEntry): string =>
  [
    ...(unrelated === 0
      ? []
      : [`${digits(unrelated)} of the load balancer that no known departure explains`]),
    ...(answered === 0 ? [] : [`${digits(answered)} that the application answered itself`]),
  ].join(', ')

/**
 * How the list of lost requests is read: from when on its seconds count, and that what a Pod lacked is from its time, so not
 * what was measured since.
 */
export const listText = (lost: readonly LostEntry[]): string =>
  [
    sinceText(lost),
    ...(lost.some(({ missing }) => missing.length > 0)
      ? ['what a Pod lacked is told as it was recorded when the Pod left']
      : []),
  ]
    .filter((text) => text !== '')
    .join('; ')

function sinceText(lost: readonly LostEntry[]): string {
  const timed = lost.filter(({ afterSeconds }) => afterSeconds !== undefined)
  if (timed.length === 0) return ''
  const named = timed.filter(({ pod }) => pod !== undefined).length
  if (named === timed.length) return 'seconds count from the deletion'
  return `seconds count from the ${named === 0 ? 'deregistration' : 'deletion, and for an address without a Pod from the deregistration'}`
}

/** Requests that were lost for the same reason. */
export interface LostGroup {
  /** What the Pods lacked; or what is known otherwise. */
  readonly reason: string
  /** `4 Pods`; addresses of which no Pod is known; empty: no target was left. */
  readonly where: string
  readonly lost: readonly LostEntry[]
}

/** The reasons, that of most requests first. */
export function lostGroups(lost: readonly LostEntry[]): readonly LostGroup[] {
  const groups = Map.groupBy(lost, reasonText)
  return [...groups]
    .map(([reason, members]) => ({
      reason,
      where: whereText(members),
      lost: members,
    }))
    .sort((a, b) => b.lost.length - a.lost.length)
}

function whereText(lost: readonly LostEntry[]): string {
  const places = new Set(lost.flatMap(({ pod, target }) => pod ?? target ?? [])).size
  if (places === 0) return ''
  return lost.some(({ pod }) => pod !== undefined)
    ? counted(places, 'Pod')
    : `${digits(places)} ${places === 1 ? 'address' : 'addresses'}`
}

function reasonText({ missing, cause, pod }: LostEntry): string {
  if (missing.length > 0) return missing.join('; ')
  if (cause === 'nobody') return 'no target was left to send to'
  if (pod === undefined) return 'no ledger knows the Pod, so what it lacked is not known'
  return 'nothing is known to have been missing: the application may have closed connections on its own, or the sleep was too short'
}

/** `19 requests at 4 Pods`, `3 requests`. */
export const groupHead = ({ lost, where }: LostGroup): string =>
  where === '' ? counted(lost.length, 'request') : `${counted(lost.length, 'request')} at ${where}`

/** `502 shop/web-abc after 2.1 s`: since when, `listText` tells. */
export function lostText({ status, pod, target, afterSeconds: after }: LostEntry): string {
  const where = pod ?? target ?? 'no target'
  if (after === undefined) return `${status} ${where}`
  return `${status} ${where} ${after < 0 ? `open since ${tenths(-after)} s before` : `after ${tenths(after)} s`}`
}

/** `Deployment shop/web`, of those whose Pods left it. */
export const ownersText = ({ workloads, services }: TargetGroupEntry): string => {
  const names = workloads.map(refText)
  const of = services.length === 1 ? [`Service ${services[0]}`, ...names] : names
  return of.join(', ')
}

export const sleepText = ({
  todaySeconds: today,
  measuredSeconds: then,
  heldBy,
  assumed,
}: SleepEntry): string => {
  const difference = today - then
  const change =
    difference === 0 ? 'no change' : difference > 0 ? `${difference} s less` : `${-difference} s more`
  const held = heldBy === undefined ? '' : `; but ${heldBy}`
  return `${today} s ${assumed ? 'by default' : 'today'}, ${then} s with what was measured: ${change} for each departure${held}`
}

export const formulaTexts = (sleep: SleepEntry): readonly string[] => [
  `${sleep.todaySeconds} = ${sleep.todayFormula}`,
  `${sleep.measuredSeconds} = ${sleep.measuredFormula}`,
]

/** `no request came` as a sentence of its own. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
