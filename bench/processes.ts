import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

/** Processes that are measured: started, watched and ended. */

/** Whether each can have a core of its own. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/**
 * Starts Node.js.
 * @param core on which it stays, where the system can do that.
 * @param env beside what this process has.
 */
export const start = (
  args: readonly string[],
  core: number,
  stdout: number | 'ignore',
  env: Readonly<Record<string, string>> = {},
): ChildProcess => startProgram([process.execPath, ...args], { core, stdout, stderr: 'inherit', env })

interface Started {
  readonly core: number
  readonly stdout: number | 'ignore'
  readonly stderr: number | 'inherit'
  readonly env: Readonly<Record<string, string>>
}

/** Any program, as `start` starts Node.js. */
export function startProgram(own: readonly string[], { core, stdout, stderr, env }: Started): ChildProcess {
  const [command = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...own] : own
  return spawn(command, rest, {
    stdio: ['ignore', stdout, stderr, 'ipc'],
    env: { ...process.env, ...env },
  })
}

export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Ticks of /proc/<pid>/stat in a second: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100

/** CPU time of all threads so far, in microseconds; undefined where the system does not provide it. */
export function cpuOf(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  const tasks = `/proc/${pid}/task`
  if (!existsSync(`/proc/${pid}/schedstat`)) return ticksOf(pid)
  // Nanoseconds on a processor, nanoseconds waiting, turns (Documentation/scheduler/sched-stats.rst).
  const spent = readdirSync(tasks).map(
    (task) => Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]) / 1000,
  )
  return spent.reduce((sum, one) => sum + one, 0)
}

function ticksOf(pid: number): number {
  // After the name, which may hold spaces: state is field 3, utime 14, stime 15 (proc_pid_stat(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6
}

/** Resident MiB, now (`VmRSS`) or at most so far (`VmHWM`). NaN where the system does not provide it. */
export function residentOf({ pid }: ChildProcess, which: 'VmRSS' | 'VmHWM'): number {
  if (process.platform !== 'linux' || pid === undefined) return Number.NaN
  const found = new RegExp(`${which}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) / 1024
}

/** Milliseconds. */
const PATIENCE = 30_000

/** Tries until there is an answer. @throws where the process ends, or after half a minute. */
export async function until<Value>(
  child: ChildProcess,
  attempt: () => Promise<Value | undefined>,
): Promise<Value> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await pause(5)) {
    const value = await attempt()
    if (value !== undefined) return value
    if (child.exitCode !== null) throw new Error(`the server has ended with ${child.exitCode}`)
  }
  throw new Error('the server does not answer')
}
