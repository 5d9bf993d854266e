import type { DiscoveryObject } from '../core/discovery/objects/discovery-object.ts'
import { root } from './json.ts'
import { KINDS, type Kind } from './kinds.ts'
import { envelopeOf, type NarrowOptions } from './narrow-metadata.ts'

/** By `apiGroup/kind`; the core group is empty. */
const NARROWING: ReadonlyMap<string, NonNullable<Kind['narrow']>> = new Map(
  KINDS.flatMap(({ group, kind, narrow }) =>
    narrow === undefined ? [] : [[`${group}/${kind}`, narrow] as const],
  ),
)

/** Everything that discovery reads, as `apiGroup/kind`. */
export const DISCOVERY_KINDS: readonly string[] = [...NARROWING.keys()]

/**
 * Raw Kubernetes JSON to what discovery reads of it; undefined for one that says nothing to it.
 * Throws a ShapeError for a kind that it reads and that has not the shape Kubernetes gives it.
 */
export function narrow(raw: unknown, options: NarrowOptions = {}): DiscoveryObject | undefined {
  const envelope = envelopeOf(root(raw), options)
  return NARROWING.get(`${envelope.group}/${envelope.kind}`)?.(envelope)
}
