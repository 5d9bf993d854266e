import type { KubeConfig } from '@kubernetes/client-node'
import { at, root } from '../kubernetes/json.ts'
import type { OwnPod } from './own-pods.ts'
import { getThroughPod } from './port-forward.ts'

/** For the answer of each Pod. Milliseconds; a choice: a Pod that is slower is asked for its report all the same. */
const LONGEST = 5_000
/** Pods that are asked. A choice; the chart runs two. */
const MOST = 8

interface Search {
  readonly namespace: string
  readonly port: number
  readonly signal: AbortSignal
}

/**
 * Of several ready Pods the one that keeps the ledger of departures, which is the leader: its report has them. Each is asked
 * over its own port-forward, so no port has to be open between Pods, and the caller needs no further permission.
 * @returns undefined if none says so: all are of an older version, or there is no leader at the moment.
 */
export async function ledgerKeeper(
  config: KubeConfig,
  pods: readonly OwnPod[],
  { namespace, port, signal }: Search,
): Promise<OwnPod | undefined> {
  if (pods.length < 2) return undefined
  const found = new AbortController()
  const any = AbortSignal.any([signal, found.signal, AbortSignal.timeout(LONGEST)])
  const keeps = async (pod: OwnPod): Promise<OwnPod> => {
    const request = { path: '/ledger', signal: any, longestHandshake: LONGEST }
    const answer = await getThroughPod(config, { namespace, pod: pod.name, port }, request)
    if (answer.status !== 200 || at(root(answer.body), 'ledger').value !== 'here')
      throw new Error(`${pod.name} does not keep it`)
    return pod
  }
  try {
    return await Promise.any(pods.slice(0, MOST).map(keeps))
  } catch {
    return undefined
  } finally {
    found.abort()
  }
}
