import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { NODE_FLAGS } from '../test/e2e/cluster/slackwater-image.ts'
import type { Asked, ChangedKind, Told } from './played-cluster.ts'

/**
 * The built program, following a cluster of a tenth, half and all of: 20,000 Deployments, 10,000 Services, 4,000
 * Ingresses, 1,000 HTTPRoutes, and as the leader 100,000 Pods behind them. Its resident memory, the CPU time of its first
 * lists and of what a watch brings. The API server is played by a process of its own.
 */

/** Namespaces at full size (bench/large-cluster.ts, LARGE), and the Pods behind the load balancers of each. */
const NAMESPACES = 400
const PODS = 250

/** Changes of each kind. */
const CHANGES = 2_000
const KINDS: readonly ChangedKind[] = ['Deployment', 'Ingress', 'Pod']

/** Half seconds. */
const SETTLING = 12

/** Until garbage is what it will be. Milliseconds; a choice. */
const A_WHILE = 15_000

export interface Following {
  readonly namespaces: number
  readonly pods: number
  /** MiB. */
  readonly afterLists: number
  readonly afterAWhile: number
  /** NaN where the system does not tell. */
  readonly most: number
  /** Seconds of CPU time since the start, when the last list has been read. */
  readonly lists: number
  /** Share of a core that is used while nothing changes. */
  readonly idle: number
  /** Microseconds of CPU time for each change that a watch brings. */
  readonly changes: Readonly<Partial<Record<ChangedKind, number>>>
}

/** One line of the table of all benchmarks (bench/row.ts). */
export interface FollowingRow {
  readonly id: string
  readonly name: string
  readonly unit: string
  readonly ours: readonly number[]
  readonly base?: { readonly name: string; readonly rounds: readonly number[] }
  readonly aim?: { readonly of: 'ours'; readonly direction: 'at most'; readonly value: number }
  readonly note?: string
}

const MIB = 2 ** 20

class Program {
  readonly child: ChildProcess
  readonly #health: string

  private constructor(child: ChildProcess, health: string) {
    this.child = child
    this.#health = health
  }

  /** @param root of the tree whose built program it is. */
  static async start(
    root: string,
    { kubeconfig, leads }: { readonly kubeconfig: string; readonly leads: boolean },
  ) {
    const args = [
      ...NODE_FLAGS,
      ...(process.env['SLACKWATER_BENCH_NODE_FLAGS']?.split(' ') ?? []),
      path.join(root, 'dist/main.js'),
      'serve',
      ...['--kubeconfig', kubeconfig, '--self-signed', leads ? '--controller' : '--no-controller'],
      ...['--host', '127.0.0.1', '--port', '0', '--health-port', '0', '--report-port', '0'],
    ]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', () => reject(new Error('the program has ended')))
      createInterface({ input: child.stdout }).on('line', (line) => {
        const { msg, healthPort } = JSON.parse(line) as { readonly msg: string; readonly healthPort?: number }
        if (msg === 'listening') resolve(Number(healthPort))
      })
    })
    return new Program(child, `http://127.0.0.1:${port}`)
  }

  async ready(): Promise<void> {
    while ((await fetch(`${this.#health}/readyz`)).status !== 200) await pause(50)
  }

  async metrics(): Promise<{ readonly resident: number; readonly cpu: number }> {
    const text = await (await fetch(`${this.#health}/metrics`)).text()
    const of = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1])
    return { resident: of('process_resident_memory_bytes') / MIB, cpu: of('process_cpu_seconds_total') }
  }

  most(): number {
    const file = `/proc/${this.child.pid}/status`
    const kib = existsSync(file) ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined
    return Number(kib ?? Number.NaN) / 1024
  }

  /** CPU time, once there is nothing more to do; a leader's loops work every few seconds, so not for long. */
  async settled(): Promise<number> {
    let last = await this.metrics()
    for (let tries = 0; tries < SETTLING; tries++) {
      await pause(500)
      const next = await this.metrics()
      if (next.cpu - last.cpu < 0.02) return last.cpu
      last = next
    }
    return last.cpu
  }

  async stop(): Promise<void> {
    this.child.kill()
    await once(this.child, 'exit')
  }
}

class Played {
  readonly #child: ChildProcess
  readonly #told: Told[] = []
  #wake: () => void = () => undefined

  constructor(namespaces: number, pods: number) {
    this.#child = fork(fileURLToPath(new URL('played-cluster.ts', import.meta.url)), [
      String(namespaces),
      String(pods),
    ])
    this.#child.on('message', (told: Told) => {
      this.#told.push(told)
      this.#wake()
    })
  }

  async told<T>(what: (told: Told) => T | undefined): Promise<T> {
    for (;;) {
      for (const told of this.#told) {
        const found = what(told)
        if (found !== undefined) return found
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async change(asked: Asked): Promise<void> {
    const before = this.#told.length
    this.#child.send(asked)
    while (!this.#told.slice(before).some((told) => 'sent' in told)) await pause(10)
  }

  end(): void {
    this.#child.disconnect()
  }
}

interface Case {
  readonly root: string
  readonly namespaces: number
  readonly pods: number
}

/** With Pods it leads, and keeps the ledger of departures. */
export async function follow({ root, namespaces, pods }: Case): Promise<Following> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  const played = new Played(namespaces, pods)
  try {
    const port = await played.told((told) => ('port' in told ? told.port : undefined))
    const kubeconfig = path.join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(port)))
    const program = await Program.start(root, { kubeconfig, leads: pods > 0 })
    try {
      await program.ready()
      if (pods > 0)
        await played.told((told) =>
          'watched' in told ? told.watched === '/api/v1/pods' || undefined : undefined,
        )
      return { namespaces, pods, ...(await measured(program, played, pods > 0)) }
    } finally {
      await program.stop()
    }
  } finally {
    played.end()
    rmSync(folder, { recursive: true })
  }
}

async function measured(program: Program, played: Played, leads: boolean) {
  const { resident: afterLists, cpu: lists } = await program.metrics()
  const { cpu: before } = await program.metrics()
  const began = performance.now()
  await pause(A_WHILE)
  const { resident: afterAWhile, cpu: after } = await program.metrics()
  const idle = (after - before) / ((performance.now() - began) / 1000)
  const most = program.most()
  const changes: Partial<Record<ChangedKind, number>> = {}
  for (const kind of KINDS) {
    if (kind === 'Pod' && !leads) continue
    // The first ones warm up.
    for (const count of [CHANGES, CHANGES]) {
      const before = await program.settled()
      await played.change({ kind, count })
      await pause(500)
      changes[kind] = (((await program.settled()) - before) / count) * 1e6
    }
  }
  return { afterLists, afterAWhile, most, lists, idle, changes }
}

const kubeconfigOf = (port: number) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'bench', cluster: { server: `http://127.0.0.1:${port}` } }],
  users: [{ name: 'bench', user: {} }],
  contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
  'current-context': 'bench',
})

const ROOT = fileURLToPath(new URL('..', import.meta.url))

if (process.argv[1] === import.meta.filename) {
  const [share = '1', pods = '1', ...roots] = process.argv.slice(2)
  for (const root of roots.length > 0 ? roots : [ROOT]) {
    const namespaces = NAMESPACES * Number(share)
    const one = await follow({ root, namespaces, pods: Math.round(namespaces * PODS * Number(pods)) })
    process.stdout.write(`${root} ${JSON.stringify(one)}\n`)
  }
}
