import { readFileSync } from 'node:fs'

/** A look at a process. */
export interface Look {
  /** Milliseconds. */
  readonly at: number
  /** CPU time of the main thread. Milliseconds. */
  readonly cpu: number
  /** Bytes. */
  readonly resident: number
}

/** The kernel's USER_HZ is 100 on every architecture that Node.js runs on. Milliseconds. */
const TICK = 10

/** Undefined: it has ended. */
export function lookAt(pid: number): Look | undefined {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    // One that has ended and is not yet looked after takes nothing.
    if (kib === undefined) return undefined
    // proc(5): after the name in brackets utime and stime are the 12th and 13th field.
    const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const ticks = Number(fields[11]) + Number(fields[12])
    return { at: performance.now(), cpu: ticks * TICK, resident: Number(kib) * 1024 }
  } catch {
    return undefined
  }
}

/** The most CPU time between two looks that are at most so far apart, or are neighbors. */
export function busiest(looks: readonly Look[], span: number): number {
  let most = 0
  let from = 0
  for (const [index, { at, cpu }] of looks.entries()) {
    while (from < index - 1 && at - (looks[from]?.at ?? at) > span) from++
    most = Math.max(most, cpu - (looks[from]?.cpu ?? cpu))
  }
  return most
}
