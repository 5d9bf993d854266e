import { createInventory, type Inventory } from '../core/inventory/create-inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { given, ShapeError } from '../kubernetes/json.ts'
import { isBesideWorkloads, OBSERVED_KIND } from '../kubernetes/kinds.ts'
import { groupOf } from '../kubernetes/workload.ts'
import type { FieldPath, FieldPositions } from '../manifests/field-position.ts'
import { type ManifestObject, objectText } from '../manifests/manifest-object.ts'
import type { Note, Problem } from '../manifests/position.ts'
import { keepIn } from './keep-in.ts'
import type { Layer, Variants } from './variants.ts'
import { type FilesView, variedView } from './varied.ts'

interface Known {
  readonly inventory: Inventory
  /** Objects that do not have the shape of their kind. */
  readonly refused: readonly RefusedObject[]
  /** About unreadable objects that hinder no decision. */
  readonly notes: readonly Note[]
}

interface KnowledgeInputs {
  /** The objects as a cluster would contain them. */
  readonly objects: readonly ManifestObject[]
  readonly settings: Settings
  /** For objects that name none. */
  readonly namespace: string
  /** The cluster's default IngressClass, if the files do not contain it. */
  readonly assumedDefaultClass?: string | undefined
  /** By which ages are told, in milliseconds since 1970; absent: nothing is too old. */
  readonly now?: number | undefined
}

/** An inventory of manifests. A class missing in the files is assumed to be the controller's, and reported. */
export function knownFrom(inputs: KnowledgeInputs): Known {
  const { settings, assumedDefaultClass, namespace } = inputs
  const inventory = createInventory({
    ...settings,
    ...given('assumedDefaultClass', assumedDefaultClass),
    assumedNamespace: namespace,
    fromFiles: true,
  })
  const unreadable = withOwnEvidence(inputs).flatMap((object) => putInto(inventory, object, inputs))
  const { beside = [], needed = [] } = Object.groupBy(unreadable, ({ object }) =>
    isBesideWorkloads(groupOf(object.apiVersion), object.kind) ? 'beside' : 'needed',
  )
  return { inventory, refused: needed, notes: beside.map(unreadableNote) }
}

/**
 * Without ConfigMaps of other namespaces that are named like the one with what was observed, where its own is there: an
 * application's manifests must not decide about those of others.
 */
function withOwnEvidence({ objects, settings, namespace }: KnowledgeInputs): readonly ManifestObject[] {
  const isOwn = (object: ManifestObject): boolean => (object.namespace ?? namespace) === settings.ownNamespace
  return objects.some((object) => isEvidence(object) && isOwn(object))
    ? objects.filter((object) => !isEvidence(object) || isOwn(object))
    : objects
}

const isEvidence = ({ kind, name }: ManifestObject): boolean =>
  kind === OBSERVED_KIND.kind && name === OBSERVED_KIND.ownName

interface KnownWithVariants extends Omit<Known, 'inventory'> {
  readonly inventory: FilesView
}

/** The same, with everything that any of these variants exposes. */
export function knownWith(variants: Variants, inputs: KnowledgeInputs): KnownWithVariants {
  const withLayer = (layer: Layer) =>
    knownFrom({
      ...inputs,
      objects: [...inputs.objects, ...[...layer.values()].map(({ manifest }) => manifest)],
    })
  const usual = withLayer(variants.usual)
  const others = variants.layers.map((layer) => ({
    inventory: withLayer(new Map([...variants.usual, ...layer])).inventory,
    layer,
  }))
  return { ...usual, inventory: variedView(usual.inventory, others, variants) }
}

interface RefusedObject {
  readonly object: ManifestObject
  readonly message: string
  /** Where in the object. */
  readonly field: FieldPath
}

function putInto(
  inventory: Inventory,
  object: ManifestObject,
  { namespace, now }: Pick<KnowledgeInputs, 'namespace' | 'now'>,
): readonly RefusedObject[] {
  try {
    keepIn(inventory, object.raw, namespace, now)
    return []
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    return [{ object, message: error.message, field: error.keys }]
  }
}

/** For example a part of an overlay, which does not name its workload. */
const unreadableNote = ({ object: { kind, name, position }, message }: RefusedObject): Note => ({
  severity: 'information',
  id: 'related-unreadable',
  file: position.file,
  line: position.line,
  text: `${kind} ${name} is ignored: ${message}`,
})

/** The problem of an object, where its field is written. */
export const shapeProblem = (
  { object, message, field }: RefusedObject,
  positionOf: FieldPositions,
): Problem => ({
  ...positionOf(object, field),
  message: `${objectText(object)}: ${message}`,
})
