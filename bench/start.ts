import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { cpuOf, end, freePort, residentOf, until } from './processes.ts'
import type { BenchRun, Row, Section } from './row.ts'

/**
 * From the start of a process to its readiness, and what it keeps while idle: `serve --controller` of a built checkout
 * with the flags and the environment of its image, in a Pod of a small cluster whose API server is played and warm.
 */

/** Before the memory is read. Milliseconds. */
const IDLE = { short: 3_000, long: 10_000 } as const
/** Of the issue that set them: ms, MiB, and a ratio. */
const AIMS = { ready: 350, idle: 75, plan: 4 } as const

/** Where a Pod finds its ServiceAccount; only in a namespace of mounts of its own can a benchmark put one there. */
const MOUNT =
  'mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io && cp -r "$1" /run/secrets/kubernetes.io/serviceaccount && shift && echo started && exec "$@"'
const canMount =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /run && test -d /var/run']).status === 0

interface Ground {
  readonly folder: string
  readonly apiPort: number
}

/** A program as an image starts it, and what it is called with. */
interface Program {
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly file: string
}

const BARE: Program = { flags: [], env: {}, file: path.resolve(import.meta.dirname, 'start-bare.mjs') }

/** @param root a built checkout. Its Dockerfile tells the flags and the variables. */
function programOf(root: string): Program {
  const text = readFileSync(path.join(root, 'Dockerfile'), 'utf8')
  const [, entry = '[]'] = /^ENTRYPOINT (.*)$/m.exec(text) ?? []
  const [, variables = ''] = /^ENV (.*)$/m.exec(text) ?? []
  const pairs = variables
    .split(' ')
    .map((pair) => [pair.split('=')[0] ?? '', pair.replace(/^[^=]*=/, '')] as const)
  const env = Object.fromEntries(pairs.filter(([name]) => name !== 'PATH'))
  return {
    flags: (JSON.parse(entry) as string[]).slice(1, -1),
    env,
    file: path.join(root, 'dist', 'main.js'),
  }
}

const isReady = (port: number): Promise<true | undefined> =>
  new Promise((resolve) => {
    const asked = get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200 ? true : undefined)
    })
    asked.on('error', () => resolve(undefined))
  })

interface Started {
  readonly ready: number
  readonly cpu: number
  readonly idle: number
}

/** Starts it, waits until it is ready and then idle, and ends it. Milliseconds, milliseconds of CPU time, MiB. */
async function startOnce(
  { flags, env, file }: Program,
  ground: Ground,
  idle: number,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<Started> {
  const { folder, apiPort } = ground
  const [port, health, report] = [await freePort(), await freePort(), await freePort()]
  const at = (name: string): string => path.join(folder, name)
  const ports = ['--port', `${port}`, '--health-port', `${health}`, '--report-port', `${report}`]
  const tls = ['--tls-cert', at('tls.crt'), '--tls-key', at('tls.key'), '--host', '127.0.0.1']
  const serve = [file, 'serve', '--controller', '--settings', at('settings.yaml'), ...tls, ...ports]
  const child = spawn(
    'unshare',
    ['-rm', 'sh', '-c', MOUNT, 'sh', at('sa'), process.execPath, ...flags, ...serve],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...{ PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
        ...{ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(apiPort) },
        // The image's file system is read-only: nothing is cached there.
        NODE_DISABLE_COMPILE_CACHE: '1',
      },
    },
  )
  await once(child.stdout, 'data')
  child.stdout.resume()
  const begin = performance.now()
  try {
    await until(child, () => isReady(health))
    const ready = performance.now() - begin
    const cpu = (cpuOf(child.pid) ?? Number.NaN) / 1000
    await pause(idle)
    return { ready, cpu, idle: residentOf(child, 'VmRSS') }
  } finally {
    await end(child, signal)
  }
}

