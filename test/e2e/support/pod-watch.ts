import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { cluster } from './cluster.ts'
import { jsonOf } from './json.ts'
import { kubectl } from './kubectl.ts'

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
    /** Seconds. */
    readonly deletionGracePeriodSeconds?: number
    readonly [key: string]: unknown
  }
  readonly spec: {
    readonly readinessGates?: readonly { readonly conditionType: string }[]
    readonly containers?: readonly { readonly lifecycle?: { readonly preStop?: object } }[]
    readonly [key: string]: unknown
  }
  readonly status: {
    readonly conditions?: readonly Condition[]
    readonly containerStatuses?: readonly {
      readonly state: { readonly terminated?: { readonly finishedAt: string; readonly reason?: string } }
    }[]
    readonly [key: string]: unknown
  }
}

export interface WatchEvent {
  /** Milliseconds since 1970: when it came. */
  readonly at: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: WatchedPod
}

/**
 * Follows Pods from those that are there. Where the API server ends it, it begins again: who has gone meanwhile is told as
 * it was seen last. @returns what ends it.
 */
export function watchPods(
  { namespace, labels }: { readonly namespace?: string; readonly labels?: string },
  onEvent: (event: WatchEvent) => void,
): () => void {
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
  const selector = labels === undefined ? '' : `labelSelector=${encodeURIComponent(labels)}`
  const watch = new PodWatch(`/api/v1${scope}/pods?${selector}`, onEvent)
  void watch.begin()
  return () => watch.end()
}

class PodWatch {
  readonly #path: string
  readonly #onEvent: (event: WatchEvent) => void
  /** As they were seen last, by uid. */
  readonly #known = new Map<string, WatchedPod>()
  #isEnding = false
  #child: ChildProcess | undefined

  constructor(path: string, onEvent: (event: WatchEvent) => void) {
    this.#path = path
    this.#onEvent = onEvent
  }

  async begin(): Promise<void> {
    const { code, out } = await kubectl(['get', '--raw', this.#path])
    if (this.#isEnding) return
    if (code !== 0) {
      setTimeout(() => void this.begin(), AGAIN)
      return
    }
    const { metadata, items } = JSON.parse(out) as PodList
    const standing = new Set(items.map(({ metadata: { uid } }) => uid))
    for (const [uid, pod] of this.#known) if (!standing.has(uid)) this.#tell('DELETED', pod)
    for (const pod of items) this.#tell(this.#known.has(pod.metadata.uid) ? 'MODIFIED' : 'ADDED', pod)
    this.#follow(metadata.resourceVersion)
  }

  end(): void {
    this.#isEnding = true
    this.#child?.kill()
  }

  #follow(version: string): void {
    const path = `${this.#path}&watch=1&resourceVersion=${version}`
    const child = spawn(cluster.kubectl, ['get', '--raw', path], {
      env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.#child = child
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = jsonOf(line) as { readonly type: string; readonly object: WatchedPod } | undefined
      if (event !== undefined && isPodEvent(event.type)) this.#tell(event.type, event.object)
    })
    child.once('close', () => setTimeout(() => void (this.#isEnding || this.begin()), AGAIN))
  }

  #tell(type: WatchEvent['type'], object: WatchedPod): void {
    if (type === 'DELETED') this.#known.delete(object.metadata.uid)
    else this.#known.set(object.metadata.uid, object)
    this.#onEvent({ at: Date.now(), type, object })
  }
}

interface PodList {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly WatchedPod[]
}

/** A watch that has expired says ERROR. */
const isPodEvent = (type: string): type is WatchEvent['type'] =>
  ['ADDED', 'MODIFIED', 'DELETED'].includes(type)

/** Milliseconds; a choice. */
const AGAIN = 500

export const isTrue = ({ status }: WatchedPod, type: string): boolean =>
  status.conditions?.some((one) => one.type === type && one.status === 'True') ?? false
