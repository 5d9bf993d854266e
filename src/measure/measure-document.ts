import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import { given } from '../kubernetes/json.ts'
import { instant, loadBalancerEntries } from './document.ts'
import type { Ledgers } from './ledgers.ts'
import type { LogsRead } from './measure-logs.ts'
import { noticesOf, reachOf } from './notices.ts'
import { MEASURE_FORMAT, type MeasureDocument } from './schema.ts'
import type { TimeSpan } from './time-span.ts'
import { whyEntry } from './why.ts'

interface DocumentInputs extends LogsRead {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly by: string
  readonly leaving: readonly LeavingTarget[]
  readonly ledgers: Ledgers
  /** Where the departures are from, in words. */
  readonly sources: readonly string[]
  /** Whether the log of the load balancer controller is among them. */
  readonly hasControllerLog: boolean
  /** Sentences of the readers. */
  readonly notes: readonly string[]
  readonly why?: { readonly time: string; readonly span: TimeSpan }
}

/** Everything that was found, as data. */
export function measureDocument(inputs: DocumentInputs): MeasureDocument {
  const { now, by, leaving, ledgers, measurement, survey, reading, inSpan, sources, hasControllerLog, why } =
    inputs
  const { workloads, withoutAddress } = ledgers
  const loadBalancers = loadBalancerEntries(measurement, {
    workloads,
    enough: ledgers.enough,
    workloadsOf: (targetGroup) => survey.workloadsOf(targetGroup),
  })
  const reach = reachOf(leaving, survey)
  const { from, to, ...counts } = reach
  const hasLedger = ledgers.leaving.length > 0
  return {
    formatVersion: MEASURE_FORMAT,
    created: instant(now),
    by,
    logs: {
      files: reading.files,
      lines: reading.lines,
      requests: reading.requests,
      unreadable: reading.unreadable,
      ...spanOf(measurement.from, measurement.to),
    },
    departures: { ...counts, ...spanOf(from, to), sources: [...sources] },
    loadBalancers: [...loadBalancers],
    ...given('why', why && whyEntry({ ...why, leaving, errors: measurement.errors, inSpan })),
    notices: [
      ...noticesOf({ reach, survey, reading, loadBalancers, hasLedger, hasControllerLog, withoutAddress }),
      ...inputs.notes.map((text) => `${text}.`),
    ],
  }
}

const spanOf = (from: number | undefined, to: number | undefined) => ({
  ...given('from', from === undefined ? undefined : instant(from)),
  ...given('to', to === undefined ? undefined : instant(to)),
})
