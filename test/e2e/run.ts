import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createNetwork, type Network, removeNetwork, within } from './cluster/network.ts'
import { lackingForNode, nodesIn, stopNode } from './cluster/node.ts'
import { buildParts, isInstalled } from './cluster/parts.ts'
import { stop } from './cluster/processes.ts'
import { certManager, fetchDefinitions } from './cluster/tools.ts'

/**
 * The end-to-end suite: finds or makes a cluster, runs the cases against it, and leaves nothing behind.
 * - KUBECONFIG is set: that cluster, as it is.
 * - KUBEBUILDER_ASSETS is set: etcd, API server and kubectl from that folder.
 * - Neither: every part is built from the Go module proxy.
 * Where the machine allows it (Linux, root, containerd), the cluster has a network namespace of its own and real Pods.
 * Arguments go to vitest; `--parts-only`: no case is run, so that two runs can begin at once. SLACKWATER_E2E_REQUIRE_ALL=1:
 * a case that is skipped is a failure. SLACKWATER_BUILT=1: the program is built, and is not built anew beneath another run.
 */

const say = (line: string): void => void process.stderr.write(`e2e: ${line}\n`)

const PARTS = [
  'cert-manager',
  'kube-proxy',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-apiserver',
  'etcd',
] as const

async function main(): Promise<number> {
  fetchParts()
  if (process.argv.includes('--parts-only')) return 0
  // Short: the path of a socket must fit in 107 characters.
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-e2e-'))
  const network = networkOf(folder)
  try {
    const inside = [
      process.execPath,
      path.join(import.meta.dirname, 'inside.ts'),
      folder,
      ...process.argv.slice(2),
    ]
    const code = await run(network === undefined ? inside : within(network, inside))
    const skipped = tellSkips(path.join(folder, 'skips'))
    const failed = code !== 0 || (skipped > 0 && process.env['SLACKWATER_E2E_REQUIRE_ALL'] === '1')
    if (failed) say(`failed; the logs of the cluster are in ${folder}`)
    await end(folder, network)
    if (!failed) rmSync(folder, { recursive: true, force: true })
    return failed ? 1 : 0
  } catch (error) {
    await end(folder, network)
    throw error
  }
}

const isSet = (name: string): boolean => (process.env[name] ?? '') !== ''

/** It takes minutes to build, and one file needs it. */
const isAsked = (file: string): boolean => {
  const files = process.argv.slice(2).filter((argument) => argument.includes('.e2e'))
  return files.length === 0 || files.some((argument) => argument.includes(file))
}

/** What comes from the Go module proxy: once the cluster has a network of its own, nothing comes in. */
function fetchParts(): void {
  const isOurs = !isSet('KUBECONFIG')
  if (isOurs && !isSet('KUBEBUILDER_ASSETS')) buildParts(say)
  if (!isInstalled('go')) return
  fetchDefinitions()
  if (isOurs && lackingForNode().length === 0 && isAsked('cert-manager')) certManager(say)
}

/** A given cluster has a network; a machine that allows no Pods needs none. */
function networkOf(folder: string): Network | undefined {
  if (isSet('KUBECONFIG') || lackingForNode().length > 0) return undefined
  return createNetwork(path.basename(folder))
}

/** Ctrl-C reaches the whole group: the suite ends by itself, and then we clean up. */
function run([program = '', ...args]: readonly string[]): Promise<number> {
  const child: ChildProcess = spawn(program, args, { stdio: 'inherit' })
  const pass = (signal: NodeJS.Signals) => void child.kill(signal)
  process.on('SIGINT', pass).on('SIGTERM', pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

/** @returns how many cases were skipped. */
function tellSkips(file: string): number {
  if (!existsSync(file)) return 0
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  for (const line of lines) say(`skipped: ${line}`)
  return lines.length
}

async function end(folder: string, network: Network | undefined): Promise<void> {
  if (network !== undefined) for (const node of nodesIn(folder)) await stopNode(node)
  for (const name of PARTS) await stop(folder, name)
  if (network !== undefined) removeNetwork(network)
}

process.exitCode = await main()
