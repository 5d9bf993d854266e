import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import type { RequestSeen } from '../core/measurement/request-seen.ts'
import type { Problem } from '../manifests/position.ts'

/** What is known of every request before it is decided whether it matters; as in RequestSeen. */
export interface RequestGlance {
  readonly loadBalancer: string
  readonly targetGroup: string | undefined
  readonly target: string | undefined
  readonly at: number
  readonly answered: number
  readonly status: number
  readonly targetStatus: number | undefined
}

/**
 * Gets what access logs show, file by file: within a file nearly in the order of `answered`, between files in none. Both
 * functions are synchronous: reading goes on when they return.
 */
export interface RequestConsumer {
  /**
   * Whether the request matters. Asked exactly once for each request of all files, so it may also count. The object is used
   * again for the next one.
   */
  readonly wants: (glance: RequestGlance) => boolean
  readonly take: (request: RequestSeen) => void
}

/** What reading needs beside paths. */
export interface ReadingOptions {
  /** Standard input, for `-`. */
  readonly stdin: () => AsyncIterable<Uint8Array>
  /** What is being done, in a few words: `reading logs: file 12 of 340, 1.2 of 3.4 MiB`. */
  readonly onStep?: (words: string) => void
  /** Reading ends with its reason. */
  readonly signal?: AbortSignal
}

/** What reading logs of any kind brings beside the content. */
interface Reading {
  /** Files that were read, standard input among them. */
  readonly files: number
  /** Bytes, uncompressed. */
  readonly bytes: number
  /** Without empty ones. */
  readonly lines: number
  /** Lines that could not be read. */
  readonly unreadable: number
  /** Files and lines that could not be read; of each file the first few lines. The rest was read. */
  readonly problems: readonly Problem[]
  /** What was left out on purpose, or is less exact than it could be; whole sentences without a final period. */
  readonly notes: readonly string[]
  /** The first and the last moment in it. Milliseconds since 1970; absent: nothing was read. */
  readonly from?: number
  readonly to?: number
}

export interface AccessLogReading extends Reading {
  /** Each counted once, however often the files have it. */
  readonly requests: number
  /** Lines that the files had before. */
  readonly repeated: number
}

export interface LbcLogReading extends Reading {
  /** In the order in which they left; without Pods, and without times that only a ledger knows. */
  readonly targets: readonly LeavingTarget[]
  /** `ts` has only whole seconds, and no prefix is more exact: times are up to a second too early. */
  readonly isWholeSeconds: boolean
}

/** Files, folders at all levels, quoted patterns, `-`. Never throws but for the signal's reason. */
export type ReadAccessLogs = (
  paths: readonly string[],
  consumer: RequestConsumer,
  options: ReadingOptions,
) => Promise<AccessLogReading>

/** The log of AWS Load Balancer Controller; paths as above. Never throws but for the signal's reason. */
export type ReadLbcLogs = (paths: readonly string[], options: ReadingOptions) => Promise<LbcLogReading>
