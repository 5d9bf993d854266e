import { isRecord } from '../core/model/json-value.ts'
import { property } from '../kubernetes/json.ts'
import { microTime } from '../pacing/clock.ts'

/** The content of a Lease. A user may have edited it: an unreadable value counts as absent. */
export interface LeaseRecord {
  /** Empty: no holder. */
  readonly holder: string
  /** Seconds; absent if not stated. */
  readonly duration: number | undefined
  readonly acquired: string | undefined
  readonly transitions: number
  /** Changes whenever the record is written. */
  readonly fingerprint: string
}

const recordOrEmpty = (value: unknown): object => (isRecord(value) ? value : {})

const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : undefined

export function readLease(lease: unknown): LeaseRecord {
  const spec = property(lease, 'spec')
  const holder = property(spec, 'holderIdentity')
  const acquired = property(spec, 'acquireTime')
  return {
    holder: typeof holder === 'string' ? holder : '',
    duration: countOf(property(spec, 'leaseDurationSeconds')),
    acquired: typeof acquired === 'string' && !Number.isNaN(Date.parse(acquired)) ? acquired : undefined,
    transitions: countOf(property(spec, 'leaseTransitions')) ?? 0,
    fingerprint: JSON.stringify(spec) ?? '',
  }
}

interface Holding {
  readonly holder: string
  /** Seconds. */
  readonly duration: number
  readonly acquired: string
  readonly renewed: Date
  readonly transitions: number
}

/** The Lease with a new record. The rest stays, including the version that it replaces. */
export const withHolding = (lease: unknown, holding: Holding): object => ({
  ...recordOrEmpty(lease),
  spec: {
    ...recordOrEmpty(property(lease, 'spec')),
    holderIdentity: holding.holder,
    leaseDurationSeconds: holding.duration,
    acquireTime: holding.acquired,
    renewTime: microTime(holding.renewed),
    leaseTransitions: holding.transitions,
  },
})
