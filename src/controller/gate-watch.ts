import { assess } from '../assessment/assess.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { pathOf } from '../cluster/resources.ts'
import { othersFirst } from '../cluster/slices.ts'
import { gateRecordOf, stillSet } from '../core/gates/gate-record.ts'
import { stuckGateOf } from '../core/gates/stuck-gate.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import { compareText, refText } from '../core/model/object-ref.ts'
import type { Settings } from '../core/model/settings.ts'
import { gateWordsText, type StuckGate } from '../core/model/stuck-gate.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { NamespaceFacts, WorkloadSummary } from '../core/model/workload.ts'
import { ShapeError } from '../kubernetes/json.ts'
import { toPodStatus } from '../kubernetes/pod-status.ts'

/**
 * Between two lists of one namespace's Pods. Milliseconds: the controller looks at a gate that is not met as often (LBC
 * pkg/targetgroupbinding/resource_manager.go).
 */
const INTERVAL = 15_000

/** For the Pods of one namespace. Milliseconds. A choice: a few thousand Pods take less. */
const LONGEST_LIST = 20_000

/** The part of the live inventory that is needed. */
type WatchedView = Pick<
  LiveView,
  'namespaces' | 'workloads' | 'exposuresOf' | 'namespace' | 'workload' | 'autoscaled' | 'objects'
>

interface GateWatchOptions {
  readonly api: ApiServer
  readonly known: WatchedView
  readonly settings: Settings
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** The gates in the namespaces that Slackwater has labeled. Everything is read from the cluster; little is remembered. */
export interface GateWatch {
  /** Reads the Pods of namespaces with unready workloads, each again after a while. */
  read(signal: AbortSignal): Promise<void>
  /** Those that were stuck when they were last read, sorted by namespace. */
  stuck(): readonly StuckGate[]
  /** Why no further namespace is to be labeled, a clause; undefined: nothing keeps from it. */
  hold(): string | undefined
}

export const createGateWatch = (options: GateWatchOptions): GateWatch => new PodGateWatch(options)

interface Look {
  readonly at: number
  readonly stuck: readonly StuckGate[]
  /** Why its Pods could not be read. */
  readonly problem?: string
}

class PodGateWatch implements GateWatch {
  readonly #options: GateWatchOptions
  /** By namespace. */
  #looks = new Map<string, Look>()

  constructor(options: GateWatchOptions) {
    this.#options = options
  }

  async read(signal: AbortSignal): Promise<void> {
    const suspects = this.#suspects()
    this.#looks = new Map([...this.#looks].filter(([namespace]) => suspects.has(namespace)))
    for (const namespace of suspects) {
      if (signal.aborted) return
      const known = this.#looks.get(namespace)
      const now = this.#options.clock()
      // A clock that was set back must not end the looking.
      if (known !== undefined && Math.abs(now - known.at) < INTERVAL) continue
      const look = await this.#lookAt(namespace, known, signal)
      // Whoever asked no longer waits: that is no problem of the namespace.
      if (signal.aborted) return
      this.#looks.set(namespace, look)
    }
  }

