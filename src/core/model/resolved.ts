import type { ObjectRef } from './object-ref.ts'

/**
 * The rank of a piece of evidence, best first (docs/budget.md).
 * - `explicit`: a Slackwater annotation, or a setting that the user wrote;
 * - `observed`: read from AWS, or from the load balancer controller's own arguments, metrics or objects;
 * - `declared`: annotations and fields of Ingress, Service, IngressClassParams and so on;
 * - `assumed`: a default.
 */
const RANKS = ['explicit', 'observed', 'declared', 'assumed'] as const
export type Rank = (typeof RANKS)[number]

/** The place of a value, precise enough for a user to change it. */
export type Provenance =
  | { readonly kind: 'annotation'; readonly key: string; readonly object: ObjectRef }
  | { readonly kind: 'label'; readonly key: string; readonly object: ObjectRef }
  | { readonly kind: 'field'; readonly path: string; readonly object: ObjectRef }
  | { readonly kind: 'argument'; readonly name: string; readonly object: ObjectRef }
  | { readonly kind: 'setting'; readonly name: string }
  | {
      readonly kind: 'default'
      readonly of: 'AWS' | 'AWS Load Balancer Controller' | 'EKS Auto Mode' | 'Kubernetes' | 'Slackwater'
    }
  | { readonly kind: 'derived'; readonly text: string }
  | MeasuredProvenance
  | WitnessProvenance

/** Access logs, and what `slackwater measure` made of them. */
export interface MeasuredProvenance {
  readonly kind: 'measured'
  /** Which times: to the last request from the deletion, the same from deregistration, to deregistration. */
  readonly what: 'lastRequest' | 'propagation' | 'controller'
  /** ARN of a target group, or a load balancer as access logs name it: `app/my-alb/50dc6c495c0c9188`. */
  readonly resource: string
  /** Departures. */
  readonly n: number
  /** The longest time. Seconds with decimals. */
  readonly max: number
  /** The last departure, and when it was measured. RFC 3339. */
  readonly until: string
  readonly measured: string
  /** The program and its version. */
  readonly by: string
  /** The ConfigMap. */
  readonly object: ObjectRef
}

/** AWS itself. */
interface WitnessProvenance {
  readonly kind: 'aws'
  /** `DescribeTargetGroupAttributes`. */
  readonly call: string
  /** ARN. */
  readonly resource: string
  /** When AWS was asked. RFC 3339. */
  readonly asked: string
  /** The ConfigMap. */
  readonly object: ObjectRef
}

export interface Origin {
  readonly rank: Rank
  readonly source: Provenance
  /** Why it is shown and not used, whatever its rank, a clause: `n = 7, fewer than 20`. Absent: it may be used. */
  readonly unused?: string
}

export interface Candidate<T> {
  readonly value: T
  readonly origin: Origin
}

/** A value with its origin and the alternatives. */
export interface Resolved<T> extends Candidate<T> {
  /** The candidates that lost, best first. */
  readonly alternatives: readonly Candidate<T>[]
}

export type Candidates<T> = readonly [Candidate<T>, ...Candidate<T>[]]

/** By rank; what is not used comes last. */
const placeOf = ({ rank, unused }: Origin): number =>
  RANKS.indexOf(rank) + (unused === undefined ? 0 : RANKS.length)

/** Returns the best-ranked candidate; of equally ranked ones, the first. */
export function resolve<T>(candidates: Candidates<T>): Resolved<T> {
  const ranked = [...candidates].sort((a, b) => placeOf(a.origin) - placeOf(b.origin))
  const [winner = candidates[0], ...alternatives] = ranked
  return { value: winner.value, origin: winner.origin, alternatives }
}

/** The candidates of the best rank; none if none may be used. */
export function bestOf<T>(candidates: readonly Candidate<T>[]): readonly Candidate<T>[] {
  const used = candidates.filter(({ origin }) => origin.unused === undefined)
  const best = RANKS.find((rank) => used.some(({ origin }) => origin.rank === rank))
  return used.filter(({ origin }) => origin.rank === best)
}

/** Resolves evidence, which may be empty, with a fallback. */
export function resolveOver<T>(evidence: readonly Candidate<T>[], fallback: Candidate<T>): Resolved<T> {
  const [first, ...rest] = evidence
  if (first !== undefined) return resolve([first, ...rest, fallback])
  return { value: fallback.value, origin: fallback.origin, alternatives: [] }
}

export const explicit = <T>(value: T, source: Provenance): Candidate<T> => ({
  value,
  origin: { rank: 'explicit', source },
})
export const observed = <T>(value: T, source: Provenance): Candidate<T> => ({
  value,
  origin: { rank: 'observed', source },
})
export const declared = <T>(value: T, source: Provenance): Candidate<T> => ({
  value,
  origin: { rank: 'declared', source },
})
export const assumed = <T>(value: T, source: Provenance): Candidate<T> => ({
  value,
  origin: { rank: 'assumed', source },
})
