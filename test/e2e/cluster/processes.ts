import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A program of the cluster: started by the runner, and again by a test that has stopped it. */
export interface Process {
  readonly name: string
  readonly command: readonly string[]
}

/** Where each one's pid, command and log are kept. */
const fileOf = (folder: string, name: string): string => path.join(folder, `${name}.json`)
export const logOf = (folder: string, name: string): string => path.join(folder, `${name}.log`)

/** Starts a program that outlives its starter, in the network namespace that the starter is in. */
export function start(folder: string, { name, command }: Process): void {
  const [program = '', ...args] = command
  const log = openSync(logOf(folder, name), 'a')
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log] })
  child.unref()
  closeSync(log)
  if (child.pid === undefined) throw new Error(`${name} did not start: ${program}`)
  writeFileSync(fileOf(folder, name), JSON.stringify({ pid: child.pid, command }))
}

interface Started {
  readonly pid: number
  readonly command: readonly string[]
}

const startedIn = (folder: string, name: string): Started | undefined =>
  existsSync(fileOf(folder, name))
    ? (JSON.parse(readFileSync(fileOf(folder, name), 'utf8')) as Started)
    : undefined

/**
 * One that has ended and whose parent has not looked yet is no longer alive. But of a program that is killed the first
 * thread ends before the others, and as long as there are others they hold its ports.
 */
const isAlive = (pid: number): boolean => {
  try {
    const isFirstThreadGone = /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return !isFirstThreadGone || readdirSync(`/proc/${pid}/task`).length > 1
  } catch {
    return false
  }
}

export const isRunning = (folder: string, name: string): boolean => {
  const started = startedIn(folder, name)
  return started !== undefined && isAlive(started.pid)
}

/** How long a program may take to end by itself. Milliseconds. */
const PATIENCE = 15_000

/** Ends a program by its pid, and waits until it is gone. One that does not run is no matter. */
export async function stop(folder: string, name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const started = startedIn(folder, name)
  if (started === undefined || !isAlive(started.pid)) return
  process.kill(started.pid, signal)
  const deadline = Date.now() + PATIENCE
  while (isAlive(started.pid)) {
    if (Date.now() > deadline) process.kill(started.pid, 'SIGKILL')
    await pause(50)
  }
}

/** As it was started before. */
export function startAgain(folder: string, name: string): void {
  const started = startedIn(folder, name)
  if (started === undefined) throw new Error(`${name} was never started`)
  start(folder, { name, command: started.command })
}

export const forget = (folder: string, name: string): void => rmSync(fileOf(folder, name), { force: true })

/** Waits until a check holds. @throws with the end of the log where it does not in time. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  { within, log }: { readonly within: number; readonly log?: string },
): Promise<void> {
  const deadline = Date.now() + within
  while (!(await check())) {
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${within / 1000} s${log === undefined ? '' : endOf(log)}`)
    await pause(100)
  }
}

/** The last lines that a program wrote. */
function endOf(log: string): string {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15) : []
  return `; the end of ${log}:\n${lines.join('\n')}`
}
