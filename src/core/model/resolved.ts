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

export interface Origin {
  readonly rank: Rank
  readonly source: Provenance
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

/** Returns the best-ranked candidate; of equally ranked ones, the first. */
export function resolve<T>(candidates: Candidates<T>): Resolved<T> {
  const ranked = [...candidates].sort((a, b) => RANKS.indexOf(a.origin.rank) - RANKS.indexOf(b.origin.rank))
  const [winner = candidates[0], ...alternatives] = ranked
  return { value: winner.value, origin: winner.origin, alternatives }
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
