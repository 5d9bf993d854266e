import { escapeKey } from '../core/model/json-pointer.ts'
import { at, isPresent, root } from '../kubernetes/json.ts'
import type { Kustomization } from '../manifests/builds.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import type { Problem } from '../manifests/position.ts'
import type { SourceText } from '../manifests/source-text.ts'
import { type Edit, type WriteRefusal, writeBack } from '../manifests/write-back.ts'
import { missingNamespaces } from './namespace-files.ts'
import type { PlannedNamespace } from './namespaces.ts'
import type { PatchedFile } from './patched-file.ts'
import type { Plan } from './plan.ts'

interface Patched {
  /** Manifests only. */
  readonly files: readonly PatchedFile[]
  /** Kustomizations that now list a new file. */
  readonly kustomizations: readonly PatchedFile[]
  /** Objects that could not be changed in place, and why. */
  readonly refused: readonly Problem[]
  /** Namespaces that no kustomization lists although one includes their workloads: sentences. */
  readonly unlisted: readonly string[]
}

interface Tree {
  readonly kustomizations: readonly Kustomization[]
  /** The folder for a new file that belongs to no kustomization. */
  readonly home: string
}

/** Writes hooks, grace periods and namespace labels into the source files. */
export function patchFiles(
  sources: readonly SourceText[],
  plan: Plan,
  tree: Tree = { kustomizations: [], home: '' },
): Patched {
  const toLabel = Map.groupBy(
    plan.namespaces.filter(({ action }) => action === 'add'),
    ({ name }) => name,
  )
  const edits = [
    ...plan.objects.map(
      ({ manifest, withoutRecord }): Edit => ({ object: manifest, operations: withoutRecord }),
    ),
    ...plan.manifests.flatMap((object) => labelEdit(object, toLabel.get(object.name) ?? [])),
  ].filter(({ operations }) => operations.length > 0)
  const bySource = Map.groupBy(edits, ({ object }) => object.position.file)
  const refused: Problem[] = []
  const written = sources.map((source): PatchedFile => {
    const own = bySource.get(source.name) ?? []
    const { text, refusals } = writeBack(source, own)
    for (const refusal of refusals) refused.push(problemOf(refusal))
    return { name: source.name, text, former: source.text, objects: own.length - refusals.length }
  })
  const { files, kustomizations, unlisted } = missingNamespaces(plan, { ...tree, written })
  return { files, kustomizations, unlisted, refused }
}

const problemOf = ({ object, reason }: WriteRefusal): Problem => ({
  ...object.position,
  message: reason,
})

/** One edit for all labels of a Namespace: the first may create the mapping that the others go into. */
function labelEdit(object: ManifestObject, missing: readonly PlannedNamespace[]): readonly Edit[] {
  if (object.kind !== 'Namespace' || missing.length === 0) return []
  const operations = isPresent(at(root(object.raw), 'metadata', 'labels'))
    ? missing.map(({ label, value }) => ({
        op: 'add' as const,
        path: `/metadata/labels/${escapeKey(label)}`,
        value,
      }))
    : [
        {
          op: 'add' as const,
          path: '/metadata/labels',
          value: Object.fromEntries(missing.map(({ label, value }) => [label, value])),
        },
      ]
  return [{ object, operations }]
}
