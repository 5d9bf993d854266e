import type { Kustomization } from '../manifests/builds.ts'
import { withResource } from '../manifests/listed-resource.ts'
import { fileIn, isSameFile, namespacePlaces } from '../manifests/namespace-places.ts'
import type { PlannedNamespace } from './namespaces.ts'
import type { PatchedFile } from './patched-file.ts'
import type { Plan } from './plan.ts'

/** The file for Namespaces that need a label and are not among the manifests. */
const NAMESPACES_FILE = 'slackwater-namespaces.yaml'

interface Written {
  readonly kustomizations: readonly Kustomization[]
  /** The folder for what belongs to no kustomization. */
  readonly home: string
  /** The manifests as they are written already. */
  readonly written: readonly PatchedFile[]
}

interface WithNamespaces {
  readonly files: readonly PatchedFile[]
  readonly kustomizations: readonly PatchedFile[]
  readonly unlisted: readonly string[]
}

/** The manifests with a document for each missing Namespace, listed where a build contains its workloads. */
export function missingNamespaces(plan: Plan, { kustomizations, home, written }: Written): WithNamespaces {
  const placeOf = namespacePlaces(
    kustomizations,
    written.map(({ name }) => name),
  )
  const documents = new Map<string, string[]>()
  const listing = new Set<Kustomization>()
  const unlisted: string[] = []
  for (const [name, labels] of Map.groupBy(missingIn(plan), ({ name }) => name)) {
    const { listedBy, unclear } = placeOf({ namespace: name, files: filesOf(name, plan) })
    for (const one of listedBy) listing.add(one)
    const folders = listedBy.length > 0 ? listedBy.map(({ folder }) => folder) : [home]
    for (const folder of folders) {
      const file = fileIn(folder, NAMESPACES_FILE)
      documents.set(file, [...(documents.get(file) ?? []), namespaceDocument(name, labels)])
      if (unclear !== undefined) unlisted.push(unlistedText(name, file, unclear))
    }
  }
  const listed = [...listing].map(listedIn)
  return {
    files: withDocuments(written, documents),
    kustomizations: listed.flatMap((one) => (typeof one === 'string' ? [] : [one])),
    unlisted: [...unlisted, ...listed.filter((one) => typeof one === 'string')],
  }
}

function missingIn({ manifests, namespaces }: Plan): readonly PlannedNamespace[] {
  const stated = new Set(manifests.map(({ namespace }) => namespace))
  // Objects that name no namespace may belong to any other than `default`.
  const isNamed = (name: string): boolean => name !== 'default' || stated.has(name)
  return namespaces.filter(
    ({ name, action, isUnknown }) => action === 'add' && isUnknown === true && isNamed(name),
  )
}

const filesOf = (namespace: string, { objects }: Plan): readonly string[] =>
  objects
    .filter(({ decision }) => decision.subject.ref.namespace === namespace)
    .map(({ manifest }) => manifest.position.file)

const unlistedText = (namespace: string, file: string, why: string): string =>
  `Namespace ${namespace}, in ${file}, is listed in no kustomization: ${why}; list the file in the one that should create it`

/** New files go in front: `kubectl apply` creates what it reads first. */
function withDocuments(
  written: readonly PatchedFile[],
  documents: ReadonlyMap<string, readonly string[]>,
): readonly PatchedFile[] {
  const left = new Map(documents)
  const files = written.map((file): PatchedFile => {
    const place = [...left.keys()].find((name) => isSameFile(name, file.name))
    const added = place === undefined ? [] : (left.get(place) ?? [])
    if (place === undefined) return file
    left.delete(place)
    const text = [file.text.replace(/(?<=[^\n])$/, '\n'), ...added].join('---\n')
    return { ...file, text, objects: file.objects + added.length }
  })
  const fresh = [...left].map(
    ([name, added]): PatchedFile => ({
      name,
      text: added.join('---\n'),
      former: undefined,
      objects: added.length,
    }),
  )
  return [...fresh, ...files]
}

/** @returns a sentence if it cannot be written there. */
function listedIn({ file, text: former }: Kustomization): PatchedFile | string {
  const text = withResource(former, NAMESPACES_FILE)
  return text === undefined
    ? `${file} is not changed: its resources are not written as a plain list; add ${NAMESPACES_FILE} to them`
    : { name: file, text, former, objects: 0 }
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
