import { type Assessment, assess } from '../../src/assessment/assess.ts'
import type { InventoryView } from '../../src/core/inventory/inventory.ts'
import type { Exposure } from '../../src/core/model/exposure.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { exposure, settingsWith } from '../core/exposures.ts'
import { type JsonObject, objectAt, patched } from './api-server.ts'

export interface World {
  readonly exposures: readonly Exposure[]
  readonly settings: Settings
}

/** An ALB with ip targets sends to every pod: S 45, G 75 by the defaults. */
export const behindAlb: World = { exposures: [exposure()], settings: settingsWith() }

/** An inventory that knows these exposures for every pod, and nothing else. */
const inventoryOf = ({ exposures }: World): InventoryView => ({
  exposuresOf: () => ({ exposures }),
  namespace: () => undefined,
  workload: () => undefined,
  autoscaled: () => undefined,
})

export type Readable = Extract<Assessment, { readonly readable: true }>

/** Assesses and insists that the object could be read. */
export function assessed(
  what: 'workload' | 'pod',
  { raw, stored }: { readonly raw: unknown; readonly stored?: unknown },
  world: World,
): Readable {
  const object = {
    what,
    raw,
    namespace: 'shop',
    fromFile: false,
    ...(stored === undefined ? {} : { stored }),
  }
  const result = assess(object, { inventory: inventoryOf(world), settings: world.settings })
  if (!result.readable) throw new Error(result.problem)
  return result
}

/** A Deployment of three replicas around a template. */
export const deployment = (template: unknown): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 3, template },
})

export const templateOf = (workload: unknown): JsonObject => objectAt(workload, 'spec', 'template')

/** The template that the API server would store, and how it came about. */
export function admitted(template: unknown, world: World, storedTemplate?: unknown): JsonObject {
  const raw = deployment(template)
  const stored = storedTemplate === undefined ? {} : { stored: deployment(storedTemplate) }
  return templateOf(patched(raw, assessed('workload', { raw, ...stored }, world).operations))
}
