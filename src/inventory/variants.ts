import { keyOf, type ObjectRef } from '../core/model/object-ref.ts'
import { ShapeError } from '../kubernetes/json.ts'
import { isRouting } from '../kubernetes/kinds.ts'
import { narrow } from '../kubernetes/narrow.ts'
import { groupOf } from '../kubernetes/workload.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import type { Note } from '../manifests/position.ts'

type Narrow = NonNullable<ReturnType<typeof narrow>>

/** One of several objects of the same name that route differently. */
export interface Variant {
  readonly ref: ObjectRef
  readonly manifest: ManifestObject
}

/** One variant of each object, by its key; an object that is not in it has its usual one. */
export type Layer = ReadonlyMap<string, Variant>

/** Files often have variants of an object that nobody applies together, such as overlays. */
export interface Variants {
  /** Of each object that has several, in the order of the files. */
  readonly all: readonly (readonly Variant[])[]
  /** The usual variant of each object that has several: the last one, as `kubectl apply` would leave it. */
  readonly usual: Layer
  /** What else may be applied: together with the usual ones, every variant is in one of them. */
  readonly layers: readonly Layer[]
  readonly notes: readonly Note[]
}

/** How many variants of one object are read: as many times the whole input is looked at. A choice. */
const MOST_VARIANTS = 16

/**
 * The variants of every object that routes and is written several times, with different content.
 * @param namespace for objects that name none.
 */
export function variantsIn(objects: readonly ManifestObject[], namespace: string): Variants {
  const all = [...varying(objects, namespace).values()]
  const usual = new Map(all.flatMap((variants) => variants.slice(-1)).map((one) => [keyOf(one.ref), one]))
  const layers = layersOf(sceneries(all), usual)
  return {
    all: all.filter(({ length }) => length > 1),
    usual,
    layers: layers.slice(0, MOST_VARIANTS - 1),
    notes: layers.length < MOST_VARIANTS ? [] : all.flatMap(tooMany),
  }
}

/** Variants by the object's key, in the order of the files; of those with the same content the last. */
function varying(
  objects: readonly ManifestObject[],
  namespace: string,
): ReadonlyMap<string, readonly Variant[]> {
  const sameName = Map.groupBy(objects.filter(isRoutingObject), (object) =>
    keyOf({ kind: object.kind, namespace: object.namespace ?? namespace, name: object.name }),
  )
  const found = new Map<string, readonly Variant[]>()
  for (const written of sameName.values()) {
    if (written.length < 2) continue
    const read = written.flatMap((manifest) => narrowed(manifest, namespace))
    for (const [key, some] of Map.groupBy(read, ({ object }) => keyOf(object.ref))) {
      const variants = distinct(whole(some))
      if (variants.length > 1 || variants.length < some.length) found.set(key, variants)
    }
  }
  return found
}

/** A Rollout is a workload, but its strategy names Ingresses and Services. */
const isRoutingObject = ({ apiVersion, kind }: ManifestObject): boolean =>
  isRouting(groupOf(apiVersion), kind) || kind === 'Rollout'

interface Read {
  readonly manifest: ManifestObject
  readonly object: Narrow
}

/** Empty if it is unreadable. That is said elsewhere, if it is the last of its name. */
function narrowed(manifest: ManifestObject, namespace: string): readonly Read[] {
  try {
    const object = narrow(manifest.raw, { namespace })
    return object === undefined ? [] : [{ manifest, object }]
  } catch (error) {
    if (error instanceof ShapeError) return []
    throw error
  }
}

/** A patch of an overlay has only the fields that it changes: alone it is no variant. */
function whole(read: readonly Read[]): readonly Read[] {
  const complete = read.filter(({ object }) => !isFragment(object))
  return complete.length > 0 ? complete : read
}

function isFragment(object: Narrow): boolean {
  if (object.kind === 'Ingress') return object.backends.length === 0
  if (object.kind === 'Rollout') return object.ingresses.length === 0 && object.switched.length === 0
  return object.kind === 'Service' && object.type !== 'ExternalName' && object.ports.length === 0
}

function distinct(read: readonly Read[]): readonly Variant[] {
  const byContent = new Map<string, Variant>()
  for (const { manifest, object } of read) {
    const content = JSON.stringify(object)
    byContent.delete(content)
    byContent.set(content, { ref: object.ref, manifest })
  }
  return [...byContent.values()]
}

/** What was rendered is a whole of its own. */
const folderOf = ({ manifest: { position } }: Variant): string =>
  position.source === undefined ? position.file.slice(0, position.file.lastIndexOf('/') + 1) : position.file

/**
 * Variants that belong together: those of one folder, and of several in one folder those of the same rank, counted from
 * the last.
 */
function sceneries(all: readonly (readonly Variant[])[]): readonly Layer[] {
  const found = new Map<string, Map<string, Variant>>()
  for (const variants of all) {
    for (const [folder, inFolder] of Map.groupBy(variants, folderOf)) {
      for (const [rank, variant] of inFolder.toReversed().entries()) {
        const name = `${rank} ${folder}`
        found.set(name, (found.get(name) ?? new Map()).set(keyOf(variant.ref), variant))
      }
    }
  }
  return [...found.values()]
}

/** What touches different objects shares a layer: a tree of many applications needs no more layers than one of them. */
function layersOf(some: readonly Layer[], usual: Layer): readonly Layer[] {
  const layers: Map<string, Variant>[] = []
  for (const scenery of some) {
    if ([...scenery].every(([key, variant]) => usual.get(key) === variant)) continue
    const room = layers
      .slice(0, MOST_VARIANTS)
      .find((layer) => ![...scenery.keys()].some((key) => layer.has(key)))
    const layer = room ?? new Map<string, Variant>()
    if (room === undefined) layers.push(layer)
    for (const [key, variant] of scenery) layer.set(key, variant)
  }
  return layers
}

function tooMany(variants: readonly Variant[]): readonly Note[] {
  const last = variants.at(-1)
  if (last === undefined || variants.length <= MOST_VARIANTS) return []
  const { kind, name, position } = last.manifest
  const text = `${variants.length} variants of ${kind} ${name}: only ${MOST_VARIANTS} of them are read; plan fewer folders at a time`
  return [{ severity: 'warning', id: 'variant', ...position, text }]
}

/** Whether an object of the files is one of several variants. */
export const isOneOf = ({ all }: Variants): ((object: ManifestObject) => boolean) => {
  const manifests = new Set(all.flat().map(({ manifest }) => manifest))
  return (object) => manifests.has(object)
}
