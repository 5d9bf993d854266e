import type { AwsController, Evidence, LoadBalancer, Reason, TargetType } from '../../model/exposure.ts'
import type { Notice } from '../../model/notice.ts'
import { compareRefs, compareText } from '../../model/object-ref.ts'
import type { Candidates } from '../../model/resolved.ts'
import { MOST_NOTICES } from '../annotations/limits.ts'

/**
 * A sentence about an assumption. One about the kind of target group is dropped if better evidence answers that
 * question; one about a reference that leads out of the inventory stays.
 */
export interface Assumed {
  readonly about: 'loadBalancer' | 'targetType' | 'reference'
  readonly text: string
}

/** What one source declares about one target group and one Service. Claims with the same `id` merge. */
export interface Claim {
  /** Identity of the target group: stack or group, Service and port. */
  readonly id: string
  /** The Service's port, by number. */
  readonly port: string
  readonly controller: AwsController
  readonly loadBalancer: Candidates<LoadBalancer>
  readonly targetType: Candidates<TargetType>
  readonly evidence: Evidence
  readonly because: readonly [Reason, ...Reason[]]
  readonly assumed: readonly Assumed[]
  /** Whether the weights send traffic to the target group; absent: no weight applies. */
  readonly weight?: 'none-now' | 'some'
  readonly otherClusters?: boolean
  /** ARN of the target group. */
  readonly targetGroup?: string
  /** The in-tree cloud provider creates the load balancer: LBC ignores the Service. */
  readonly isInTree?: true
  /**
   * The source knows which Service and port the target group serves, but not which object owns it. If another claim of
   * the same controller is about that Service and port, it is about the same target group.
   */
  readonly isWitness?: true
}

/** Claims, and notices about what was read. */
export interface Reading {
  readonly claims: readonly Claim[]
  readonly notices: readonly Notice[]
}

export const NOTHING: Reading = { claims: [], notices: [] }

export const joined = (readings: readonly Reading[]): Reading => ({
  claims: readings.flatMap(({ claims }) => claims),
  notices: readings.flatMap(({ notices }) => notices),
})

/** Sorted by object, then id, then text; without duplicates. */
export function tidied(notices: readonly Notice[]): readonly Notice[] {
  const sorted = [...notices].sort(compareNotices)
  return sorted.filter((notice, index) => {
    const before = sorted[index - 1]
    return before === undefined || compareNotices(before, notice) !== 0
  })
}

/**
 * At most MOST_NOTICES, sorted by object. If there are more, those about objects of this namespace come first, since
 * other namespaces can write what they like, then warnings.
 */
export function mostTelling(notices: readonly Notice[], namespace: string): readonly Notice[] {
  const all = tidied(notices)
  const [first] = all
  if (first === undefined || all.length <= MOST_NOTICES) return all
  const rankOf = ({ severity, object }: Notice): number =>
    (object.namespace === namespace ? 0 : 2) + (severity === 'warning' ? 0 : 1)
  const ranked = [...all].sort((a, b) => rankOf(a) - rankOf(b))
  const kept = ranked.slice(0, MOST_NOTICES - 1)
  const text = `${all.length - kept.length} further notices are not shown here`
  return tidied([...kept, { ...first, severity: 'information', id: 'too-large', text }])
}

const compareNotices = (a: Notice, b: Notice): number =>
  compareRefs(a.object, b.object) || compareText(a.id, b.id) || compareText(a.text, b.text)
