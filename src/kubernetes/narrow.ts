import type { DiscoveryObject } from '../core/discovery/objects/discovery-object.ts'
import { root } from './json.ts'
import { KINDS, type Kind } from './kinds.ts'
import { envelopeOf, type NarrowOptions } from './narrow-metadata.ts'

/** Key: `apiGroup/kind`; the core group is empty. */
const NARROWING: ReadonlyMap<string, NonNullable<Kind['narrow']>> = new Map(
  KINDS.flatMap(({ group, kind, narrow }) =>
    narrow === undefined ? [] : [[`${group}/${kind}`, narrow] as const],
  ),
)

/** Everything that discovery reads, as `apiGroup/kind`. */
export const DISCOVERY_KINDS: readonly string[] = [...NARROWING.keys()]

/**
 * Narrows raw Kubernetes JSON to what discovery reads; undefined for a kind that discovery does not read.
 * @throws ShapeError if an object of a kind that discovery reads does not have the shape that Kubernetes defines.
 */
export function narrow(raw: unknown, options: NarrowOptions = {}): DiscoveryObject | undefined {
  const envelope = envelopeOf(root(raw), options)
  return NARROWING.get(`${envelope.group}/${envelope.kind}`)?.(envelope)
}
