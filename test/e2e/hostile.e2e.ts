import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { type Attack, together } from '../hostile/attack.ts'
import { ATTACKS } from '../hostile/attacks.ts'
import { ATTRIBUTE_ATTACKS } from '../hostile/attributes.ts'
import { CLUSTER } from '../hostile/objects.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { compactEtcd } from './support/control-plane.ts'
import { NAMESPACE, RELEASE, restarts, rolledOut } from './support/installation.ts'
import { kubectlOk, run } from './support/kubectl.ts'
import { harmless, isLate, NEEDS, Neighbor, type Outcome, unnoticed } from './support/neighbor.ts'
import { allGone, type Tenant, tenantFor } from './support/tenant.ts'

/** Hostile tenants, each at the API server's limits, beside one who applies all the while. */

/** The leader's loops look every 5 s. */
const LOOKED_AT = 6_000

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const neighbor = new Neighbor()
beforeAll(async () => {
  if (has(...NEEDS)) await neighbor.begin(...CLUSTER)
}, 300_000)
beforeEach(async () => {
  if (has(...NEEDS)) await neighbor.fresh()
}, 180_000)
afterAll(async () => {
  if (!has(...NEEDS)) return
  await neighbor.end()
  await allGone()
  await compactEtcd()
}, 300_000)

/** Everything is read, and judged. */
async function report(): Promise<void> {
  const args = ['report', '--kubeconfig', cluster.kubeconfig, '-n', neighbor.namespace, '-o', 'json']
  const { code, err } = await run(process.execPath, [path.resolve('dist/main.js'), ...args])
  expect(code, err).toBeLessThan(2)
}

caseOf('the applies alone, to compare with', NEEDS, async () => {
  const outcome = await neighbor.during('nothing happens', async () => {
    await pause(20_000)
    await report()
  })
  harmless(outcome)
})

/** What is stored comes, is asked about, is changed, is looked at by everybody, and goes. */
async function attacked(attack: Attack): Promise<Outcome> {
  const tenant = await tenantFor(attack, attack.largest, neighbor.namespace)
  return neighbor
    .during(attack.name, async () => {
      const { count, refusals } = await tenant.store()
      const first = await tenant.ask()
      await tenant.change()
      await pause(LOOKED_AT)
      const asked = [...first, ...(await tenant.ask())]
      say(`${attack.name}: ${count} objects stored, asked for admission: ${asked.join(' ')}`)
      await report().finally(tenant.leave)
      // Else nothing was attacked.
      expect(refusals).toEqual([])
    })
    .finally(compactEtcd)
}

async function harmlessForOthers(attack: Attack): Promise<void> {
  const first = await attacked(attack)
  unnoticed(first)
  harmless(isLate(first) ? await attacked(attack) : first)
}

/** Three shapes at a time: an error in one of many would hide what the others cost. */
const SHAPES_AT_A_TIME = 3

const byShape = [...Map.groupBy(ATTRIBUTE_ATTACKS, ({ shape }) => shape)]
const ATTRIBUTES = byShape.flatMap((_, from) => {
  if (from % SHAPES_AT_A_TIME > 0) return []
  const some = byShape.slice(from, from + SHAPES_AT_A_TIME)
  const name = `${some.map(([shape]) => shape).join(', ')} for attributes, everywhere`
  return together(
    name,
    { counts: 'bytes', largest: 261_000 },
    some.flatMap(([, attacks]) => attacks),
  )
})

for (const attack of [...ATTRIBUTES, ...ATTACKS])
  caseOf(`harmless for others: ${attack.name}`, NEEDS, () => harmlessForOthers(attack), 300_000)

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
    for (const attack of [...ATTRIBUTES, ...ATTACKS])
      tenants.push(await tenantFor(attack, Math.ceil(attack.largest * SHARE), neighbor.namespace))
    const outcome = await neighbor
      .during('all at once, and a start', async () => {
        for (const tenant of tenants) await tenant.store()
        await kubectlOk(['rollout', 'restart', `deployment/${RELEASE}`, '-n', NAMESPACE])
        await rolledOut()
        await pause(LOOKED_AT)
        await report()
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
