import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { Account, type Target } from '../aws/account.ts'
import { RealNodes } from './nodes.ts'

/** Real servers on loopback as Pods. There, an address that is gone refuses: 504 is what the cluster's cases play. */
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function served(id: string, port = 0): Promise<Target> {
  const server = createServer((_, response) => response.end('ok'))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, id, resolve))
  return { id, port: (server.address() as AddressInfo).port }
}

const PROPAGATION = 0.5

function laboratory() {
  const account = new Account()
  const alb = account.addLoadBalancer({ name: 'shop' })
  const targetGroup = account.addTargetGroup({ name: 'web', loadBalancers: [alb] })
  const names = { loadBalancer: alb.slice(alb.indexOf('app/')), targetGroup }
  const plan = { account, names, seed: 1, nodes: 3, requestsPerSecond: 200, propagation: PROPAGATION }
  return { account, targetGroup, nodes: new RealNodes(plan) }
}

describe('nodes on the real clock', () => {
  test('without a target 503; a deregistered one gets requests for P and no longer; a dead one refuses', async () => {
    const { account, targetGroup, nodes } = laboratory()
    const [stays, leaves] = [await served('127.0.0.1'), await served('127.0.0.2')]
    const calls: number[] = []
    account.onChange(({ at }) => calls.push(at))
    nodes.begin()
    await pause(100)
    account.register(targetGroup, stays)
    account.register(targetGroup, leaves)
    await pause(300)
    account.deregister(targetGroup, leaves)
    const dead = servers[1]
    dead?.close()
    dead?.closeAllConnections()
    await pause(PROPAGATION * 1000 + 300)
    const { requests, log } = await nodes.end()
    const [registered = 0, , called = 0] = calls
    for (const { at, status, target } of requests) {
      if (status === 503) expect(at).toBeLessThanOrEqual(registered)
      if (status === 502) expect(target).toBe(`127.0.0.2:${leaves.port}`)
    }
    const late = requests.filter(({ target, at }) => target === `127.0.0.2:${leaves.port}` && at > called)
    expect(late.length).toBeGreaterThan(5)
    for (const { at, status } of late) {
      expect(at).toBeLessThanOrEqual(called + PROPAGATION * 1000)
      expect(status).toBe(502)
    }
    expect([...new Set(requests.map(({ status }) => status))].sort()).toEqual([200, 502, 503])
    expect([...log.lines()]).toHaveLength(requests.length)
  })
})
