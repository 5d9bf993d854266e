import type { Settings } from '../core/model/settings.ts'
import { knownWith, shapeProblem } from '../inventory/from-manifests.ts'
import { isPart } from '../inventory/parts.ts'
import { variantsIn } from '../inventory/variants.ts'
import type { FilesView } from '../inventory/varied.ts'
import { effective } from '../manifests/effective.ts'
import { fieldPositions } from '../manifests/field-position.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import { expandPaths } from '../manifests/paths.ts'
import { readManifests } from '../manifests/read.ts'
import { problemText } from '../render/problem-text.ts'

interface FilesQuery {
  readonly settings: Settings
  /** For objects that name none. */
  readonly namespace: string
  readonly assumedDefaultClass: string | undefined
  /** By which the age of measurements is told. Milliseconds since 1970. */
  readonly now: number
  readonly readStdin: () => Promise<string>
}

interface FilesRead {
  readonly inventory: FilesView
  readonly objects: readonly ManifestObject[]
  /** What could not be used, in words. */
  readonly problems: readonly string[]
}

/** Reads manifests in place of a cluster. In a file of its own: a server that follows a cluster does not load it. */
export async function filesRead(
  paths: readonly string[],
  { readStdin, ...query }: FilesQuery,
): Promise<FilesRead> {
  const { sources, problems } = await expandPaths(paths, readStdin)
  const set = readManifests(sources)
  const { namespace } = query
  const { objects } = effective(set.objects, { namespace, isPart: isPart(namespace) })
  const known = knownWith(variantsIn(set.objects, namespace), { ...query, objects })
  const positionOf = fieldPositions()
  const misshapen = known.refused.map((one) => shapeProblem(one, positionOf))
  const unusable = [...problems, ...set.problems, ...misshapen]
  return { inventory: known.inventory, objects, problems: unusable.map(problemText) }
}
