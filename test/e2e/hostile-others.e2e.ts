import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Attack } from '../hostile/attack.ts'
import { ATTACKS, PARTS } from '../hostile/attacks.ts'
import { ATTRIBUTES_TOGETHER } from '../hostile/attributes.ts'
import { caseOf } from './support/cluster.ts'
import { compactEtcd } from './support/control-plane.ts'
import { harmlessCases, installedNeighbor, LOOKED_AT, report, say } from './support/hostile.ts'
import { NAMESPACE, RELEASE, restarts, rolledOut } from './support/installation.ts'
import { kubectlOk } from './support/kubectl.ts'
import { harmless, NEEDS } from './support/neighbor.ts'
import { type Tenant, tenantFor } from './support/tenant.ts'

/** Hostile routes, grants and workloads; tenants who never rest; and all attacks at once. */

const neighbor = installedNeighbor()

harmlessCases(neighbor, PARTS.others)

/** For so long they change as fast as the API server takes it. Milliseconds; a choice. */
const RESTLESS = 10_000

const isWorthIt = ({ name }: Attack): boolean =>
  ['paths of an Ingress that lead to one Service', 'Ingresses that join the group of a neighbor'].includes(
    name,
  )

for (const attack of ATTACKS.filter(isWorthIt))
  caseOf(
    `harmless for others, changing all the while: ${attack.name}`,
    NEEDS,
    async () => {
      const tenant = await tenantFor(attack, attack.largest, neighbor.namespace)
      await tenant.store()
      const outcome = await neighbor
        .during(`changing all the while: ${attack.name}`, async () => {
          say(`${await tenant.change(RESTLESS)} changes`)
        })
        .finally(tenant.leave)
        .finally(compactEtcd)
      harmless(outcome)
    },
    300_000,
  )

/** Of the largest size of each. */
const SHARE = 1 / 8

caseOf(
  'all at once, and a replica that starts among it',
  NEEDS,
  async () => {
    const tenants: Tenant[] = []
    for (const attack of [...ATTRIBUTES_TOGETHER, ...ATTACKS])
      tenants.push(await tenantFor(attack, Math.ceil(attack.largest * SHARE), neighbor.namespace))
    const outcome = await neighbor
      .during('all at once, and a start', async () => {
        for (const tenant of tenants) await tenant.store()
        await kubectlOk(['rollout', 'restart', `deployment/${RELEASE}`, '-n', NAMESPACE])
        await rolledOut()
        await pause(LOOKED_AT)
        await report(neighbor)
      })
      .finally(async () => {
        for (const tenant of tenants) await tenant.leave()
        await compactEtcd()
      })
    const { failures, injected, requests } = outcome.stream
    expect(failures).toEqual([])
    expect(injected).toBe(requests)
    // Of the replica that has started; the one before has ended, as it was told.
    expect(await restarts()).toEqual([0])
  },
  900_000,
)
