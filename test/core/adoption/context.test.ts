import { expect, test } from 'vitest'
import { adoptionContext } from '../../../src/core/adoption/context.ts'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import type { LiveView } from '../../../src/core/inventory/inventory.ts'
import { seconds } from '../../../src/core/model/seconds.ts'
import type { Settings } from '../../../src/core/model/settings.ts'
import type { Labels, WorkloadSummary } from '../../../src/core/model/workload.ts'
import { settingsWith } from '../exposures.ts'

const TEAM = { matchLabels: { team: 'web' } }
const SELECTED = { team: 'web' }

/** @param own labels of the workload, @param pods of its template. */
const workload = (own: Labels, pods: Labels): WorkloadSummary => ({
  ref: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  labels: own,
  replacement: { kind: 'unknown' },
  minReadySeconds: seconds(0),
  live: {
    uid: 'u1',
    created: 0,
    rolledOut: false,
    paused: false,
    templateLabels: pods,
    recorded: false,
    unhooked: true,
    unready: false,
    adopted: false,
  },
})

function leftOut(one: WorkloadSummary, webhook: Settings['webhook'], namespace?: Labels) {
  const settings = settingsWith({ webhook })
  const known = createInventory({ ...settings, fromFiles: false })
  const facts = namespace && { name: 'shop', labels: namespace, annotations: {} }
  const view: Pick<LiveView, 'exposuresOf' | 'namespace'> = {
    exposuresOf: (selection) => known.exposuresOf(selection),
    namespace: () => facts,
  }
  const rest = { now: 0, furtherNamespaces: [], gateSettled: () => true }
  return adoptionContext(one, { inventory: view as LiveView, settings, ...rest }).leftOut
}

test.for<[string, WorkloadSummary, Settings['webhook'], Labels | undefined, string | undefined]>([
  ['no selector', workload({}, {}), {}, {}, undefined],
  [
    'its namespace is not selected',
    workload(SELECTED, SELECTED),
    { namespaceSelector: TEAM },
    {},
    'webhook.namespaceSelector leaves out namespace shop',
  ],
  ['its namespace is selected', workload({}, {}), { namespaceSelector: TEAM }, SELECTED, undefined],
  ['its namespace is not known yet', workload({}, {}), { namespaceSelector: TEAM }, undefined, undefined],
  [
    'neither it nor its Pods are selected',
    workload({}, {}),
    { objectSelector: TEAM },
    {},
    'webhook.objectSelector leaves out it and its Pods',
  ],
  ['only it is selected', workload(SELECTED, {}), { objectSelector: TEAM }, {}, undefined],
  ['only its Pods are selected', workload({}, SELECTED), { objectSelector: TEAM }, {}, undefined],
])('late exposure: %s', ([, one, webhook, namespace, why]) => {
  expect(leftOut(one, webhook, namespace)).toBe(why)
})
