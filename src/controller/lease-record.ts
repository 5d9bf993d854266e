import { isRecord } from '../core/model/json-value.ts'
import { property } from '../kubernetes/json.ts'
import { microTime } from '../pacing/clock.ts'

/** What a Lease says. A person may have edited it: whatever cannot be read counts as absent. */
export interface LeaseRecord {
  /** Empty: nobody holds it. */
  readonly holder: string
  /** Seconds; absent where it is not stated. */
  readonly duration: number | undefined
  readonly acquired: string | undefined
  readonly transitions: number
  /** Differs whenever the record was written anew. */
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

/** The Lease with another record; the rest of it stays, and with it the version that it replaces. */
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
