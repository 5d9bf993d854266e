import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { cluster } from './cluster.ts'

/** What anybody who watches Pods is told, in its order. */

export interface Condition {
  readonly type: string
  readonly status: string
}

export interface WatchedPod {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly labels?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
    readonly [key: string]: unknown
  }
  readonly spec: {
    readonly readinessGates?: readonly { readonly conditionType: string }[]
    readonly [key: string]: unknown
  }
  readonly status: { readonly conditions?: readonly Condition[]; readonly [key: string]: unknown }
}

export interface WatchEvent {
  /** Milliseconds since 1970: when it came. */
  readonly at: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: WatchedPod
}

/** Follows Pods from those that are there; begins again where the API server ends it. @returns what ends it. */
export function watchPods(
  { namespace, labels }: { readonly namespace?: string; readonly labels?: string },
  onEvent: (event: WatchEvent) => void,
): () => void {
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
  const selector = labels === undefined ? '' : `&labelSelector=${encodeURIComponent(labels)}`
  const path = `/api/v1${scope}/pods?watch=1${selector}`
  let isEnding = false
  let child: ChildProcess | undefined
  const begin = (): void => {
    if (isEnding) return
    const running = spawn(cluster.kubectl, ['get', '--raw', path], {
      env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    child = running
    createInterface({ input: running.stdout }).on('line', (line) => {
      // The last line of a connection that was broken off may be half of one.
      if (line.endsWith('}')) onEvent({ at: Date.now(), ...(JSON.parse(line) as Omit<WatchEvent, 'at'>) })
    })
    running.once('close', () => setTimeout(begin, AGAIN))
  }
  begin()
  return () => {
    isEnding = true
    child?.kill()
  }
}

/** Milliseconds; a choice. */
const AGAIN = 500

export const isTrue = ({ status }: WatchedPod, type: string): boolean =>
  status.conditions?.some((one) => one.type === type && one.status === 'True') ?? false
