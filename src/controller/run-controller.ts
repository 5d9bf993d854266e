import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { isAbsent, isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { Clock } from '../pacing/clock.ts'
import { logThrottle } from '../pacing/log-throttle.ts'
import { standForElection } from './election.ts'
import { createLease } from './lease.ts'
import { runLoop, type TickOutcome } from './run-loop.ts'

/** The name of the Lease, in the namespace that Slackwater runs in. */
export const LEASE_NAME = 'slackwater'

/** How often the same problem is logged. Milliseconds. A choice. */
const SAID_AGAIN = 10 * 60_000

interface ControllerOptions {
  readonly api: ApiServer
  /** Namespace of the Lease. */
  readonly namespace: string
  /** Unique to this process. */
  readonly identity: string
  readonly loops: readonly ControlLoop[]
  /** Why the inventory may be wrong; undefined: it is reliable, and only then the loops tick. */
  readonly doubt: () => string | undefined
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly onLeading: (leads: boolean) => void
  readonly onTick: (loop: string, outcome: TickOutcome) => void
}

/**
 * Stands for election and runs the loops side by side while it leads. When aborted, it ends and releases its lease;
 * survives everything else.
 */
export async function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { api, namespace, identity, loops, clock, random, log, onLeading } = options
  const lease = createLease({ api, namespace, name: LEASE_NAME, identity, clock })
  const onTickFailed = (loop: string, error: unknown): void =>
    log.warn({ loop, error: messageOf(error) }, 'tick failed')
  const isNews = logThrottle(SAID_AGAIN, () => clock.now())
  await standForElection(
    {
      lease,
      clock,
      random,
      lead: async (term) => {
        await Promise.all(loops.map((loop) => runLoop(loop, { ...options, onTickFailed }, term)))
      },
      onElected: () => {
        log.info({ identity }, 'leading')
        onLeading(true)
      },
      onEnded: (why) => {
        log.info({ identity, why }, 'no longer leading')
        onLeading(false)
      },
      onProblem: (error) => {
        const problem = leaseProblem(error, namespace)
        if (isNews(problem)) log.warn({ problem }, 'leader election')
      },
    },
    signal,
  )
}

/** In a Pod its name, but for `hostNetwork`. */
export const ownName = (): string => hostname()

/**
 * Unique to this process, built as client-go's users do it: the host name, which in a Pod is the Pod's name, and
 * random digits. The name alone would be shared by two Pods with `hostNetwork`, or by a container and its restart.
 */
export const ownIdentity = (): string => `${ownName()}_${randomBytes(4).toString('hex')}`

/** The problem, with the fix if a user has to act. */
function leaseProblem(error: unknown, namespace: string): string {
  const said = messageOf(error)
  if (isForbidden(error))
    return `no permission for Lease ${namespace}/${LEASE_NAME} (get, create, update): only admission is answered (${said})`
  if (isAbsent(error))
    return `no namespace ${namespace}: create it, or set ownNamespace to where Slackwater runs; only admission is answered (${said})`
  return said
}
