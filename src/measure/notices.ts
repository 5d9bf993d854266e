import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import type { AccessLogReading } from './reading.ts'
import type { LoadBalancerEntry } from './schema.ts'
import { type LogSurvey, leftAt } from './survey.ts'

/** What limits a result, each a sentence with what to do. */

/** How the known departures lie to the logs. */
interface Reach {
  readonly known: number
  readonly measured: number
  /** Before the first or after the last request of the logs. */
  readonly outside: number
  /** Within their time, and the address is nowhere in them. */
  readonly absent: number
  /** Milliseconds since 1970; absent: none has a time. */
  readonly from?: number
  readonly to?: number
}

export function reachOf(leaving: readonly LeavingTarget[], survey: LogSurvey): Reach {
  const times = leaving.flatMap((one) => leftAt(one) ?? [])
  const outside = times.filter((at) => at < survey.from || at > survey.to).length
  const absent = leaving.filter((one) => {
    return isWithin(one, survey) && !survey.addresses.has(one.ip)
  }).length
  return {
    known: leaving.length,
    measured: [...survey.seen].filter((one) => isWithin(one, survey)).length,
    outside,
    absent,
    ...(times.length === 0 ? {} : { from: least(times), to: -least(times.map((at) => -at)) }),
  }
}

const isWithin = (one: LeavingTarget, { from, to }: LogSurvey): boolean => {
  const at = leftAt(one)
  return at !== undefined && at >= from && at <= to
}

/** Without a limit on their number. */
const least = (times: readonly number[]): number => times.reduce((a, b) => Math.min(a, b))

interface NoticeInputs {
  readonly reach: Reach
  readonly survey: LogSurvey
  readonly reading: Pick<AccessLogReading, 'requests' | 'from' | 'to'>
  readonly loadBalancers: readonly LoadBalancerEntry[]
  /** Whether departures are from a ledger. */
  readonly hasLedger: boolean
  /** Whether the log of the load balancer controller was given. */
  readonly hasControllerLog: boolean
  readonly withoutAddress: number
}

const SAVE = 'save a report every day (slackwater report -o json > FILE) and give them all with --departures'

export function noticesOf(inputs: NoticeInputs): readonly string[] {
  const { reach, survey } = inputs
  if (survey.from > survey.to) return [noRequest(inputs.reading)]
  if (reach.known === 0) return [noDepartures(inputs.hasControllerLog)]
  return [...reachNotices(inputs), ...ledgerNotices(inputs), ...sleepNotices(inputs)]
}

/** @param reading of all requests, also those that `--since` and `--until` leave out. */
function noRequest({ requests, from, to }: NoticeInputs['reading']): string {
  return requests === 0 || from === undefined || to === undefined
    ? 'No request of an ALB was read, so nothing can be measured: give the folder with the access logs that the ALB wrote into its bucket (docs/measure.md: how to get them).'
    : `None of the requests is within --since and --until: the logs are of ${dayText(from)} to ${dayText(to)}.`
}

/** @param hasControllerLog it was given, and brought none either. */
export const noDepartures = (hasControllerLog: boolean): string =>
  `No departure is known, so nothing can be measured. ${
    hasControllerLog
      ? 'In the log of the load balancer controller no address was deregistered: instance targets are nodes, and do not show which Pod left. The times of ip targets are in its lines “deRegistering targets”.'
      : `The ledger begins when Slackwater is installed, and again when its leader changes: wait for a rollout and run this again, or ${SAVE}. Without Slackwater, give the log of the load balancer controller with --lbc-log.`
  }`

function reachNotices({
  reach: { known, measured, outside, absent },
  survey,
}: NoticeInputs): readonly string[] {
  if (measured === 0 && outside === known)
    return [
      `None of the ${known} departures is within the time of these logs, ${dayText(survey.from)} to ${dayText(survey.to)}: give logs of the time in which Pods left.`,
    ]
  if (measured === 0 && absent > 0 && absent === known - outside)
    return [
      `None of the ${known} departures is in these logs: the addresses of their Pods are nowhere in them. Give the logs of the load balancer that sends to these Pods, and a ledger of the same cluster. The target groups must have ip targets.`,
    ]
  return [
    ...(outside > 0
      ? [`${outside} of ${known} departures are outside the time of the logs, and are not measured.`]
      : []),
    ...(absent > 0
      ? [
          `${absent} of ${known} departures are of Pods whose address is nowhere in the logs: another load balancer sends to them, or none.`,
        ]
      : []),
  ]
}

/** How much earlier than the first departure logs may begin without a word. Milliseconds: a day, a choice. */
const DAY = 86_400_000

function ledgerNotices({ reach, survey, hasLedger, withoutAddress }: NoticeInputs): readonly string[] {
  const isLonger = hasLedger && reach.from !== undefined && reach.from - survey.from > DAY
  return [
    ...(isLonger && reach.from !== undefined
      ? [
          `The logs begin on ${dayText(survey.from)}, and the first departure that is known on ${dayText(reach.from)}. The ledger keeps the last three rollouts of each workload and a hundred other departures: ${SAVE}.`,
        ]
      : []),
    ...(withoutAddress > 0
      ? [`${withoutAddress} departures have no address in the ledger, and are not measured.`]
      : []),
  ]
}

function sleepNotices({ loadBalancers }: NoticeInputs): readonly string[] {
  const held = loadBalancers.flatMap(({ targetGroups }) =>
    targetGroups.flatMap(({ sleep }) =>
      sleep?.heldBy === undefined || sleep.workload === undefined
        ? []
        : [
            `${sleep.workload.kind} ${sleep.workload.namespace}/${sleep.workload.name} keeps its sleep: ${sleep.heldBy}.`,
          ],
    ),
  )
  return [...new Set(held)]
}

const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10)
