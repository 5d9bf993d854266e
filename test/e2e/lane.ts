import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Given, prepareGiven } from './cluster/given.ts'
import { createNetwork, type Network, removeNetwork, within } from './cluster/network.ts'
import { lackingForNode, nodesIn, stopNode } from './cluster/node.ts'
import { stop } from './cluster/processes.ts'

export interface LaneOptions {
  /** Undefined: it is the only one, and what is printed there is printed at once. */
  readonly name: string | undefined
  /** Archives of what the Pods of its node run. */
  readonly images: readonly string[]
}

const say = (line: string): void => void process.stderr.write(`e2e: ${line}\n`)

const PARTS = [
  'registry',
  'cert-manager',
  'kube-proxy',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-apiserver',
  'etcd',
] as const

/** How long the output of a program is waited for after its end. Milliseconds; a choice. */
const STRAGGLERS = 5_000

const VITEST = [path.resolve('node_modules/vitest/vitest.mjs'), 'run', '--config', 'vitest.e2e.config.ts']

/** One cluster, and the files that run there, one after the other. */
export class Lane {
  readonly #options: LaneOptions
  // Short: the path of a socket must fit in 107 characters.
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'slackwater-e2e-'))
  readonly #facts = path.join(this.#folder, 'cluster.json')
  #network: Network | undefined
  #given: Given | undefined
  #running: ChildProcess | undefined
  #hasFailed = false

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** @throws where there is no cluster in the end. */
  async begin(): Promise<void> {
    const kubeconfig = process.env['KUBECONFIG'] ?? ''
    if (kubeconfig !== '') {
      this.#given = prepareGiven(this.#folder, kubeconfig)
      writeFileSync(this.#facts, JSON.stringify(this.#given.facts))
      return
    }
    // A machine that allows no Pods needs none.
    if (lackingForNode().length === 0) this.#network = createNetwork(path.basename(this.#folder))
    const up = path.join(import.meta.dirname, 'inside.ts')
    const isUp = await this.#runs([up, this.#facts, ...this.#options.images], 'inherit')
    if (!isUp) {
      this.#hasFailed = true
      throw new Error('no cluster')
    }
  }

  /** Whether every case of a file passes. */
  async passes(file: string, options: readonly string[]): Promise<boolean> {
    const { name } = this.#options
    const began = performance.now()
    if (name !== undefined) say(`${file}: begins in ${name}`)
    const isGood = await this.#runs([...VITEST, file, ...options], name === undefined ? 'inherit' : 'pipe')
    const seconds = ((performance.now() - began) / 1_000).toFixed(0)
    say(`${file}: ${isGood ? 'passed' : 'failed'} after ${seconds} s`)
    if (!isGood) this.#hasFailed = true
    return isGood
  }

  /** Ctrl-C reaches the whole group, a signal to us alone does not. */
  interrupt(): void {
    this.#running?.kill()
  }

  /** Cases that were skipped, with the reasons. */
  skipped(): readonly string[] {
    const file = path.join(this.#folder, 'skips')
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  }

  async end(): Promise<void> {
    this.#given?.remove()
    if (this.#network !== undefined) for (const node of nodesIn(this.#folder)) await stopNode(node)
    for (const name of PARTS) await stop(this.#folder, name)
    if (this.#network !== undefined) removeNetwork(this.#network)
    if (this.#hasFailed) say(`failed; the logs of the cluster are in ${this.#folder}`)
    else rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 })
  }

  /** Runs a program of ours in the cluster's network. With `pipe` its output comes in one piece, when it has ended. */
  async #runs(args: readonly string[], output: 'inherit' | 'pipe'): Promise<boolean> {
    const own = [process.execPath, ...args]
    const [program = '', ...rest] = this.#network === undefined ? own : within(this.#network, own)
    const child = spawn(program, rest, {
      stdio: ['ignore', output, output],
      env: { ...process.env, SLACKWATER_E2E_CLUSTER: this.#facts },
    })
    this.#running = child
    const said: Buffer[] = []
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => void said.push(chunk))
    try {
      return await new Promise((resolve, reject) => {
        child.once('error', reject)
        child.once('close', (code) => resolve(code === 0))
        // Something that it started may live on and hold the pipe.
        child.once('exit', (code) => setTimeout(() => resolve(code === 0), STRAGGLERS).unref())
      })
    } finally {
      process.stdout.write(Buffer.concat(said))
    }
  }
}
