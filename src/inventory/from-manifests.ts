import { createInventory, type Inventory } from '../core/inventory/create-inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { given, ShapeError } from '../kubernetes/json.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'
import type { Problem } from '../manifests/position.ts'
import { keepIn } from './keep-in.ts'

interface Known {
  readonly inventory: Inventory
  /** Objects whose shape is not that of their kind. */
  readonly problems: readonly Problem[]
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
  const problems = objects.flatMap((object) => putInto(inventory, object, namespace))
  return { inventory, problems }
}

function putInto(inventory: Inventory, object: ManifestObject, namespace: string): readonly Problem[] {
  try {
    keepIn(inventory, object.raw, namespace)
    return []
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    return [shapeProblem(object, error.message)]
  }
}

/** What is wrong with an object, at its place in its file. */
export const shapeProblem = ({ kind, name, position }: ManifestObject, message: string): Problem => ({
  ...position,
  message: `${kind} ${name}: ${message}`,
})
