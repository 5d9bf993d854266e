import type { NodePool } from '../../model/surroundings.ts'
import { findClusterWide, type ObjectView } from './view.ts'

/** Those of these NodePools that are known. */
export const nodePoolsNamed = (names: readonly string[], view: ObjectView): readonly NodePool[] =>
  names.flatMap((name) => {
    const found = findClusterWide('NodePool', name, view)
    if (found === undefined) return []
    const { kind: _, ref, ...facts } = found
    return [{ name: ref.name, ...facts }]
  })
