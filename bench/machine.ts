import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

/** On what machine, from which commit, and how much else ran there. */

export interface Machine {
  readonly node: string
  /** `linux x64`. */
  readonly platform: string
  readonly model: string
  readonly cores: number
  readonly memoryMib: number
}

export const machine = (): Machine => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  model: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryMib: Math.round(totalmem() / 2 ** 20),
})

export interface Commit {
  /** Of 40 hexadecimal digits; empty: no git checkout. */
  readonly hash: string
  /** Tracked files differ from it. */
  readonly isChanged: boolean
}

export function commitOf(root: string): Commit {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== ''
    return { hash: git('rev-parse', 'HEAD'), isChanged }
  } catch {
    return { hash: '', isChanged: false }
  }
}

/** What else the machine did. Shares of all cores, 0 to 1; undefined where the system does not provide them. */
export interface Noise {
  /** Of the last minute, at the start. */
  readonly loadAverage: number
  /** Used by others in the half second before the start. */
  readonly busyBefore: number | undefined
  /** Taken by the hypervisor while it was measured. */
  readonly steal: number | undefined
}

interface Ticks {
  readonly busy: number
  readonly steal: number
  readonly all: number
}

/** The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)). */
function ticks(): Ticks | undefined {
  if (process.platform !== 'linux') return undefined
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] =
    /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ').map(Number) ?? []
  const busy = user + nice + system + irq + soft + steal
  return { busy, steal, all: busy + idle + wait }
}

const share = (key: 'busy' | 'steal', from: Ticks | undefined, to: Ticks | undefined): number | undefined =>
  from === undefined || to === undefined || to.all === from.all
    ? undefined
    : (to[key] - from[key]) / (to.all - from.all)

/** Milliseconds; a choice. */
const LOOK = 500

/** Looks for half a second, before anything is measured. @returns what to ask at the end. */
export async function watchNoise(): Promise<() => Noise> {
  const [loadAverage = 0] = loadavg()
  const before = ticks()
  await pause(LOOK)
  const start = ticks()
  const busyBefore = share('busy', before, start)
  return () => ({ loadAverage, busyBefore, steal: share('steal', start, ticks()) })
}

/** Of a core, for others: a tenth; stolen: a hundredth. Choices: ratios of interleaved rounds hold at several times that. */
const QUIET = { busy: 0.1, load: 0.3, steal: 0.01 } as const

const percent = (value: number | undefined): string =>
  value === undefined ? 'unknown' : `${(value * 100).toFixed(0)} %`

/** Why the machine was not quiet. Empty: it was. */
export function disturbances(noise: Noise, cores: number): readonly string[] {
  const { loadAverage, busyBefore, steal } = noise
  return [
    ...(loadAverage > QUIET.load * cores
      ? [`load average ${loadAverage.toFixed(1)} on ${cores} cores at the start`]
      : []),
    ...((busyBefore ?? 0) > QUIET.busy
      ? [`others used ${percent(busyBefore)} of the processors before`]
      : []),
    ...((steal ?? 0) > QUIET.steal ? [`the hypervisor took ${percent(steal)} of them meanwhile`] : []),
  ]
}
