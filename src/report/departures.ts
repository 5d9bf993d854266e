import type { ReasonWords } from '../core/departures/reason-words.ts'
import type { Departure, LedgerView, RolloutRecord } from '../core/departures/verdict.ts'
import {
  cureOf,
  departureReasons,
  departureText,
  rolloutReasons,
  rolloutText,
} from '../core/departures/words.ts'
import { keyOf, type ObjectRef } from '../core/model/object-ref.ts'
import { given } from '../kubernetes/json.ts'
import type { DepartureEntry, DeparturesEntry, RolloutEntry, RolloutSummary } from './departures-schema.ts'
import type { WorkloadEntry } from './schema.ts'

/** The ledger of departures, as the replica that makes the report knows it. */
export type KnownLedger =
  | { readonly kept: 'here'; readonly view: LedgerView }
  /** @property why a clause, with where to ask. */
  | { readonly kept: 'elsewhere' | 'nowhere'; readonly why: string }

const NONE: LedgerView = {
  followed: 0,
  departures: { covered: 0, exposed: 0, unknown: 0 },
  rollouts: [],
  others: [],
}

/** @param namespace the only one whose Pods are listed; the numbers are those of the cluster. */
export function departuresEntry(state: KnownLedger, namespace: string | undefined): DeparturesEntry {
  const isMeant = (ref: ObjectRef): boolean => namespace === undefined || ref.namespace === namespace
  const { since, followed, departures, rollouts, others } = state.kept === 'here' ? state.view : NONE
  return {
    ledger: state.kept,
    ...given('why', state.kept === 'here' ? undefined : state.why),
    ...given('since', instant(since)),
    followed,
    outcomes: { ...departures },
    ...given('coveredPercent', percentOf(departures)),
    rollouts: rollouts.filter(({ workload }) => isMeant(workload)).map(rolloutEntry),
    others: others.filter(({ pod }) => isMeant(pod)).map(departureEntry),
  }
}

/** Rounded down, so that 100 means all of them. */
function percentOf({ covered, exposed, unknown }: LedgerView['departures']): number | undefined {
  const total = covered + exposed + unknown
  return total === 0 ? undefined : Math.floor((covered * 1000) / total) / 10
}

function rolloutEntry(record: RolloutRecord): RolloutEntry {
  const { workload, isSuperseded, departures, shortestSleep, gates, kept } = record
  return {
    workload: refOf(workload),
    ...summaryOf(record),
    superseded: isSuperseded,
    departures: { ...departures },
    ...given('shortestSleepSeconds', whole(shortestSleep)),
    gates: { held: gates.held, of: gates.of, ...given('longestSeconds', whole(gates.longest)) },
    reasons: rolloutReasons(record).map(reasonEntry),
    kept: kept.map(departureEntry),
  }
}

/** What an entry of a workload has of a rollout. */
function summaryOf(record: RolloutRecord): RolloutSummary {
  const { revision, began, ended, verdict } = record
  return {
    revision,
    ...given('began', instant(began)),
    ...given('ended', instant(ended)),
    verdict,
    text: rolloutText(record),
    ...given('cure', cureOf(rolloutReasons(record))),
  }
}

/** Each entry with the rollouts of its workload, the newest first, as the ledger has them. */
export function withRollouts(
  entries: readonly WorkloadEntry[],
  state: KnownLedger | undefined,
): WorkloadEntry[] {
  const records = state?.kept === 'here' ? state.view.rollouts : []
  const known = Map.groupBy(records, ({ workload }) => keyOf(workload))
  return entries.map((entry) => ({
    ...entry,
    ...given('rollouts', known.get(keyOf(entry))?.map(summaryOf)),
  }))
}

function departureEntry(departure: Departure): DepartureEntry {
  const { uid, pod, workload, revision, ip, node, exitCodes, disruption, outcome } = departure
  return {
    uid,
    pod: pod.name,
    workload: refOf(workload),
    ...{ ...given('revision', revision), ...given('ip', ip), ...given('node', node) },
    ...timesOf(departure),
    exitCodes: exitCodes.map(({ container, code, reason }) => ({
      container,
      code,
      ...given('reason', reason),
    })),
    ...given('disruption', disruption),
    outcome,
    text: departureText(departure),
    reasons: departureReasons(departure).map(reasonEntry),
  }
}

const timesOf = (departure: Departure) => ({
  ...given('deleted', instant(departure.deleted)),
  ...given('ended', instant(departure.ended)),
  ...given('gone', instant(departure.gone)),
  ...given('replaced', instant(departure.replaced)),
  ...given('graceGivenSeconds', whole(departure.graceGiven)),
  graceStatedSeconds: whole(departure.graceStated) ?? 0,
  ...given('sleptSeconds', whole(departure.slept)),
  ...given('neededSeconds', whole(departure.needed)),
})

const reasonEntry = ({ id, pods, text, cure }: ReasonWords) => ({ id, pods, text, ...given('cure', cure) })

const refOf = ({ kind, namespace, name }: ObjectRef): ObjectRef => ({ kind, namespace, name })

/** The end of the year 9999, the last that RFC 3339 can write. Milliseconds since 1970. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** A time that another program wrote may be none: then it is unknown, and costs no report. */
const instant = (at: number | undefined): string | undefined =>
  at !== undefined && at >= 0 && at <= LAST ? new Date(at).toISOString() : undefined

/** Seconds as the schema has them. */
const whole = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) ? Math.max(0, Math.round(value)) : undefined
