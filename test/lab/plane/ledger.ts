import type { Departure, DepartureReason, RolloutRecord } from '../../../src/core/departures/verdict.ts'
import { type Seconds, seconds } from '../../../src/core/model/seconds.ts'
import { departuresEntry } from '../../../src/report/departures.ts'
import { REPORT_FORMAT, type Report } from '../../../src/report/schema.ts'
import { totalsOf } from '../../../src/report/totals.ts'
import type { PlayedDeparture, PlayedPod, PlayOptions, Truth } from './played.ts'

const NAMESPACE = 'shop'
const WORKLOAD = { kind: 'Deployment', namespace: NAMESPACE, name: 'web' } as const
const CONTAINER = 'web'
/** C 5 + P 25 + K 10 + J 5, all assumed. */
const NEEDED = seconds(45)
/** A: Kubernetes' default grace period. */
const SHUTDOWN = 30
/** As the ledger keeps them. */
const MOST_ROLLOUTS = 3
const MOST_OTHERS = 100

interface Left extends PlayedPod {
  readonly leaving: PlayedDeparture
}

/**
 * The report of a Slackwater that watched the same Pods leave: what `slackwater report -o json` prints. Like it, it holds the
 * last three rollouts of the workload, and the last hundred Pods that left one by one.
 */
export function reportOf({ pods, options }: Truth): Report {
  const left = pods.filter((pod): pod is Left => pod.leaving !== undefined)
  const rollouts = Map.groupBy(left, ({ leaving }) => leaving.rollout)
  const whole = [...rollouts.values()].filter(({ length }) => length === options.replicas)
  const others = [...rollouts.values()].filter(({ length }) => length < options.replicas).flat()
  const created = Math.max(options.begin, ...left.map(({ leaving }) => leaving.gone)) + 60_000
  const outcome = reasonsOf(options).length > 0 ? 'exposed' : 'covered'
  const counts = { covered: 0, exposed: 0, unknown: 0, [outcome]: left.length }
  return {
    formatVersion: REPORT_FORMAT,
    created: new Date(created).toISOString(),
    slackwater: { version: '0.1.0', mode: 'enforce', settings: [] },
    cluster: { watches: [] },
    missing: [],
    unreadable: [],
    totals: totalsOf({ workloads: [], otherPods: [], read: new Map([[NAMESPACE, 1]]) }, 0),
    departures: departuresEntry(
      {
        kept: 'here',
        view: {
          since: options.begin - 3_600_000,
          followed: options.replicas,
          departures: counts,
          rollouts: whole
            .map((some) => rolloutOf(some, pods, options))
            .reverse()
            .slice(0, MOST_ROLLOUTS),
          others: others
            .map((pod) => departureOf(pod, options))
            .reverse()
            .slice(0, MOST_OTHERS),
        },
      },
      undefined,
    ),
    namespaces: [],
    workloads: [],
    otherPods: [],
  }
}

function rolloutOf(left: readonly Left[], pods: readonly PlayedPod[], options: PlayOptions): RolloutRecord {
  const kept = left.map((pod) => departureOf(pod, options))
  const first = left[0]
  const revision =
    pods.find(
      ({ created, leaving }) => leaving?.rollout !== first?.leaving.rollout && isAfter(created, first),
    )?.revision ?? ''
  const reasons = reasonsOf(options)
  const outcome = reasons.length > 0 ? 'exposed' : 'covered'
  return {
    workload: WORKLOAD,
    revision,
    began: Math.min(...left.map(({ leaving }) => leaving.deleted)) - 12_000,
    ended: Math.max(...left.map(({ leaving }) => leaving.gone)),
    isSuperseded: false,
    verdict: outcome,
    departures: { covered: 0, exposed: 0, unknown: 0, [outcome]: left.length },
    shortestSleep: seconds(options.sleep),
    gates: { held: options.gate ? left.length : 0, of: left.length },
    reasons: reasons.map((reason) => ({ reason, pods: left.length })),
    kept,
  }
}

const isAfter = (created: number, first: Left | undefined): boolean =>
  first !== undefined && created > first.created && created < first.leaving.deleted

function departureOf(pod: Left, options: PlayOptions): Departure {
  const { name, uid, ip, revision, leaving } = pod
  const reasons = reasonsOf(options)
  return {
    uid,
    pod: { kind: 'Pod', namespace: NAMESPACE, name },
    workload: WORKLOAD,
    revision,
    ip,
    node: 'ip-10-0-32-7.us-west-2.compute.internal',
    // From deletionTimestamp and finishedAt, which have whole seconds.
    deleted: wholeSecond(leaving.deleted),
    ended: wholeSecond(leaving.ended),
    gone: Math.floor(leaving.gone),
    graceGiven: graceOf(options),
    graceStated: graceOf(options),
    slept: seconds(options.sleep),
    exitCodes: [{ container: CONTAINER, code: options.atSigterm === 'dies' ? 143 : 0 }],
    needed: NEEDED,
    outcome: reasons.length > 0 ? 'exposed' : 'covered',
    reasons,
  }
}

const graceOf = ({ sleep }: PlayOptions): Seconds => seconds(sleep + SHUTDOWN)

const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000

function reasonsOf({ gate, sleep }: PlayOptions): readonly DepartureReason[] {
  const length = seconds(sleep)
  const reasons: DepartureReason[] = []
  if (sleep === 0) reasons.push({ id: 'no-hook', container: CONTAINER })
  else if (length < NEEDED) reasons.push({ id: 'short-hook', container: CONTAINER, length, needed: NEEDED })
  if (!gate) reasons.push({ id: 'no-gate', pod: 'web-new' })
  return reasons
}
