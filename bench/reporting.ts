import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, get as request, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deploymentsOf, exposed, LARGE, objectsOf, type Place, podOf } from './large-cluster.ts'
import { configAt, listsOf, pageOf } from './lists.ts'
import type { BenchRun, Row, Section } from './row.ts'

/**
 * What a report of a followed cluster costs beyond following it, and what an audit of the same cluster takes. At full size:
 * 10,000 Services, 4,000 Ingresses, 1,000 HTTPRoutes, 20,000 Deployments, of which 5,000 are behind load balancers, and 100,000
 * Pods, all of them behind load balancers. The API server is this process, and makes each page of Pods when it is asked for.
 */

const NAMESPACES = 400
const PODS = 100_000
const SHARES = [0.1, 0.5, 1] as const
/** As cluster/list-watch.ts asks for them. */
const PAGE = 500
/** Ticks in a second of CPU time: USER_HZ, the same on every Linux (proc_pid_stat(5)). */
const TICKS = 100
/** Milliseconds after the start in which what was made for it is collected. A choice. */
const SETTLING = 3_000

/** Mebibytes that a report may take beyond following: 130 and 180 for 2,000 workloads (docs/performance.md). */
const AIM_BEYOND = 50
/** Mebibytes of an audit of 2,000 workloads and 10,000 Pods (docs/architecture.md). */
const AIM_AUDIT = 300

interface Cluster {
  readonly workloads: number
  readonly places: readonly Place[]
  readonly pods: number
  readonly lists: ReturnType<typeof listsOf>
}

function clusterOf(share: number): Cluster {
  const namespaces = NAMESPACES * share
  function* followed(): Generator<unknown> {
    yield* objectsOf(namespaces, LARGE)
    yield* deploymentsOf(namespaces)
  }
  return {
    workloads: namespaces * LARGE.deployments,
    places: exposed(namespaces, LARGE),
    pods: PODS * share,
    lists: listsOf(followed(), ['/api/v1/pods']),
  }
}

function podPage({ places, pods }: Cluster, from: number): string {
  const to = Math.min(from + PAGE, pods)
  const items = Array.from({ length: to - from }, (_, at) => {
    const place = places[(from + at) % places.length]
    return place === undefined ? undefined : podOf(place, String(from + at).padStart(5, 'x'))
  })
  return JSON.stringify({
    metadata: { resourceVersion: '1', ...(to < pods ? { continue: String(to) } : {}) },
    items,
  })
}

const answering =
  (cluster: Cluster) =>
  ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(url, 'http://bench')
    const list = cluster.lists.get(pathname)
    if (pathname === '/version') response.end('{"gitVersion":"v1.34.0"}')
    else if (list === undefined)
      response.writeHead(404).end('{"kind":"Status","code":404,"message":"not found"}')
    else if (searchParams.get('watch') === 'true') response.writeHead(200).flushHeaders()
    else if (pathname === '/api/v1/pods')
      response.end(podPage(cluster, Number(searchParams.get('continue') ?? 0)))
    else response.end(pageOf(list, searchParams))
  }

/** Seconds of CPU time; mebibytes resident now, and at most since the last `forgetPeak`. Linux only. */
function usageOf({ pid }: ChildProcess) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024
  return { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS, now: mib('VmRSS'), peak: mib('VmHWM') }
}

/** 5 sets the peak to what is resident now (proc_pid_clear_refs(5)). */
const forgetPeak = ({ pid }: ChildProcess): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')

/** The status and the length of an answer, and its end, which names what is missing. */
const fetched = (url: string): Promise<{ status: number; bytes: number; head: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { headers: { accept: 'application/json' } }, (answer) => {
      let bytes = 0
      let head = ''
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (head.length < 20_000) head += chunk.toString('latin1')
      })
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, bytes, head }))
      answer.once('error', reject)
    })
    sent.once('error', reject)
  })

/** A free port is not known before it is listened on: these are far from those of the other benchmarks. A choice. */
const HEALTH = 28_080
const REPORT = 28_081

