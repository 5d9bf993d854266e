import { Readable } from 'node:stream'
import type { RequestSeen } from '../../src/core/measurement/request-seen.ts'
import { readAccessLogs } from '../../src/measure/access-logs.ts'
import { readLbcLogs } from '../../src/measure/lbc-logs.ts'
import type { AccessLogReading, LbcLogReading, RequestGlance } from '../../src/measure/reading.ts'

export interface Collected extends AccessLogReading {
  readonly taken: readonly RequestSeen[]
  /** How often it was asked whether a request matters. */
  readonly asked: number
}

interface Asking {
  readonly wants?: (glance: RequestGlance) => boolean
  /** Chunks of standard input. */
  readonly stdin?: readonly Uint8Array[]
  readonly onStep?: (words: string) => void
  readonly signal?: AbortSignal
}

const stdinOf = (chunks: readonly Uint8Array[] = []) => ({ stdin: () => Readable.from(chunks) })

/** Reads files, and keeps the requests that matter: all of them, unless it is said. */
export async function collect(paths: readonly string[], asking: Asking = {}): Promise<Collected> {
  const taken: RequestSeen[] = []
  let asked = 0
  const wants = (glance: RequestGlance): boolean => {
    asked += 1
    return asking.wants?.(glance) ?? true
  }
  const { stdin, wants: _, ...options } = asking
  const reading = await readAccessLogs(
    paths,
    { wants, take: (request) => taken.push(request) },
    { ...options, ...stdinOf(stdin) },
  )
  return { ...reading, taken, asked }
}

/** Reads a text as standard input. */
export const collectText = (text: string, asking: Asking = {}): Promise<Collected> =>
  collect(['-'], { ...asking, stdin: [Buffer.from(text, 'latin1')] })

export const readLbc = (paths: readonly string[], stdin?: readonly Uint8Array[]): Promise<LbcLogReading> =>
  readLbcLogs(paths, stdinOf(stdin))

export const readLbcText = (text: string): Promise<LbcLogReading> => readLbc(['-'], [Buffer.from(text)])
