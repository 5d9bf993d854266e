import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { Attack } from '../../hostile/attack.ts'
import { CLUSTER } from '../../hostile/objects.ts'
import { caseOf, cluster, has } from './cluster.ts'
import { compactEtcd } from './control-plane.ts'
import { run } from './kubectl.ts'
import { harmless, isLate, NEEDS, Neighbor, type Outcome, unnoticed } from './neighbor.ts'
import { allGone, tenantFor } from './tenant.ts'

/** Hostile tenants, each at the API server's limits, beside one who applies all the while: what files of such cases share. */

/** The leader's loops look every 5 s. Milliseconds. */
export const LOOKED_AT = 6_000

export const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** The one who applies, in the file that asks for it. */
export function installedNeighbor(): Neighbor {
  const neighbor = new Neighbor()
  beforeAll(async () => {
    if (has(...NEEDS)) await neighbor.begin(...CLUSTER)
  })
  beforeEach(async () => {
    if (has(...NEEDS)) await neighbor.fresh()
  })
  afterAll(async () => {
    if (!has(...NEEDS)) return
    await neighbor.end()
    await allGone()
    await compactEtcd()
  })
  return neighbor
}

/** Everything is read, and judged. */
export async function report(neighbor: Neighbor): Promise<void> {
  const args = ['report', '--kubeconfig', cluster.kubeconfig, '-n', neighbor.namespace, '-o', 'json']
  const { code, err } = await run(process.execPath, [path.resolve('dist/main.js'), ...args])
  expect(code, err).toBeLessThan(2)
}

/** What is stored comes, is asked about, is changed, is looked at by everybody, and goes. */
async function attacked(neighbor: Neighbor, attack: Attack): Promise<Outcome> {
  const tenant = await tenantFor(attack, attack.largest, neighbor.namespace)
  return neighbor
    .during(attack.name, async () => {
      const { count, refusals } = await tenant.store()
      const first = await tenant.ask()
      await tenant.change()
      await pause(LOOKED_AT)
      const asked = [...first, ...(await tenant.ask())]
      say(`${attack.name}: ${count} objects stored, asked for admission: ${asked.join(' ')}`)
      await report(neighbor).finally(tenant.leave)
      // Else nothing was attacked.
      expect(refusals).toEqual([])
    })
    .finally(compactEtcd)
}

async function harmlessForOthers(neighbor: Neighbor, attack: Attack): Promise<void> {
  const first = await attacked(neighbor, attack)
  unnoticed(first)
  harmless(isLate(first) ? await attacked(neighbor, attack) : first)
}

/**
 * What each attack costs at growing sizes is measured in `npm run test:deep`, all of them
 * (test/hostile/inventory-growth.test.ts). As installed, a run takes one in four, which ones by the last digits of its
 * commit: over some commits all have been, and the suite ends twenty minutes earlier. `SLACKWATER_ATTACKS=all`: all.
 */
function inThisRun(attacks: readonly Attack[]): readonly Attack[] {
  if (process.env['SLACKWATER_ATTACKS'] === 'all') return attacks
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  const turn = Number.parseInt(commit.slice(-4), 16)
  const taken = attacks.filter((_, index) => (index + turn) % SHARE === 0)
  say(`${taken.length} of ${attacks.length} attacks, by the commit; SLACKWATER_ATTACKS=all takes all`)
  return taken
}

const SHARE = 4

export function harmlessCases(neighbor: Neighbor, attacks: readonly Attack[]): void {
  for (const attack of inThisRun(attacks))
    caseOf(`harmless for others: ${attack.name}`, NEEDS, () => harmlessForOthers(neighbor, attack), 300_000)
}
