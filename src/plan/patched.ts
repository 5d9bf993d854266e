import { at, isPresent, root } from '../kubernetes/json.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import type { Source } from '../manifests/paths.ts'
import type { Problem } from '../manifests/position.ts'
import { type Edit, type Refusal, writeBack } from '../manifests/write-back.ts'
import type { PlannedNamespace } from './namespaces.ts'
import type { Plan } from './plan.ts'

/** A file with the plan written into it; all else as it was, to the byte. */
export interface PatchedFile {
  readonly name: string
  readonly text: string
}

export interface Patched {
  readonly files: readonly PatchedFile[]
  /** Objects that could not be changed in place, and why. */
  readonly refused: readonly Problem[]
}

/** Writes hooks, grace and namespace labels into the sources they came from. */
export function patchFiles(sources: readonly Source[], plan: Plan): Patched {
  const edits = [
    ...plan.objects.map(({ manifest, plain }): Edit => ({ object: manifest, operations: plain })),
    ...plan.namespaces.flatMap((namespace) => labelEdits(namespace, plan.manifests)),
  ]
  const refused: Problem[] = []
  const files = sources.map((source) => {
    const own = edits.filter(({ object }) => object.position.file === source.name)
    const { text, refusals } = writeBack(source, own)
    refused.push(...refusals.map(problemOf))
    return { name: source.name, text }
  })
  return { files, refused }
}

const problemOf = ({ object, reason }: Refusal): Problem => ({ file: object.position.file, message: reason })

function labelEdits(
  { name, label, value, action }: PlannedNamespace,
  manifests: readonly ManifestObject[],
): readonly Edit[] {
  if (action !== 'add') return []
  const namespaces = manifests.filter((object) => object.kind === 'Namespace' && object.name === name)
  return namespaces.map((object) => {
    const labels = at(root(object.raw), 'metadata', 'labels')
    const key = label.replaceAll('~', '~0').replaceAll('/', '~1')
    const operation = isPresent(labels)
      ? { op: 'add' as const, path: `/metadata/labels/${key}`, value }
      : { op: 'add' as const, path: '/metadata/labels', value: { [label]: value } }
    return { object, operations: [operation] }
  })
}
