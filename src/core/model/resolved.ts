import type { ObjectRef } from './object-ref.ts'

/**
 * How good a piece of evidence is, best first (design: one ranked resolver).
 * - `explicit`: an annotation of ours, or an installation setting that someone wrote;
 * - `observed`: read from AWS, or from the load balancer controller's own arguments, metrics or objects;
 * - `declared`: annotations and fields of Ingress, Service, IngressClassParams and so on;
 * - `assumed`: a default.
 */
const RANKS = ['explicit', 'observed', 'declared', 'assumed'] as const
export type Rank = (typeof RANKS)[number]

/** Where a value stands, precise enough for a person to go and change it. */
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

/** A value that can say where it came from and what else was said about it. */
export interface Resolved<T> extends Candidate<T> {
  /** The candidates that lost, best first. */
  readonly alternatives: readonly Candidate<T>[]
}

export type Candidates<T> = readonly [Candidate<T>, ...Candidate<T>[]]

/** Takes the best-ranked candidate; among equals the first. */
export function resolve<T>(candidates: Candidates<T>): Resolved<T> {
  const ranked = [...candidates].sort((a, b) => RANKS.indexOf(a.origin.rank) - RANKS.indexOf(b.origin.rank))
  const [winner = candidates[0], ...alternatives] = ranked
  return { value: winner.value, origin: winner.origin, alternatives }
}

/** Resolves evidence, of which there may be none, over a fallback that is always there. */
export function resolveOver<T>(evidence: readonly Candidate<T>[], fallback: Candidate<T>): Resolved<T> {
  const [first, ...rest] = evidence
  return first === undefined ? resolve([fallback]) : resolve([first, ...rest, fallback])
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
