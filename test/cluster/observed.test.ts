import { afterEach, beforeEach, expect, test } from 'vitest'
import { readObserved } from '../../src/cluster/observed.ts'
import { createInventory, type Inventory } from '../../src/core/inventory/create-inventory.ts'
import { apiAt, CONFIG_MAPS, FakeApiServer, OWN_CONFIG_MAPS } from './fake-api-server.ts'

/** As `audit` and `explain` read the ConfigMap: once, with the caller's rights. */

const REF = { kind: 'ConfigMap', namespace: 'slackwater-system', name: 'slackwater-observed' }

let server: FakeApiServer
let port: number
let inventory: Inventory

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(CONFIG_MAPS)
  port = await server.start()
  inventory = createInventory({ fromFiles: false })
})
afterEach(() => server.stop())

const read = (signal = new AbortController().signal) =>
  readObserved(
    { api: apiAt(port), inventory, namespace: 'slackwater-system', date: () => new Date(86_400_000 * 5.5) },
    signal,
  )

const put = (namespace: string) =>
  server.put(CONFIG_MAPS, {
    metadata: { name: 'slackwater-observed', namespace },
    data: { 'aws.json': '[]' },
  })

test('the one in its own namespace, with the day by which ages are told', async () => {
  put('shop')
  await read()
  expect(inventory.objects.find('Observed', REF)).toBeUndefined()
  put('slackwater-system')
  await read()
  expect(inventory.objects.find('Observed', REF)).toMatchObject({
    ref: REF,
    problems: ['aws.json: expected a mapping, got a list'],
    today: 5,
  })
})

test('none, no right, no answer: nothing is told and nothing known', async () => {
  await read()
  server.refused.set(`${OWN_CONFIG_MAPS}/slackwater-observed`, 403)
  await read()
  server.refused.set(`${OWN_CONFIG_MAPS}/slackwater-observed`, 500)
  await read()
  expect(inventory.objects.find('Observed', REF)).toBeUndefined()
})

test('who interrupts it need not wait for it', async () => {
  server.hold(CONFIG_MAPS)
  const stop = new AbortController()
  const reading = read(stop.signal)
  stop.abort(new Error('interrupted'))
  await expect(reading).rejects.toThrow('interrupted')
})
