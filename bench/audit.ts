import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { deploymentsOf, objectsOf, podsOf } from './large-cluster.ts'
import { configAt, listsOf, pageOf } from './lists.ts'
import type { BenchRun, Row, Section } from './row.ts'

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

async function audited(root: string, kubeconfig: string): Promise<Run> {
  const began = performance.now()
  const args = [path.join(root, 'dist/main.js'), 'audit', '--kubeconfig', kubeconfig, '-o', 'json']
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

/** Audits of the same cluster: by this checkout, and in turn by another one. */
async function measureBeside(run: BenchRun, other: string | undefined): Promise<readonly Row[]> {
  const pages = listsOf(everything())
  const server = createServer(answering(pages)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  try {
    const file = path.join(folder, 'config')
    const address = server.address()
    writeFileSync(file, configAt(typeof address === 'object' && address !== null ? address.port : 0))
    const [ours, base]: [Run[], Run[]] = [[], []]
    // Compared, they take turns; alone, one is enough for figures without a ratio.
    for (let round = 0; round < (run.isLong || other !== undefined ? run.rounds : 1); round += 1) {
      run.progress(`round ${round + 1}`)
      ours.push(await audited(run.root, file))
      if (other !== undefined) base.push(await audited(other, file))
    }
    return rowsOf(ours, base)
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  }
}

/** The aims are those of docs/architecture.md. */
function rowsOf(ours: readonly Run[], base: readonly Run[]): readonly Row[] {
  const [first] = ours
  const row = (id: string, unit: string, of: (run: Run) => number): Row => ({
    ...{ id: `audit/10000-pods/${id}`, name: 'audit of 10,000 Pods', unit, ours: ours.map(of) },
    ...(base.length === 0 ? {} : { base: { name: 'other', rounds: base.map(of) } }),
  })
  const most = (value: number) => ({ of: 'ours', direction: 'at most', value }) as const
  const what = `${first?.totals.workloads} workloads, ${first?.totals.pods.running} Pods behind load balancers.`
  return [
    { ...row('time', 's', ({ seconds }) => seconds), aim: most(10), note: what },
    row('cpu', 'CPU s', ({ cpu }) => cpu),
    { ...row('peak', 'MiB', ({ mib }) => mib), aim: most(300) },
  ]
}

export const audit: Section = {
  name: 'audit',
  title: 'slackwater audit of a live cluster, from its start to its end',
  measure: (run) => measureBeside(run, undefined),
  compare: measureBeside,
}
