import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { processOf } from '../cluster/node.ts'
import { cluster } from './cluster.ts'
import { addressesOfReplicas, containerOf, replicas, restarts } from './installation.ts'
import { type Look, lookAt, share, spent } from './looks.ts'

/** What a span of time asks of the one replica of an installation, and of this machine. */
export interface Strain {
  /** How late its event loop was. */
  readonly delay: Delay
  /**
   * CPU time that it took in stretches as long as these delays: so much of a delay, at most, is its own work; the rest is
   * a machine that is full. By the system's clock, in steps of 10 ms.
   */
  readonly own: Delay
  /** How late the event loop of an idle process was meanwhile: what the machine alone makes late. */
  readonly idle: Delay
  /** Resident at most. MiB. */
  readonly resident: number
  /** Seconds of CPU time. */
  readonly cpu: number
  /** Seconds that its main thread stood still while garbage was collected. */
  readonly garbage: number
  /** How often its container ended. */
  readonly restarts: number
}

/** Milliseconds, among them the 10 of the timer that measures (prom-client's eventLoopMonitoringPrecision). */
export interface Delay {
  readonly p99: number
  readonly worst: number
}

export interface StrainWatch {
  end(): Promise<Strain>
}

/** Health and metrics, as the chart has it. */
const HEALTH_PORT = 8080
/** Between two looks at the process. Milliseconds. */
const INTERVAL = 20
const MIB = 2 ** 20
const SECOND = 1_000

/** The metrics of a replica by name; each look at them begins the measurement of delays anew. */
export async function metricsOf(address: string): Promise<ReadonlyMap<string, number>> {
  const ask = () => fetch(`http://${address}:${HEALTH_PORT}/metrics`, { signal: AbortSignal.timeout(20_000) })
  // A connection that was kept may be closed as the next request comes.
  const answer = await ask().catch(() => ask())
  const lines = (await answer.text()).split('\n').filter((line) => !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
}

export const processOfReplica = async (pod: string): Promise<number> =>
  processOf(cluster.folder, await containerOf(pod))

/** An idle process whose event loop is measured. */
export class Idle {
  readonly #child: ChildProcess = fork(path.join(import.meta.dirname, 'idle-loop.ts'))

  /** Since the last time that it was asked. */
  async delay(): Promise<Delay> {
    const told = once(this.#child, 'message')
    this.#child.send('tell')
    const [delay] = await told
    return delay as Delay
  }

  stop(): void {
    this.#child.kill()
  }
}

export async function watchStrain(idle: Idle): Promise<StrainWatch> {
  const [pod = ''] = await replicas()
  const [address = ''] = await addressesOfReplicas()
  const pid = await processOfReplica(pod)
  const looks: Look[] = []
  let isEnding = false
  const looking = (async () => {
    while (!isEnding) {
      looks.push(...[lookAt(pid) ?? []].flat())
      await pause(INTERVAL)
    }
  })()
  await idle.delay()
  const before = await metricsOf(address)
  const counted = sum(await restarts())
  return {
    end: async () => {
      const after = await metricsOf(address).catch(() => new Map<string, number>())
      isEnding = true
      await looking
      const value = (name: string): number => after.get(name) ?? Number.NaN
      const delay = {
        p99: value('nodejs_eventloop_lag_p99_seconds') * SECOND,
        worst: value('nodejs_eventloop_lag_max_seconds') * SECOND,
      }
      const since = (name: string): number => value(name) - (before.get(name) ?? Number.NaN)
      const collecting = ['minor', 'incremental', 'major'].map(
        (kind) => `nodejs_gc_duration_seconds_sum{kind="${kind}"}`,
      )
      return {
        delay,
        own: { p99: ownIn(looks, delay.p99, 0.99), worst: ownIn(looks, delay.worst, 1) },
        idle: await idle.delay(),
        resident: Math.round(Math.max(0, ...looks.map(({ resident }) => resident)) / MIB),
        cpu: since('process_cpu_seconds_total'),
        garbage: sum(collecting.map(since).filter(Number.isFinite)),
        // The kubelet tells it some seconds later.
        restarts: Math.max(sum(await restarts()) - counted, lookAt(pid) === undefined ? 1 : 0),
      }
    },
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

const ownIn = (looks: readonly Look[], delay: number, part: number): number =>
  Math.min(delay, share(spent(looks, delay), part))
