import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { STRANGERS } from '../hostile/stranger.ts'
import { ADDRESS, SECOND_ADDRESS } from './cluster/network.ts'
import { caseOf, has } from './support/cluster.ts'
import { addressesOfReplicas } from './support/installation.ts'
import { harmless, NEEDS, Neighbor } from './support/neighbor.ts'
import { INGRESS_CLASS } from './support/shop.ts'

/** Somebody in the cluster who reaches the webhook's port, while API servers call it. */

const WEBHOOK_PORT = '9443'
/**
 * How long each goes on: all connections are open within 2.5 s (400 or 500, one every 5 ms), and the loop, looked at every
 * 10 ms, has turned 600 times; six of them are beyond the 99th percentile. Milliseconds; a choice.
 */
const SPAN = 6_000
/** A handshake that does not come is given up after 10 s (HANDSHAKE_TIMEOUT). Milliseconds. */
const UNTIL_GIVEN_UP = 12_000

const neighbor = new Neighbor()
beforeAll(async () => {
  if (has(...NEEDS)) await neighbor.begin(INGRESS_CLASS)
})
beforeEach(async () => {
  if (has(...NEEDS)) await neighbor.fresh()
})
afterAll(async () => {
  if (has(...NEEDS)) await neighbor.end()
})

const program = path.resolve(import.meta.dirname, '../hostile/stranger.ts')

async function attacked(name: string, from: string): Promise<void> {
  const [address = ''] = await addressesOfReplicas()
  const child = spawn(process.execPath, [program, name, address, WEBHOOK_PORT, from], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said = text(child.stdout)
  await pause(name === 'no-handshakes' ? UNTIL_GIVEN_UP : SPAN)
  child.stdin.end()
  process.stderr.write(`${name}: ${await said}`)
}

const lasts = 300_000
/**
 * Bytes that nobody asked for keep the loop busy as long as they come: no bound for most turns of the loop, and for the longest twice that of objects. Measured alone on
 * two cores: 52 to 103 ms at the 99th percentile, 222 ms at worst. Milliseconds; a choice.
 */
const BOUND = { worst: 500 } as const
/**
 * Its fifty connections come within 250 ms, each with a handshake (2 ms) and a chunk of forty requests (4 ms: all are parsed,
 * eight answered) before it is closed. A machine of half the speed falls behind, and does all of it in one turn: 600 ms.
 */
const BOUNDS: Readonly<Record<string, { readonly worst: number }>> = { 'unread-answers': { worst: 1_000 } }

for (const name of STRANGERS)
  caseOf(
    `harmless for API servers: ${name}`,
    NEEDS,
    async () => {
      const outcome = await neighbor.during(name, () => attacked(name, SECOND_ADDRESS))
      harmless(outcome, BOUNDS[name] ?? BOUND)
    },
    lasts,
  )

/** As a Pod on the network of its node, or one behind the same translation of addresses. */
for (const name of ['idle-connections', 'slow-bodies'])
  caseOf(
    `harmless for an API server with the same address: ${name}`,
    NEEDS,
    async () => {
      const what = `${name} from the API server's address`
      harmless(await neighbor.during(what, () => attacked(name, ADDRESS)), BOUND)
    },
    lasts,
  )
