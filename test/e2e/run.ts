import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import path from 'node:path'
import buildOnce from '../build-once.ts'
import { CASES, tableOf } from '../slowest.ts'
import { buildNodeImages, lackingForNode } from './cluster/node.ts'
import { buildParts, isInstalled } from './cluster/parts.ts'
import { certManager, cosign, fetchDefinitions, oras, registry } from './cluster/tools.ts'
import { Lane } from './lane.ts'
import { askedOf, GROUP_NAMES, type Group, nameOf, orderOf } from './order.ts'

/**
 * The end-to-end suite: finds or makes clusters, runs the cases against them, and leaves nothing behind.
 * - KUBECONFIG is set: that cluster, as it is.
 * - KUBEBUILDER_ASSETS is set: etcd, API server and kubectl from that folder.
 * - Neither: every part is built from the Go module proxy.
 * Where the machine allows it (Linux, root, containerd), a cluster has a network namespace of its own and real Pods.
 * Files run side by side, each in a cluster that no other uses at that time; order.ts says which of them run alone.
 * Arguments are parts of files' paths, then options for vitest; `--parts-only`: no case is run; `--group=waiting` or
 * `--group=measured`: only the files of that group.
 * SLACKWATER_E2E_LANES: so many clusters of our own at a time. SLACKWATER_E2E_REQUIRE_ALL=1: a case that is skipped is a
 * failure. SLACKWATER_ATTACKS=all: every attack, not one in four. SLACKWATER_BUILT=1: the program is built, and is not
 * built anew beneath another run. A case that fails is tried once more; those that passed only then are named at the end.
 */

const say = (line: string): void => void process.stderr.write(`e2e: ${line}\n`)

const isSet = (name: string): boolean => (process.env[name] ?? '') !== ''
const isOurs = !isSet('KUBECONFIG')

const GIB = 2 ** 30
/** Of memory, for each cluster with what runs there (1.0 to 1.6 were seen), and for all else on the machine. */
const [EACH, OTHERS] = [1.25 * GIB, 2 * GIB]
/** Much is waited for, but cases have clocks: three on two cores, with other steps beside them, let applies fail open. */
const MOST = availableParallelism()

function room(): number {
  const limit = process.constrainedMemory()
  const memory = limit > 0 ? Math.min(totalmem(), limit) : totalmem()
  return Math.max(1, Math.min(MOST, Math.floor((memory - OTHERS) / EACH)))
}

function lanes(): number {
  const asked = Number(process.env['SLACKWATER_E2E_LANES'])
  if (!isOurs) return 1
  return Number.isInteger(asked) && asked >= 1 ? asked : room()
}

const LANES = lanes()

async function main(): Promise<number> {
  const args = process.argv.slice(2).filter((arg) => arg !== '--parts-only' && !arg.startsWith(GROUP))
  const { files, options } = askedOf(args, globSync('test/e2e/*.e2e.ts').sort())
  fetchParts(files)
  if (process.argv.includes('--parts-only')) return 0
  if (files.length === 0) throw new Error(`no file has this in its path: ${args.join(', ')}`)
  buildOnce()
  const common = mkdtempSync(path.join(tmpdir(), 'slackwater-e2e-'))
  try {
    const hasNodes = isOurs && lackingForNode().length === 0
    const suite = new Suite({ options, common, images: hasNodes ? buildNodeImages(common) : [] })
    for (const group of groupsOf(files)) await suite.run(group)
    return suite.tell()
  } finally {
    rmSync(common, { recursive: true, force: true })
  }
}

const GROUP = '--group='

/** Those that are asked for, in their order. */
function groupsOf(files: readonly string[]): readonly Group[] {
  const asked = process.argv.find((arg) => arg.startsWith(GROUP))?.slice(GROUP.length)
  if (asked === undefined) return orderOf(files)
  if (!GROUP_NAMES.some((name) => name === asked))
    throw new Error(`no group "${asked}": ${GROUP_NAMES.join(', ')}`)
  return orderOf(files).filter(({ name }) => name === asked)
}

/** What comes from the Go module proxy: once a cluster has a network of its own, nothing comes in. */
function fetchParts(files: readonly string[]): void {
  if (isOurs && !isSet('KUBEBUILDER_ASSETS')) buildParts(say)
  if (!isInstalled('go')) return
  fetchDefinitions()
  if (!isOurs || lackingForNode().length > 0) return
  // They take minutes to build, and one or two files need them.
  const isAsked = (name: string): boolean => files.some((file) => nameOf(file) === name)
  if (isAsked('cert-manager')) certManager(say)
  if (isAsked('registry')) cosign(say)
  if (isAsked('registry') || isAsked('first-hour')) for (const program of [registry, oras]) program(say)
}

interface Means {
  /** For vitest. */
  readonly options: readonly string[]
  /** A folder for what all lanes have in common. */
  readonly common: string
  /** Archives of what the Pods of our nodes run. */
  readonly images: readonly string[]
}

class Suite {
  readonly #means: Means
  readonly #failed: string[] = []
  readonly #skipped: string[] = []
  #isEnding = false

  constructor(means: Means) {
    this.#means = means
    process.env[CASES] = path.join(means.common, 'cases')
    process.env['SLACKWATER_BUILT'] = '1'
  }

  /** Every file, on so many clusters at a time: one that is done with a file takes the next. */
  async run({ files, most }: Group): Promise<void> {
    if (this.#isEnding) return
    const queue = [...files]
    const count = Math.min(LANES, most, files.length)
    const lanes = Array.from({ length: count }, (_, index) => {
      const name = count === 1 ? undefined : `cluster ${index + 1}`
      return this.#work(new Lane({ name, images: this.#means.images }), queue)
    })
    await Promise.all(lanes)
    if (!this.#isEnding) this.#failed.push(...queue.map((file) => `not run: ${file}`))
  }

  async #work(lane: Lane, queue: string[]): Promise<void> {
    const end = (): void => {
      this.#isEnding = true
      lane.interrupt()
    }
    process.on('SIGINT', end).on('SIGTERM', end)
    try {
      await lane.begin()
      while (!this.#isEnding) {
        const file = queue.shift()
        if (file === undefined) break
        if (!(await lane.passes(file, this.#means.options))) this.#failed.push(file)
      }
    } catch (error) {
      // The others go on, and take its files.
      this.#complain(error)
    }
    this.#skipped.push(...lane.skipped())
    await lane.end().catch((error: unknown) => this.#complain(error))
    process.off('SIGINT', end).off('SIGTERM', end)
  }

  #complain(error: unknown): void {
    this.#failed.push(`a cluster: ${error instanceof Error ? error.message : error}`)
  }

  /** What the suite has shown, at its end. @returns the exit code. */
  tell(): number {
    process.stdout.write(tableOf(process.env[CASES] ?? ''))
    for (const line of this.#skipped) say(`skipped: ${line}`)
    for (const file of this.#failed) say(`failed: ${file}`)
    if (this.#isEnding) say('failed: ended from outside, before all files had run')
    const mustAll = process.env['SLACKWATER_E2E_REQUIRE_ALL'] === '1'
    return this.#isEnding || this.#failed.length > 0 || (mustAll && this.#skipped.length > 0) ? 1 : 0
  }
}

process.exitCode = await main()
