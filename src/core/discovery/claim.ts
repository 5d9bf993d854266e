import type { Evidence, GroupController, LoadBalancer, Reason, TargetType } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import { compareRefs, compareText, type ObjectRef } from '../model/object-ref.ts'
import type { Candidates } from '../model/resolved.ts'

/** A sentence about an assumption, which falls away when better evidence settles that question. */
export interface Assumed {
  readonly about: 'loadBalancer' | 'targetType'
  readonly text: string
}

/** What one source says about one target group and one Service. Claims with the same `id` merge. */
export interface Claim {
  /** Identity of the target group: stack or group, Service and port. */
  readonly id: string
  readonly controller: GroupController
  readonly loadBalancer: Candidates<LoadBalancer>
  readonly targetType: Candidates<TargetType>
  readonly evidence: Evidence
  readonly because: readonly [Reason, ...Reason[]]
  readonly assumed: readonly Assumed[]
}

/** Claims, and what there is to say besides. */
export interface Reading {
  readonly claims: readonly Claim[]
  readonly notices: readonly Notice[]
}

export const NO_EVIDENCE: Evidence = {
  deregistrationDelay: [],
  idleTimeout: [],
  healthInterval: [],
  healthTimeout: [],
  unhealthyThreshold: [],
}

export const NOTHING: Reading = { claims: [], notices: [] }

export const joined = (readings: readonly Reading[]): Reading => ({
  claims: readings.flatMap(({ claims }) => claims),
  notices: readings.flatMap(({ notices }) => notices),
})

export const information = (id: string, object: ObjectRef, text: string): Notice => ({
  severity: 'information',
  id,
  object,
  text,
})

export const warning = (id: string, object: ObjectRef, text: string): Notice => ({
  severity: 'warning',
  id,
  object,
  text,
})

/** By object, then id, then text; a notice that is said twice is kept once. */
export function tidied(notices: readonly Notice[]): readonly Notice[] {
  const sorted = [...notices].sort(compareNotices)
  return sorted.filter((notice, index) => {
    const before = sorted[index - 1]
    return before === undefined || compareNotices(before, notice) !== 0
  })
}

const compareNotices = (a: Notice, b: Notice): number =>
  compareRefs(a.object, b.object) || compareText(a.id, b.id) || compareText(a.text, b.text)
