import type { ApiServer } from '../../src/cluster/api-server.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { buildReport } from '../../src/report/build-report.ts'
import type { Report } from '../../src/report/schema.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

/** When it is looked at. */
const NOW = '2026-03-02T10:00:00Z'

const CLASS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
}

interface Stored {
  readonly apiVersion: string
  readonly kind: string
}

const collectionOf = ({ apiVersion, kind }: Stored): string =>
  `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}/${kind.toLowerCase()}s`

/** Lists, in one page each; nothing is written. */
const serving = (objects: readonly Stored[]): ApiServer => ({
  get: (path) => {
    const items = objects.filter((object) => collectionOf(object) === path)
    const list = JSON.stringify({ metadata: { resourceVersion: '100' }, items })
    return Promise.resolve({ status: 200, body: new Blob([list]).stream() })
  },
  send: () => Promise.reject(new Error('nothing is written')),
})

/** A cluster with these objects, and an IngressClass `alb` of the controller: what a report of it says, without HTTP. */
export function reportOfObjects(
  objects: readonly Stored[],
  settings: Settings = DEFAULT_SETTINGS,
): Promise<Report> {
  const inventory = createInventory({ ...settings, fromFiles: false })
  const all = [CLASS, ...objects]
  for (const object of all) keepIn(inventory, object, 'default')
  const inputs = {
    source: { api: serving(all) },
    knowledge: { inventory, settings },
    version: '1.2.3',
    settings: [],
    ages: () => [],
    now: () => new Date(NOW),
  }
  return buildReport(inputs, undefined, new AbortController().signal)
}
