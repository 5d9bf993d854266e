import type { Decision } from '../core/decision/decide.ts'
import { compareText, keyOf, refText } from '../core/model/object-ref.ts'
import type { FilesView } from '../inventory/varied.ts'
import { type ManifestObject, objectText } from '../manifests/manifest-object.ts'
import type { Note } from '../manifests/position.ts'

/** Namespaces of Services that are looked at. A choice: a tree of one release names one or two. */
const MOST_NAMESPACES = 20

interface Decided {
  readonly manifest: ManifestObject
  readonly decision: Decision
}

interface Scene {
  readonly manifests: readonly ManifestObject[]
  readonly inventory: Pick<FilesView, 'exposuresOf'>
  /** Of objects that name none. */
  readonly namespace: string
}

/**
 * `helm template -n shop` gives its namespace to those objects only whose templates ask for it. What stands in two
 * namespaces then is in one once it is applied, and a load balancer may send there.
 */
export function otherNamespaceNotes(planned: readonly Decided[], scene: Scene): readonly Note[] {
  const served = new Set(
    planned.flatMap(({ decision }) => decision.exposures.map(({ service }) => keyOf(service))),
  )
  const services = scene.manifests.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service')
  const named = [...new Set(services.flatMap(({ namespace }) => namespace ?? []))]
    .toSorted(compareText)
    .slice(0, MOST_NAMESPACES)
  const open = new Set(services.flatMap(({ namespace, name }) => (namespace === undefined ? [name] : [])))
  return planned.flatMap((object): readonly Note[] => {
    const { manifest, decision } = object
    const { what, ref, owner, template, overrides } = decision.subject
    if (decision.verdict !== 'not-exposed' || what === 'pod' || owner !== undefined) return []
    if (overrides.assume !== undefined) return []
    const isOpen = manifest.namespace === undefined
    const places = isOpen ? named : [scene.namespace]
    for (const place of places.filter((one) => one !== ref.namespace)) {
      const selection = { namespace: place, labels: template.labels, matching: 'template' } as const
      const { exposures } = scene.inventory.exposuresOf(selection)
      const found = exposures.find(
        ({ service }) => !served.has(keyOf(service)) && (isOpen || open.has(service.name)),
      )
      if (found === undefined) continue
      return [noteOf(manifest, refText(found.service), isOpen ? place : ref.namespace)]
    }
    return []
  })
}

const noteOf = (manifest: ManifestObject, service: string, meant: string): Note => ({
  severity: 'information',
  id: 'other-namespace',
  ...manifest.position,
  text: `${objectText(manifest)} is not behind a load balancer, but ${service} is and would select it: name one namespace in both, or plan with -n ${meant}`,
})
