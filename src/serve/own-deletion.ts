import { isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { ownPods } from '../cluster/own-pods.ts'
import type { Clock } from '../pacing/clock.ts'

/** Between two looks. Milliseconds; as often as a leader renews its Lease. */
const INTERVAL = 2_000

interface OwnPodQuery {
  readonly api: ApiServer
  /** Of the Pod that this process runs in. */
  readonly namespace: string
  /** The host name: with `hostNetwork` no Pod has it, and nothing is seen. */
  readonly name: string
  readonly clock: Clock
}

/**
 * Whether this process's own Pod is being deleted: SIGTERM follows only after its preStop sleep, and by then a replica
 * with other settings could have led. Uses the right to list Pods that the report has; without it, SIGTERM has to do.
 * @returns false if aborted, or if that right is missing.
 */
export async function untilDeleted(query: OwnPodQuery, signal: AbortSignal): Promise<boolean> {
  let wasThere = false
  while (!signal.aborted) {
    const isThere = await look(query, signal)
    if (isThere === 'forbidden') return false
    if (wasThere && isThere === false) return true
    wasThere ||= isThere === true
    await query.clock.sleep(INTERVAL, signal)
  }
  return false
}

/** @returns undefined if it cannot be seen now. */
async function look(
  { api, namespace, name }: OwnPodQuery,
  signal: AbortSignal,
): Promise<boolean | undefined | 'forbidden'> {
  try {
    return (await ownPods(api, namespace, signal)).some((pod) => pod.name === name)
  } catch (error) {
    return isForbidden(error) ? 'forbidden' : undefined
  }
}
