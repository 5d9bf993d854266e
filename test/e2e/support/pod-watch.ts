import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { cluster } from './cluster.ts'

/** What anybody who watches Pods is told, in its order. */

export interface WatchedPod {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly labels?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
    readonly deletionGracePeriodSeconds?: number
    readonly [key: string]: unknown
  }
  readonly spec: Readonly<Record<string, unknown>>
  readonly status: Readonly<Record<string, unknown>>
}

export interface WatchEvent {
  /** Milliseconds since 1970: when it came. */
  readonly at: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: WatchedPod
}

export interface PodWatch {
  readonly events: readonly WatchEvent[]
  stop(): void
}

/** Follows the Pods of one namespace, from those that are there. */
export function watchPods(namespace: string): PodWatch {
  const path = `/api/v1/namespaces/${namespace}/pods?watch=1`
  const child: ChildProcess = spawn(cluster.kubectl, ['get', '--raw', path], {
    env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const events: WatchEvent[] = []
  if (child.stdout === null) throw new Error('no output')
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push({ at: Date.now(), ...(JSON.parse(line) as Omit<WatchEvent, 'at'>) })
  })
  return { events, stop: () => void child.kill() }
}