async function following(config: string): Promise<ChildProcess> {
  const fixed = ['--host', '127.0.0.1', '--port', '0', '--self-signed', '--log-level', 'warn']
  const ports = ['--health-port', String(HEALTH), '--report-port', String(REPORT)]
  const args = [path.resolve('dist/main.js'), 'serve', '--kubeconfig', config, ...fixed, ...ports]
  // As the image starts it (Dockerfile).
  const child = spawn(process.execPath, ['--max-semi-space-size=8', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (;;) {
    await pause(100)
    if (child.exitCode !== null) throw new Error(`serve has ended with ${child.exitCode}`)
    const ready = await fetched(`http://127.0.0.1:${HEALTH}/readyz`).catch(() => undefined)
    if (ready?.status === 200) break
  }
  await pause(SETTLING)
  return child
}

interface Cost {
  readonly seconds: number
  readonly cpu: number
  readonly mib: number
  readonly note?: string
}

/** The first report of a process: its code is not compiled yet, and no Service has been looked up. */
async function reported(config: string): Promise<Cost> {
  const child = await following(config)
  const before = usageOf(child)
  forgetPeak(child)
  const began = performance.now()
  const { head } = await fetched(`http://127.0.0.1:${REPORT}/report`)
  const seconds = (performance.now() - began) / 1000
  const after = usageOf(child)
  child.kill('SIGTERM')
  await once(child, 'exit')
  const isWhole = head.includes('"missing":[]')
  return {
    ...{ seconds, cpu: after.cpu - before.cpu, mib: after.peak - before.now },
    ...(isWhole
      ? {}
      : { note: 'not the whole cluster was read within the time limit, and the report says so' }),
  }
}

/** Printed by a child as it ends: the most that was ever resident, in KiB, and its CPU time (getrusage). */
const USAGE = 'process.on("exit",()=>process.stderr.write("\\n"+JSON.stringify(process.resourceUsage())))'

async function audited(config: string): Promise<Cost> {
  const began = performance.now()
  const args = [path.resolve('dist/main.js'), 'audit', '--kubeconfig', config, '-o', 'json']
  const child = spawn(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(USAGE)}`, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const err: Buffer[] = []
  child.stdout.resume()
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  await once(child, 'close')
  const [said = '', usage = ''] = Buffer.concat(err)
    .toString()
    .split(/\n(?=\{[^\n]*$)/)
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(usage)
  const seconds = (performance.now() - began) / 1000
  const note = `the audit says: ${said.trim().slice(0, 200)}`
  const cost = { seconds, cpu: (userCPUTime + systemCPUTime) / 1e6, mib: maxRSS / 1024 }
  return said.includes('could not be') ? { ...cost, note } : cost
}

function rowsOf(workloads: number, report: Cost, audit: Cost): readonly Row[] {
  const [smallest = 0] = SHARES
  const isSmallest = workloads === NAMESPACES * smallest * LARGE.deployments
  const atMost = (value: number) =>
    isSmallest ? { aim: { of: 'ours', direction: 'at most', value } as const } : {}
  const row = (part: string, name: string, unit: string, ours: number): Row => ({
    id: `reporting/${part}/${workloads}`,
    name: `${name}, ${workloads / 1000}k`,
    ...{ unit, ours: [ours] },
  })
  return [
    {
      ...row('report-memory', 'report beyond following', 'MiB', report.mib),
      ...atMost(AIM_BEYOND),
      ...(report.note === undefined ? {} : { note: report.note }),
    },
    row('report-cpu', 'report, CPU', 's', report.cpu),
    row('report-time', 'report, time', 's', report.seconds),
    {
      ...row('audit-memory', 'audit, resident at most', 'MiB', audit.mib),
      ...atMost(AIM_AUDIT),
      ...(audit.note === undefined ? {} : { note: audit.note }),
    },
    row('audit-cpu', 'audit, CPU', 's', audit.cpu),
    row('audit-time', 'audit, time', 's', audit.seconds),
  ]
}

async function measureShare(share: number, { progress }: BenchRun): Promise<readonly Row[]> {
  const cluster = clusterOf(share)
  const server = createServer(answering(cluster)).listen(0, '127.0.0.1')
  // As an API server: it does not close a connection while a page is read from it.
  server.keepAliveTimeout = 0
  await once(server, 'listening')
  const address = server.address()
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  const config = path.join(folder, 'config')
  writeFileSync(config, configAt(typeof address === 'object' && address !== null ? address.port : 0))
  try {
    progress(`report of ${cluster.workloads} workloads and ${cluster.pods} Pods`)
    const report = await reported(config)
    progress('audit of the same')
    return rowsOf(cluster.workloads, report, await audited(config))
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  }
}

/** One round at each size: it takes minutes. */
export const reporting: Section = {
  name: 'reporting',
  title: 'Report and audit against the size of the cluster',
  measure: async (run) => {
    const rows: Row[] = []
    for (const share of SHARES) rows.push(...(await measureShare(share, run)))
    return rows
  },
}
