import type { ApiServer } from '../../src/cluster/api-server.ts'
import { apiVersionOf, pathOf, REPORTED, RESOURCES } from '../../src/cluster/resources.ts'
import { createInventory, type Inventory } from '../../src/core/inventory/create-inventory.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { OBSERVED_KIND, type Resource } from '../../src/kubernetes/kinds.ts'
import { buildReport } from '../../src/report/build-report.ts'
import type { Report } from '../../src/report/schema.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

/** When it is looked at. */
const NOW = '2026-03-02T10:00:00Z'

/** The IngressClass that an installation of the controller brings. */
export const CLASS: Stored = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
}

export interface Stored {
  readonly apiVersion: string
  readonly kind: string
  readonly spec?: unknown
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

const READ: readonly Resource[] = [...RESOURCES, OBSERVED_KIND, ...REPORTED.map(({ resource }) => resource)]

/** Its kind, if Slackwater asks a cluster for it. */
const resourceOf = ({ apiVersion, kind }: Stored): Resource | undefined =>
  READ.find(
    (one) => one.kind === kind && one.versions.some((version) => apiVersionOf(one, version) === apiVersion),
  )

/** Where an object is listed, with those of all namespaces and of its own. The version is the one asked for first. */
function collectionsOf(object: Stored): readonly string[] {
  const resource = resourceOf(object)
  const [version = ''] = resource?.versions ?? []
  const places = [undefined, object.metadata.namespace]
  return resource === undefined ? [] : places.map((place) => pathOf(resource, version, place))
}

/** Lists, in one page each, and objects by their names; nothing is written. */
export const serving = (objects: readonly Stored[]): ApiServer => ({
  get: (path) => {
    const items = objects.filter((object) => collectionsOf(object).includes(path))
    const named = objects.find((object) =>
      collectionsOf(object).some((collection) => `${collection}/${object.metadata.name}` === path),
    )
    const answer = JSON.stringify(named ?? { metadata: { resourceVersion: '100' }, items })
    return Promise.resolve({ status: 200, body: new Blob([answer]).stream() })
  },
  send: () => Promise.reject(new Error('nothing is written')),
})

/** What an installation in a cluster with these objects knows: no more than it asks for. */
export function inventoryOf(objects: readonly Stored[], settings: Settings = DEFAULT_SETTINGS): Inventory {
  const inventory = createInventory({ ...settings, fromFiles: false })
  const followed = [CLASS, ...objects].filter((object) => resourceOf(object) !== undefined)
  for (const object of followed) keepIn(inventory, object, 'default')
  return inventory
}

/** A cluster with these objects, and an IngressClass `alb` of the controller: what a report of it says, without HTTP. */
export function reportOfObjects(
  objects: readonly Stored[],
  settings: Settings = DEFAULT_SETTINGS,
): Promise<Report> {
  const inputs = {
    source: { api: serving([CLASS, ...objects]) },
    knowledge: { inventory: inventoryOf(objects, settings), settings },
    version: '1.2.3',
    settings: [],
    ages: () => [],
    now: () => new Date(NOW),
  }
  return buildReport(inputs, undefined, new AbortController().signal)
}
