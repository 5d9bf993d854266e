import { handOver, undo } from '../../src/handover/hand-over.ts'
import type { HandoverOptions } from '../../src/handover/options.ts'
import type { HandoverPlan, HandoverResult, PodProgress } from '../../src/handover/plan.ts'
import { NAMESPACE, type PlayedCluster } from './played-cluster.ts'

export const WEB = { kind: 'Deployment', namespace: NAMESPACE, name: 'web' }

type Changes = Partial<Pick<HandoverOptions, 'signal' | 'maxExtra' | 'timeout' | 'onProgress' | 'onCaution'>>

export const optionsOf = (cluster: PlayedCluster, changes: Changes = {}): HandoverOptions => ({
  api: cluster,
  clock: cluster,
  signal: new AbortController().signal,
  maxExtra: 1,
  timeout: 3_600_000,
  onProgress: () => undefined,
  onCaution: () => undefined,
  ...changes,
})

export const replaceAll = (cluster: PlayedCluster, changes?: Changes & { readonly plan?: HandoverPlan }) =>
  handOver(changes?.plan ?? cluster.plan(), optionsOf(cluster, changes))

export const takeBackAll = (cluster: PlayedCluster, changes?: Changes): Promise<HandoverResult> =>
  undo(WEB, optionsOf(cluster, changes))

/** Starts a call that dies after that many requests: nothing of it runs on. @returns whether it was over before. */
export async function killed(
  cluster: PlayedCluster,
  requests: number,
  call: (cluster: PlayedCluster) => Promise<unknown>,
): Promise<boolean> {
  const death = Promise.withResolvers<true>()
  const never = new Promise<void>(() => undefined)
  let left = requests
  cluster.after = () => {
    left -= 1
    if (left > 0) return undefined
    death.resolve(true)
    return never
  }
  const isDead = await Promise.race([call(cluster).then(() => false), death.promise])
  cluster.after = () => undefined
  return !isDead
}

/** Time passes, and nobody does anything. Seconds. */
export const wait = (cluster: PlayedCluster, seconds: number): Promise<void> =>
  cluster.sleep(seconds * 1000, new AbortController().signal)

export const statesOf = (pods: readonly PodProgress[]): readonly string[] => pods.map(({ state }) => state)
