import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { selfSigned } from '../src/certificates/self-signed.ts'
import type { Certificate } from '../src/server/certificate.ts'
import { objectsOf } from './cluster.ts'
import { allBodies, type Bodies } from './http-bodies.ts'
import type { Job, Load } from './http-load.ts'

/** Exposures that the measured server knows. */
const EXPOSURES = 100
const ROUNDS = 5
const ROUND_MS = 400
/** Long enough for the compiler to have seen each path some ten thousand times. */
const WARM_UP_MS = 2500
const CONNECTIONS = [8, 1] as const
/** Ticks of /proc/<pid>/stat in a second: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** A process on a core of its own where the system can do that. */
function start(args: readonly string[], core: number, stdout: number | 'ignore'): ChildProcess {
  const pinned = canPin
    ? ['taskset', '-c', String(core), process.execPath, ...args]
    : [process.execPath, ...args]
  const [command = '', ...rest] = pinned
  return spawn(command, rest, { stdio: ['ignore', stdout, 'inherit', 'ipc'] })
}

interface Server {
  readonly process: ChildProcess
  readonly port: number
  readonly startMs: number
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

interface Asked {
  readonly port: number
  readonly path: string
  readonly certificate: Certificate
}

/** The text of one answer, or undefined where nobody listens yet. */
const ask = ({ port, path: at, certificate }: Asked, text: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: at,
        method: 'POST',
        ca: certificate.cert,
        agent: new Agent(),
        headers: { 'content-type': 'application/json' },
      },
      async (incoming) => {
        const chunks: Buffer[] = []
        for await (const chunk of incoming) chunks.push(chunk)
        resolve(Buffer.concat(chunks).toString('utf8'))
      },
    )
    sent.on('error', () => resolve(undefined))
    sent.end(text)
  })