  stuck(): readonly StuckGate[] {
    const looks = [...this.#looks].sort(([a], [b]) => compareText(a, b))
    return looks.flatMap(([, { stuck }]) => stuck)
  }

  hold(): string | undefined {
    const [first] = this.stuck()
    if (first !== undefined) return holdText(first)
    const [unread] = [...this.#looks].filter(([, { problem }]) => problem !== undefined)
    if (unread === undefined) return undefined
    const [namespace, { problem }] = unread
    return `no further namespace is labeled: whether readiness gates pass in namespace ${namespace} is unknown, its Pods cannot be read: ${problem}`
  }

  /** Labeled by Slackwater, with a workload behind ip targets that has Pods which are not ready. */
  #suspects(): ReadonlySet<string> {
    const { known, settings } = this.#options
    // Otherwise nothing is labeled, and the chart need not give the right to list Pods.
    if (settings.namespaceLabels !== 'enforce') return new Set()
    const labelled = new Set(
      known
        .namespaces()
        .filter(isLabelledByUs)
        .map(({ name }) => name),
    )
    if (labelled.size === 0) return labelled
    const suspects = new Set<string>()
    for (const workload of known.workloads()) {
      const { namespace } = workload.ref
      if (labelled.has(namespace) && !suspects.has(namespace) && this.#mayWait(workload))
        suspects.add(namespace)
    }
    return suspects
  }

  #mayWait({ ref, live, changingLabels }: WorkloadSummary): boolean {
    if (live?.unready !== true) return false
    const { exposures } = this.#options.known.exposuresOf({
      namespace: ref.namespace,
      labels: live.templateLabels,
      matching: 'template',
      workload: ref,
      ...(changingLabels && { changingLabels }),
    })
    return exposures.some(({ targetType }) => targetType.value === 'ip')
  }

  async #lookAt(namespace: string, known: Look | undefined, signal: AbortSignal): Promise<Look> {
    const at = this.#options.clock()
    try {
      const stuck = await this.#stuckIn(
        namespace,
        AbortSignal.any([signal, AbortSignal.timeout(LONGEST_LIST)]),
      )
      return { at, stuck }
    } catch (error) {
      return { at, stuck: known?.stuck ?? [], problem: messageOf(error) }
    }
  }

  /** Of each workload and gate, the Pod that has waited longest: all others wait for the same. */
  async #stuckIn(namespace: string, signal: AbortSignal): Promise<readonly StuckGate[]> {
    const listed = { path: pathOf(PODS, 'v1', namespace), apiVersion: 'v1', kind: 'Pod' }
    const found = new Map<string, StuckGate>()
    for await (const { objects } of pagesOf({ api: this.#options.api, listed, signal })) {
      for (const object of objects) {
        const stuck = await othersFirst(() => this.#stuckGate(object))
        if (stuck === undefined) continue
        const key = `${refText(stuck.workload)} ${stuck.gate}`
        const other = found.get(key)
        if (other === undefined || stuck.since < other.since) found.set(key, stuck)
      }
    }
    return [...found].sort(([a], [b]) => compareText(a, b)).map(([, stuck]) => stuck)
  }

  #stuckGate(raw: unknown): StuckGate | undefined {
    const { known, settings, clock } = this.#options
    const readiness = readinessOf(raw)
    // Assessing a Pod costs more than reading its status: nearly all of them are ready.
    if (readiness?.alive !== true || readiness.isReady || readiness.containersReady === undefined)
      return undefined
    const object = { what: 'pod', raw, namespace: '', fromFile: false } as const
    const assessment = assess(object, { inventory: known, settings })
    if (!assessment.readable) return undefined
    const { subject, exposures } = assessment.decision
    const workload = subject.workload?.ref ?? subject.ref
    const { readinessGates } = subject.template
    return stuckGateOf({ ref: subject.ref, workload, readinessGates, readiness }, exposures, clock())
  }
}

const PODS = { group: '', plural: 'pods' }

const isLabelledByUs = (facts: NamespaceFacts): boolean =>
  facts.deleting !== true && Object.keys(stillSet(gateRecordOf(facts).labels, facts.labels)).length > 0

/** One Pod that cannot be read must not hide all others. */
function readinessOf(raw: unknown) {
  try {
    return toPodStatus(raw)
  } catch (error) {
    if (error instanceof ShapeError) return undefined
    throw error
  }
}

/** The same text for every Pod of a workload: it stands in an Event. */
const holdText = (stuck: StuckGate): string =>
  `no further namespace is labeled: Pods of ${refText(stuck.workload)} do not pass their readiness gate (${gateWordsText({ ...(stuck.reason === undefined ? {} : { reason: stuck.reason }) })})`
