import { setTimeout as pause } from 'node:timers/promises'
import { KubeConfig } from '@kubernetes/client-node'
import { apiServerOf } from '../src/cluster/api-server.ts'
import { createLiveInventory } from '../src/cluster/live-inventory.ts'
import { TIMING } from '../src/cluster/reflector.ts'
import { createDepartures } from '../src/controller/departures.ts'
import { runLoop } from '../src/controller/run-loop.ts'
import { createLedger } from '../src/core/departures/create-ledger.ts'
import { SYSTEM_CLOCK } from '../src/pacing/clock.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'

/**
 * A process that follows the cluster at the port of its first argument, as the leader does; with `departures` as the
 * second one, it keeps their ledger. It answers each message with what it costs so far.
 */

const [port = '', part = ''] = process.argv.slice(2)
const config = new KubeConfig()
config.loadFromClusterAndUser(
  { name: 'bench', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
  { name: 'bench' },
)
const api = apiServerOf(config)
const settings = DEFAULT_SETTINGS
const listener = { onFailure: () => undefined, onUnreadable: (text: string) => fail(text) }
const common = { api, settings, random: Math.random, date: () => new Date() }
const live = createLiveInventory({ ...common, timing: TIMING, now: () => performance.now(), listener })
const departures = createDepartures({
  ...common,
  live: live.view,
  newLedger: createLedger,
  onNews: () => undefined,
  clock: SYSTEM_CLOCK,
  log: { warn: (facts: object) => fail(JSON.stringify(facts)) } as never,
})
const { signal } = new AbortController()

function fail(text: string): never {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

/** Mebibytes in use, `memory`: after a collection; and seconds of CPU time since the start. */
async function costs(what: unknown) {
  for (let count = 0; what === 'memory' && count < 4; count++) {
    globalThis.gc?.()
    await pause(50)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return {
    mib: (heapUsed + external) / 2 ** 20,
    resident: rss / 2 ** 20,
    cpu: (user + system) / 1e6,
    view: departures.view(),
  }
}

void live.run(signal)
while (live.missing().length > 0) await pause(20)
if (part === 'departures') {
  const options = {
    clock: SYSTEM_CLOCK,
    date: () => new Date(),
    random: Math.random,
    doubt: () => undefined,
    onTick: () => undefined,
  }
  void runLoop(departures, { ...options, onTickFailed: (_loop, error) => fail(String(error)) }, signal)
  while (departures.view() === undefined) await pause(20)
}
process.on('message', (what) => void costs(what).then((answer) => process.send?.(answer)))
process.send?.('following')
