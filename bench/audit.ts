import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { deploymentsOf, objectsOf, podsOf } from './large-cluster.ts'
import { listsOf, pageOf } from './lists.ts'

/**
 * `slackwater audit` of 2,000 Deployments and 10,000 Pods, beside 2,000 Services, 1,000 Ingresses and 500 HTTPRoutes. The
 * API server is this process: it sends pages that were made before, so the time is that of the audit.
 */

const WORKLOAD_NAMESPACES = 40
const NAMESPACES = 200

const MIB = 2 ** 10

function* everything(): Generator<unknown> {
  yield* objectsOf(NAMESPACES)
  yield* deploymentsOf(WORKLOAD_NAMESPACES)
  yield* podsOf(WORKLOAD_NAMESPACES)
}

const answering =
  (pages: ReturnType<typeof listsOf>) =>
  ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(url, 'http://bench')
    if (pathname === '/version') response.end('{"gitVersion":"v1.34.0"}')
    else response.writeHead(pages.has(pathname) ? 200 : 404).end(pageOf(pages.get(pathname), searchParams))
  }

/** Printed by the child as it ends: the most that was ever resident, in KiB, and its CPU time (getrusage). */
const USAGE = 'process.on("exit",()=>process.stderr.write(JSON.stringify(process.resourceUsage())))'

interface Run {
  readonly seconds: number
  /** Seconds. */
  readonly cpu: number
  readonly mib: number
  readonly totals: { readonly workloads: number; readonly pods: { readonly running: number } }
}

async function audited(kubeconfig: string): Promise<Run> {
  const began = performance.now()
  const args = [path.resolve('dist/main.js'), 'audit', '--kubeconfig', kubeconfig, '-o', 'json']
  const child = spawn(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(USAGE)}`, ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  await once(child, 'close')
  const seconds = (performance.now() - began) / 1000
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(Buffer.concat(err).toString())
  const cpu = (userCPUTime + systemCPUTime) / 1e6
  return { seconds, cpu, mib: maxRSS / MIB, totals: JSON.parse(Buffer.concat(out).toString()).totals }
}

const configAt = (port: number): string =>
  JSON.stringify({
    'current-context': 'bench',
    clusters: [
      { name: 'bench', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
  })

/** Prints the time and the memory of one audit, from its start as a process to its end. */
export async function benchAudit(print: (line: string) => void): Promise<void> {
  const pages = listsOf(everything())
  const server = createServer(answering(pages)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  const file = path.join(folder, 'config')
  const address = server.address()
  writeFileSync(file, configAt(typeof address === 'object' && address !== null ? address.port : 0))
  const { seconds, cpu, mib, totals } = await audited(file)
  const bytes = [...pages.values()].flat().reduce((sum, { length }) => sum + length, 0)
  print(
    `audit: ${totals.workloads} workloads, ${totals.pods.running} Pods behind load balancers, ${Math.round(bytes / 2 ** 20)} MiB of lists: ` +
      `${seconds.toFixed(1)} s (goal: 10), ${cpu.toFixed(1)} s of CPU time, ${Math.round(mib)} MiB resident at most (goal: 300)`,
  )
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
}
