import type { Logger } from 'pino'
import { messageOf } from '../core/model/thrown.ts'
import { logThrottle } from '../pacing/log-throttle.ts'

/** Between two lines with the same reason, and how long a failure counts: watches retry within 30 s. Milliseconds. */
const MINUTE = 60_000

/** What a connection that cannot be opened fails with (Node.js: errors, common system errors; dns error codes). */
const UNREACHABLE: readonly unknown[] = [
  'EACCES',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPERM',
  'ETIMEDOUT',
]

interface FailureLog {
  readonly log: Logger
  /** The API server's address. */
  readonly server: () => string
  /** Monotonic, milliseconds. */
  readonly now: () => number
}

interface ClusterFailures {
  readonly onFailure: (resource: string, error: unknown) => void
  /** Why nothing can be read; undefined: the API server could be reached within the last minute. */
  readonly problem: () => string | undefined
}

/** Logs what a list or watch failed with: one line for all of them if no connection to the API server can be opened. */
export function clusterFailures({ log, server, now }: FailureLog): ClusterFailures {
  const isNews = logThrottle(MINUTE, now)
  let last: { readonly problem: string; readonly at: number } | undefined
  return {
    onFailure: (resource, error) => {
      const code = codeOf(error)
      if (code === undefined) {
        log.warn({ resource, error: messageOf(error) }, 'watch failed')
        return
      }
      const reason = messageOf(error) || code
      last = { problem: `the API server ${server()} cannot be reached: ${reason}`, at: now() }
      if (isNews(code)) log.warn({ server: server(), error: reason }, 'API server not reachable')
    },
    problem: () => (last !== undefined && now() - last.at < MINUTE ? last.problem : undefined),
  }
}

/** Of the error itself, or of one that caused it. */
function codeOf(error: unknown): string | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < DEEPEST; one = one.cause, depth++) {
    if ('code' in one && UNREACHABLE.includes(one.code)) return String(one.code)
  }
  return undefined
}

/** A broken watch, the client's own error, and Node's: with room to spare. A choice. */
const DEEPEST = 5