/** Starts the built checkout with further options of Node.js until it is ready, and lets it end. */
export async function profileStart(root: string, options: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  const { child, ground } = await startCluster(folder)
  const program = programOf(root)
  try {
    await startOnce({ ...program, flags: [...program.flags, ...options] }, ground, 0, 'SIGTERM')
  } finally {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
}

const MANIFEST = JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: {} })

/** Milliseconds to the first line, or to the end of what prints none. */
async function timeOf(args: readonly string[]): Promise<number> {
  const begin = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), ended])
  const taken = performance.now() - begin
  await ended
  return taken
}

async function startCluster(
  folder: string,
): Promise<{ readonly child: ChildProcess; readonly ground: Ground }> {
  mkdirSync(path.join(folder, 'sa'))
  writeFileSync(path.join(folder, 'settings.yaml'), 'mode: enforce\nownNamespace: slackwater\n')
  writeFileSync(path.join(folder, 'service.json'), MANIFEST)
  const child = fork(path.join(import.meta.dirname, 'start-cluster.ts'), [folder])
  const [apiPort]: number[] = await once(child, 'message')
  return { child, ground: { folder, apiPort: apiPort ?? 0 } }
}

interface Compared {
  readonly base: Program
  readonly baseName: string
  /** What is beside `plan`, after the name of the program. */
  readonly basePlan: (manifest: string) => readonly string[]
  readonly hasAims: boolean
}

async function rowsOf(run: BenchRun, compared: Compared): Promise<readonly Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  const { child, ground } = await startCluster(folder)
  try {
    const plan = path.join(folder, 'service.json')
    const ours = programOf(run.root)
    const planOurs = [ours.file, 'plan', '-f', plan]
    const idle = run.isLong ? IDLE.long : IDLE.short
    const [serves, bases, plans, basePlans]: [Started[], Started[], number[], number[]] = [[], [], [], []]
    await timeOf(planOurs)
    for (let round = 0; round < run.rounds; round += 1) {
      run.progress(`start ${round + 1}`)
      if (canMount) serves.push(await startOnce(ours, ground, idle))
      if (canMount) bases.push(await startOnce(compared.base, ground, idle))
      plans.push(await timeOf(planOurs))
      basePlans.push(await timeOf(compared.basePlan(plan)))
    }
    const of = (key: keyof Started) => ({
      ours: serves.map((one) => one[key]),
      base: { name: compared.baseName, rounds: bases.map((one) => one[key]) },
      ...(canMount ? {} : { note: 'needs Linux and unshare -rm, to mount a ServiceAccount' }),
    })
    const aim = (value: number, kind: 'ours' | 'ratio') =>
      compared.hasAims ? { aim: { of: kind, direction: 'at most', value } as const } : {}
    const planBase = compared.hasAims ? 'node -e' : compared.baseName
    return [
      { id: 'start/ready', name: 'start to ready', unit: 'ms', ...of('ready'), ...aim(AIMS.ready, 'ours') },
      { id: 'start/cpu', name: 'CPU time until then', unit: 'ms', ...of('cpu') },
      { id: 'start/idle', name: 'resident, idle', unit: 'MiB', ...of('idle'), ...aim(AIMS.idle, 'ours') },
      {
        ...{ id: 'start/plan', name: 'plan of one file, to its first line', unit: 'ms', ours: plans },
        ...{ base: { name: planBase, rounds: basePlans }, ...aim(AIMS.plan, 'ratio') },
      },
    ]
  } finally {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
}

export const start: Section = {
  name: 'start',
  title: 'Start and idle memory, as the image starts it',
  measure: (run) => rowsOf(run, { base: BARE, baseName: 'bare', basePlan: () => ['-e', '0'], hasAims: true }),
  compare: (run, other) => {
    const base = programOf(other)
    const basePlan = (manifest: string) => [base.file, 'plan', '-f', manifest]
    return rowsOf(run, { base, baseName: 'other', basePlan, hasAims: false })
  },
}
