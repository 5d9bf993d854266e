import { escapeKey } from '../core/model/json-pointer.ts'
import { at, isPresent, root } from '../kubernetes/json.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import type { SourceText } from '../manifests/paths.ts'
import type { Problem } from '../manifests/position.ts'
import { type Edit, type WriteRefusal, writeBack } from '../manifests/write-back.ts'
import type { PlannedNamespace } from './namespaces.ts'
import type { Plan } from './plan.ts'

/** A file with the plan written into it; every other byte is unchanged. */
export interface PatchedFile {
  readonly name: string
  readonly text: string
}

interface Patched {
  readonly files: readonly PatchedFile[]
  /** Objects that could not be changed in place, and why. */
  readonly refused: readonly Problem[]
}

/** Writes hooks, grace periods and namespace labels into the source files. */
export function patchFiles(sources: readonly SourceText[], plan: Plan): Patched {
  const edits = [
    ...plan.objects.map(
      ({ manifest, withoutRecord }): Edit => ({ object: manifest, operations: withoutRecord }),
    ),
    ...plan.manifests.flatMap((object) => labelEdit(object, plan.namespaces)),
  ]
  const refused: Problem[] = []
  const files = sources.map((source) => {
    const own = edits.filter(({ object }) => object.position.file === source.name)
    const { text, refusals } = writeBack(source, own)
    for (const refusal of refusals) refused.push(problemOf(refusal))
    return { name: source.name, text }
  })
  return { files: [...namespaceFile(plan), ...files], refused }
}

/** In front of the other files: `kubectl apply` creates what it reads first. */
function namespaceFile({ manifests, namespaces }: Plan): readonly PatchedFile[] {
  const stated = new Set(manifests.map(({ namespace }) => namespace))
  // Objects that name no namespace may belong to any other than `default`.
  const isNamed = (name: string): boolean => name !== 'default' || stated.has(name)
  const missing = namespaces.filter(
    ({ name, action, isUnknown }) => action === 'add' && isUnknown === true && isNamed(name),
  )
  const documents = [...Map.groupBy(missing, ({ name }) => name)].map(([name, labels]) =>
    namespaceDocument(name, labels),
  )
  return documents.length === 0 ? [] : [{ name: 'slackwater-namespaces.yaml', text: documents.join('---\n') }]
}

const namespaceDocument = (name: string, labels: readonly PlannedNamespace[]): string => `apiVersion: v1
kind: Namespace
metadata:
  name: ${scalar(name)}
  labels:
${labels.map(({ label, value }) => `    ${scalar(label)}: ${scalar(value)}\n`).join('')}`

/** As a plain scalar if it is one and no boolean or null; else quoted. JSON's strings are YAML's. */
const scalar = (text: string): string =>
  /^[a-z][\w./-]*$/i.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text)

const problemOf = ({ object, reason }: WriteRefusal): Problem => ({
  ...object.position,
  message: reason,
})

/** One edit for all labels of a Namespace: the first may create the mapping that the others go into. */
function labelEdit(object: ManifestObject, planned: readonly PlannedNamespace[]): readonly Edit[] {
  const missing = planned.filter(({ name, action }) => action === 'add' && name === object.name)
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
