import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApiServer } from '../../src/cluster/api-server.ts'
import { apiAt, DEPLOYMENTS, type FakeApiServer, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { pod } from '../report/big-cluster.ts'
import { audit, deployment, shop } from './cluster.ts'

/** Lists of several pages, whose version is compacted before the last. */

const MANY = 600

let server: FakeApiServer
let port: number
beforeEach(async () => {
  server = await shop()
  port = await server.start()
  for (let index = 1; index < MANY; index++) server.put(PODS, pod('shop', 'web', `web-6d4b-${index}`))
})
afterEach(() => server.stop())

/** Answers 410 to the second page of a list, so many times. */
function expiring(path: string, times: number): ApiServer & { readonly expired: () => number } {
  const api = apiAt(port)
  let expired = 0
  return {
    ...api,
    expired: () => expired,
    get: async (asked, query, signal) => {
      if (asked !== path || query['continue'] === undefined || expired === times)
        return api.get(asked, query, signal)
      expired++
      return { status: 410, body: gone() }
    },
  }
}

async function* gone() {
  yield Buffer.from('{"kind":"Status","code":410,"reason":"Expired","message":"too old"}')
}

describe('Pods', () => {
  test('a list that expires is begun again, and each Pod counts once', async () => {
    const api = expiring(PODS, 2)
    const report = await audit(port, { api })
    expect(api.expired()).toBe(2)
    expect(report.missing).toEqual([])
    expect(report.workloads[0]?.pods?.running).toBe(MANY)
  })

  test('one that never ends is missing', async () => {
    const report = await audit(port, { api: expiring(PODS, Number.POSITIVE_INFINITY) })
    expect(report.missing.map(({ part }) => part)).toEqual(['pods'])
  })
})

test('Services and workloads: nothing is lost, and nothing counts twice', async () => {
  for (let index = 0; index < MANY; index++) {
    server.put(DEPLOYMENTS, deployment(`more-${index}`))
    server.put(SERVICES, { metadata: { name: `more-${index}`, namespace: 'shop' }, spec: {} })
  }
  for (const path of [SERVICES, DEPLOYMENTS]) {
    const api = expiring(path, 2)
    const report = await audit(port, { api })
    expect(api.expired()).toBe(2)
    expect(report.missing).toEqual([])
    expect(report.totals).toMatchObject({ workloads: MANY + 2, exposed: 1 })
  }
})
