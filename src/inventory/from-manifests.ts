import { createInventory, type Inventory } from '../core/inventory/create-inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { given, ShapeError } from '../kubernetes/json.ts'
import { isOnlyShown } from '../kubernetes/kinds.ts'
import { groupOf } from '../kubernetes/workload.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import type { Note, Problem } from '../manifests/position.ts'
import { keepIn } from './keep-in.ts'

interface Known {
  readonly inventory: Inventory
  /** Objects whose shape is not that of their kind. */
  readonly problems: readonly Problem[]
  /** About objects that no decision rests on. */
  readonly notes: readonly Note[]
}

interface KnowledgeInputs {
  /** The objects as a cluster would hold them. */
  readonly objects: readonly ManifestObject[]
  readonly settings: Settings
  /** For objects that name none. */
  readonly namespace: string
  /** The cluster's default IngressClass, where the files do not have it. */
  readonly assumedDefaultClass?: string | undefined
}

/** An inventory of what manifests say. A class that is not in the files is taken as the controller's, and said. */
export function knownFrom(inputs: KnowledgeInputs): Known {
  const { objects, settings, namespace, assumedDefaultClass } = inputs
  const inventory = createInventory({
    ...settings,
    ...given('assumedDefaultClass', assumedDefaultClass),
    fromFiles: true,
  })
  const refused = objects.flatMap((object) => putInto(inventory, object, namespace))
  const { shown = [], needed = [] } = Object.groupBy(refused, ({ object }) =>
    isOnlyShown(groupOf(object.apiVersion), object.kind) ? 'shown' : 'needed',
  )
  return {
    inventory,
    problems: needed.map(({ object, message }) => shapeProblem(object, message)),
    notes: shown.map(unreadableNote),
  }
}

interface Refused {
  readonly object: ManifestObject
  readonly message: string
}

function putInto(inventory: Inventory, object: ManifestObject, namespace: string): readonly Refused[] {
  try {
    keepIn(inventory, object.raw, namespace)
    return []
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    return [{ object, message: error.message }]
  }
}

/** A part of an overlay, for example: no decision needs it. */
const unreadableNote = ({ object: { kind, name, position }, message }: Refused): Note => ({
  severity: 'information',
  id: 'related-unreadable',
  file: position.file,
  line: position.line,
  text: `${kind} ${name} is not shown beside its workload: ${message}`,
})

/** What is wrong with an object, at its place in its file. */
export const shapeProblem = ({ kind, name, position }: ManifestObject, message: string): Problem => ({
  ...position,
  message: `${kind} ${name}: ${message}`,
})
