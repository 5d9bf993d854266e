import type { Resolved } from '../model/resolved.ts'

/** The pod's own annotation says it: what its arguments show is older, or less. One of the Namespace is about others too. */
export const isStatedByPod = ({ origin: { rank, source } }: Resolved<unknown>): boolean =>
  rank === 'explicit' && source.kind === 'annotation' && source.object.kind !== 'Namespace'
