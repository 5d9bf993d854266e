import { readFileSync } from 'node:fs'

/** A look at a process. */
export interface Look {
  /** Milliseconds. */
  readonly at: number
  /** CPU time of all its threads: the main one waits for those that collect garbage. Milliseconds. */
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
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const ticks = Number(fields[11]) + Number(fields[12])
    return { at: performance.now(), cpu: ticks * TICK, resident: Number(kib) * 1024 }
  } catch {
    return undefined
  }
}

/** The CPU time until each look, from one that is at most so long before, or from its neighbor. Milliseconds. */
export function spent(looks: readonly Look[], span: number): readonly number[] {
  let from = 0
  return looks.slice(1).map(({ at, cpu }, before) => {
    while (from < before && at - (looks[from]?.at ?? at) > span) from++
    return cpu - (looks[from]?.cpu ?? cpu)
  })
}

/** The value that this part of the others does not exceed; 1: the largest. */
export const share = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ??
  Number.NaN