/** Waits for the first answer of a server; resolves with it. */
async function firstAnswer(server: ChildProcess, asked: Asked, text: string): Promise<string> {
  for (;;) {
    const answer = await ask(asked, text)
    if (answer !== undefined) return answer
    if (server.exitCode !== null) throw new Error(`the server has ended with ${server.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** What one server took in one round. CPU is undefined where the system does not tell. */
interface Measured extends Load {
  readonly cpu: number | undefined
}

function statOf(
  pid: number | undefined,
): { readonly cpuSeconds: number; readonly rssMib: number } | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  // After the name, which may hold spaces: state is field 3, utime 14, stime 15 (proc_pid_stat(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS
  const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuSeconds, rssMib: Number(rss) / 1024 }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

interface Bench {
  readonly folder: string
  readonly certificate: Certificate
  readonly driver: ChildProcess
  readonly ours: Server
  readonly bare: Server
}

interface Round {
  readonly bodies: Bodies
  readonly connections: number
  readonly milliseconds: number
}

async function measure(bench: Bench, which: 'ours' | 'bare', round: Round): Promise<Measured> {
  const { port, process: server } = bench[which]
  const { texts, operations, name } = round.bodies
  const { connections, milliseconds } = round
  const at = which === 'ours' ? '/mutate?timeout=5s' : pathOf(name)
  const job: Job = {
    port,
    path: at,
    ca: bench.certificate.cert,
    texts,
    operations,
    connections,
    milliseconds,
  }
  const file = path.join(bench.folder, 'job.json')
  writeFileSync(file, JSON.stringify(job))
  const before = statOf(server.pid)
  bench.driver.send(file)
  const [load]: Load[] = await once(bench.driver, 'message')
  const after = statOf(server.pid)
  if (load === undefined) throw new Error('the driver gave no result')
  const cpu = before && after ? (after.cpuSeconds - before.cpuSeconds) / load.answers : undefined
  return { ...load, cpu }
}

const pathOf = (name: string): string => `/${name.replaceAll(/\W+/g, '-')}`

/** One line of the table: ours, bare, and their ratio, by requests per second, p50, p99 and CPU. */
async function row(bench: Bench, bodies: Bodies, connections: number): Promise<string> {
  const results: Record<'ours' | 'bare', Measured[]> = { ours: [], bare: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const which of round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const))
      results[which].push(await measure(bench, which, { bodies, connections, milliseconds: ROUND_MS }))
  }
  const cell = (of: (measured: Measured) => number | undefined, digits: number): string => {
    const [ours, bare] = [results.ours, results.bare].map((all) =>
      median(all.map((one) => of(one) ?? Number.NaN)),
    )
    if (ours === undefined || bare === undefined || Number.isNaN(ours)) return '-'.padStart(21)
    return `${ours.toFixed(digits).padStart(7)}${bare.toFixed(digits).padStart(8)}${(ours / bare).toFixed(2).padStart(6)}`
  }
  return [
    bodies.name.padEnd(26),
    String(connections).padStart(2),
    cell(({ answers, milliseconds }) => (answers * 1000) / milliseconds, 0),
    cell(({ p50 }) => p50, 3),
    cell(({ p99 }) => p99, 2),
    cell(({ cpu }) => cpu && cpu * 1e6, 0),
  ].join(' ')
}

const HEADING = [
  'ours, bare, ratio'.padEnd(28),
  ...['requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request'].map((title) => title.padStart(21)),
].join(' ')

async function startOurs(folder: string, certificate: Certificate, text: string): Promise<Server> {
  const manifests = path.join(folder, 'cluster.json')
  const items = objectsOf(EXPOSURES)
  writeFileSync(manifests, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  const [port, healthPort] = [await freePort(), await freePort()]
  const args = ['dist/main.js', 'serve', '--manifests', manifests]
  const tls = ['--tls-cert', path.join(folder, 'tls.crt'), '--tls-key', path.join(folder, 'tls.key')]
  const ports = ['--host', '127.0.0.1', '--port', String(port), '--health-port', String(healthPort)]
  const log = openSync(path.join(folder, 'log'), 'w')
  const begin = performance.now()
  const child = start([...args, ...tls, ...ports, '--drain-delay', '0'], 0, log)
  await firstAnswer(child, { port, path: '/mutate', certificate }, text)
  closeSync(log)
  return { process: child, port, startMs: performance.now() - begin }
}

/** The bare server answers with patches as long as ours: with ours. */
async function startBare(
  folder: string,
  { certificate, ours }: Pick<Bench, 'certificate' | 'ours'>,
): Promise<Server> {
  const patches: Record<string, string> = {}
  for (const { name, texts } of allBodies()) {
    const answer = await firstAnswer(
      ours.process,
      { port: ours.port, path: '/mutate', certificate },
      texts[0] ?? '',
    )
    patches[pathOf(name)] = JSON.parse(answer).response.patch
  }
  writeFileSync(path.join(folder, 'patches.json'), JSON.stringify(patches))
  const port = await freePort()
  const files = ['tls.crt', 'tls.key', 'patches.json'].map((file) => path.join(folder, file))
  const begin = performance.now()
  const child = start(['bench/http-bare.ts', String(port), ...files], 0, 'ignore')
  await firstAnswer(child, { port, path: '/', certificate }, '{"request":{"uid":"1"}}')
  return { process: child, port, startMs: performance.now() - begin }
}

function footing({ ours, bare }: Bench): readonly string[] {
  const [oursMib, bareMib] = [ours, bare].map(({ process: { pid } }) => statOf(pid)?.rssMib)
  const memory =
    oursMib === undefined || bareMib === undefined
      ? 'resident memory: not told by this system'
      : `resident memory afterwards: ours ${oursMib.toFixed(0)} MiB, bare ${bareMib.toFixed(0)} MiB`
  return [
    `start to first answer: ours ${ours.startMs.toFixed(0)} ms, bare ${bare.startMs.toFixed(0)} ms`,
    memory,
    `server and driver ${canPin ? 'pinned to a core each' : 'not pinned'}; median of ${ROUNDS} rounds, interleaved`,
  ]
}

/** Reviews over HTTPS: the built server beside the barest one that gives the same patches. */
export async function benchHttp(print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  const certificate = await selfSigned(['localhost', '127.0.0.1'])
  writeFileSync(path.join(folder, 'tls.crt'), certificate.cert)
  writeFileSync(path.join(folder, 'tls.key'), certificate.key)
  const started: ChildProcess[] = []
  const keep = <T extends { readonly process: ChildProcess }>(server: T): T => {
    started.push(server.process)
    return server
  }
  try {
    const all = allBodies()
    const ours = keep(await startOurs(folder, certificate, all[0]?.texts[0] ?? ''))
    const bare = keep(await startBare(folder, { certificate, ours }))
    const driver = keep({ process: start(['bench/http-load.ts'], 1, 'ignore') }).process
    const bench = { folder, certificate, driver, ours, bare }
    for (const bodies of all) {
      for (const which of ['ours', 'bare'] as const)
        await measure(bench, which, { bodies, connections: 8, milliseconds: WARM_UP_MS })
    }
    print(HEADING)
    for (const connections of CONNECTIONS)
      for (const bodies of all) print(await row(bench, bodies, connections))
    for (const line of footing(bench)) print(line)
  } finally {
    for (const child of started) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
}
