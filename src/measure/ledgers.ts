import { DEFAULT_OBSERVED } from '../core/budget/measured-terms.ts'
import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { given } from '../kubernetes/json.ts'
import type { DepartureEntry } from '../report/departures-schema.ts'
import type { Report, WorkloadEntry } from '../report/schema.ts'

/** What reports know of Pods that left, and of the workloads that they belonged to. */
export interface Ledgers {
  /** Each Pod once, whichever reports have it. */
  readonly leaving: readonly LeavingTarget[]
  /** Departures whose Pod had no address that was seen: they cannot be found in a log. */
  readonly withoutAddress: number
  /** By the newest report that has them. */
  readonly workloads: readonly WorkloadEntry[]
  /** C as the installation sets it; absent: it does not. Seconds. */
  readonly controllerSetting?: number
  /** Departures that a measurement must be from to be used: as the installation sets it, else the default. */
  readonly enough: number
}

/** @param reports of one cluster, in any order. */
export function joinLedgers(reports: readonly Report[]): Ledgers {
  const inOrder = [...reports].sort((a, b) => Date.parse(a.created) - Date.parse(b.created))
  const departures = new Map<string, DepartureEntry>()
  const workloads = new Map<string, WorkloadEntry>()
  for (const report of inOrder) {
    // A later report knows more of a Pod: when it was gone, for example.
    for (const one of departuresIn(report)) departures.set(one.uid, one)
    for (const one of report.workloads) workloads.set(`${one.kind}\0${one.namespace}\0${one.name}`, one)
  }
  const leaving = [...departures.values()].flatMap(leavingTarget)
  return {
    leaving,
    withoutAddress: departures.size - leaving.length,
    workloads: [...workloads.values()],
    ...given('controllerSetting', settingIn(inOrder.at(-1), 'terms.controllerSeconds')),
    enough: settingIn(inOrder.at(-1), 'observed.minimumDepartures') ?? DEFAULT_OBSERVED.minimumDepartures,
  }
}

/** Departures of rollouts and others. */
export const departuresIn = ({ departures }: Report): readonly DepartureEntry[] =>
  departures === undefined ? [] : [...departures.rollouts.flatMap(({ kept }) => kept), ...departures.others]

function leavingTarget(entry: DepartureEntry): readonly LeavingTarget[] {
  const { ip, pod, workload, reasons, sleptSeconds } = entry
  if (ip === undefined) return []
  return [
    {
      ip,
      pod: { kind: 'Pod', namespace: workload.namespace, name: pod } satisfies ObjectRef,
      workload,
      ...given('deleted', instant(entry.deleted)),
      ...given('ended', instant(entry.ended)),
      ...given('gone', instant(entry.gone)),
      ...given('slept', sleptSeconds),
      missing: reasons.map(({ text }) => text),
    },
  ]
}

/** A time that a file has and that is none counts as unseen. */
function instant(time: string | undefined): number | undefined {
  const at = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(at) ? undefined : at
}

/** Reports have the settings that differ from their defaults. */
function settingIn(report: Report | undefined, key: string): number | undefined {
  const value = report?.slackwater.settings.find(({ name }) => name === key)?.value
  return typeof value === 'number' ? value : undefined
}
