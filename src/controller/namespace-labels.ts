import type { Logger } from 'pino'
import { isAbsent, isConflict } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { bodyOf, storedFrom } from '../cluster/gate-apply.ts'
import { APPLY_PATCH, objectPath, patchObject, readObject } from '../cluster/objects.ts'
import { inSlices } from '../cluster/slices.ts'
import { gateDecisions } from '../core/gates/gate-decision.ts'
import type { GateInjector } from '../core/gates/gate-needs.ts'
import type { GateDecision, GateState } from '../core/gates/gate-state.ts'
import { gateWrite } from '../core/gates/gate-write.ts'
import {
  type Doubtful,
  type ExposedNamespace,
  isInDoubt,
  type LiveView,
} from '../core/inventory/inventory.ts'
import type { AwsController } from '../core/model/exposure.ts'
import { refText } from '../core/model/object-ref.ts'
import type { Settings } from '../core/model/settings.ts'
import type { Steps } from '../core/model/steps.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { NamespaceFacts } from '../core/model/workload.ts'
import { Setbacks } from '../pacing/back-off.ts'
import type { EventRecorder, ObjectEvent } from './events.ts'
import { conflictEvent, doneEvent, eventOf } from './gate-events.ts'
import type { GateWatch } from './gate-watch.ts'
import { StuckGateTeller } from './stuck-gates.ts'

/** What the loop needs from the inventory. */
interface GateKnowledge extends Doubtful, Pick<LiveView, 'gatedPeers' | 'workload'> {
  exposedNamespaces(): Steps<readonly ExposedNamespace[]>
  namespaces(): readonly NamespaceFacts[]
  lbc(): GateInjector
}

interface NamespaceLabelsOptions {
  readonly api: ApiServer
  readonly known: GateKnowledge
  /** What became of the gates in the namespaces labeled so far. */
  readonly watch: GateWatch
  readonly settings: Settings
  readonly events: EventRecorder
  readonly log: Logger
  /** From 0 to below 1. */
  readonly random: () => number
}

/** The number of namespaces with the same decision. */
interface NamespaceCount {
  readonly controller: AwsController
  readonly state: GateState
  readonly count: number
}

export interface NamespaceLabelLoop extends ControlLoop {
  /** As of the last tick; empty if this process does not lead. */
  counts(): readonly NamespaceCount[]
  /** Workloads with a stuck gate, as of the last tick; 0 if this process does not lead. */
  stuckWorkloads(): number
}

/** Sets and takes back the readiness-gate labels of namespaces. */
export const createNamespaceLabels = (options: NamespaceLabelsOptions): NamespaceLabelLoop =>
  new NamespaceLabelsLoop(options)

class NamespaceLabelsLoop implements NamespaceLabelLoop {
  readonly name = 'namespace-labels'
  readonly #options: NamespaceLabelsOptions
  readonly #setbacks: Setbacks
  /** The last message, by namespace and controller: each state is reported once. */
  #said = new Map<string, string>()
  #decided: readonly GateDecision[] = []
  #leading: AbortSignal | undefined
  readonly #teller: StuckGateTeller

  constructor(options: NamespaceLabelsOptions) {
    this.#options = options
    this.#teller = new StuckGateTeller(options)
    this.#setbacks = new Setbacks(options.random)
  }

  async tick(signal: AbortSignal): Promise<void> {
    const { known, watch } = this.#options
    this.#setbacks.nextTick()
    if (isInDoubt(known)) return
    this.#leading = signal
    await watch.read(signal)
    if (signal.aborted) return
    this.#teller.tell(watch.stuck())
    const exposed = await inSlices(known.exposedNamespaces())
    // The inventory may have become stale meanwhile: then the result may be incomplete.
    if (isInDoubt(known)) return
    const namespaces = known.namespaces()
    this.#decided = this.#decide(exposed, namespaces)
    this.#forgetOthers()
    const byNamespace = Map.groupBy(this.#decided, ({ namespace }) => namespace)
    for (const facts of namespaces) {
      const decisions = byNamespace.get(facts.name) ?? []
      if (signal.aborted) return
      if (gateWrite(facts, decisions) === undefined) this.#say(facts, decisions)
      else if (this.#setbacks.mayTry(facts.name)) await this.#carryOut(facts, exposed, signal)
    }
  }

  counts(): readonly NamespaceCount[] {
    if (!this.#leads()) return []
    const groups = Map.groupBy(this.#decided, ({ controller, state }) => `${controller} ${state}`)
    return [...groups.values()].flatMap(([first, ...others]) => {
      if (first === undefined) return []
      return [{ controller: first.controller, state: first.state, count: others.length + 1 }]
    })
  }

  stuckWorkloads(): number {
    if (!this.#leads()) return 0
    return new Set(this.#options.watch.stuck().map(({ workload }) => refText(workload))).size
  }

  #leads(): boolean {
    return this.#leading?.aborted === false
  }

  #decide(
    exposed: readonly ExposedNamespace[],
    namespaces: readonly NamespaceFacts[],
  ): readonly GateDecision[] {
    const { known, settings, watch } = this.#options
    return gateDecisions({
      exposed,
      namespaces,
      settings,
      controller: known.lbc(),
      peers: (...query) => known.gatedPeers(...query),
      hold: watch.hold(),
    })
  }

  /** If one namespace cannot be written, the others still are. */
  async #carryOut(
    facts: NamespaceFacts,
    exposed: readonly ExposedNamespace[],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#write(facts.name, exposed, signal)
      this.#setbacks.forget(facts.name)
    } catch (error) {
      // It is gone, or another client wrote it after it was read: the next tick decides again.
      if (signal.aborted || isAbsent(error) || (isConflict(error) && !isOwnedByAnother(error))) return
      this.#setbacks.failed(facts.name)
      this.#complain(facts, error)
    }
  }

  #complain(facts: NamespaceFacts, error: unknown): void {
    const { log, events } = this.#options
    const message = messageOf(error)
    this.#once(facts.name, message, () => {
      log.warn({ namespace: facts.name, error: message }, 'namespace labels not written')
      if (isOwnedByAnother(error)) events.record(conflictEvent(facts, message))
    })
  }

  /** Decides again on the Namespace as stored, and writes only over that version. */
  async #write(name: string, exposed: readonly ExposedNamespace[], signal: AbortSignal): Promise<void> {
    const { api, log } = this.#options
    const path = objectPath({ apiVersion: 'v1', plural: 'namespaces', namespace: '', name })
    const stored = storedFrom(await readObject(api, path, signal))
    if (stored === undefined) return
    const decisions = this.#decide(exposed, [stored.facts])
    const write = gateWrite(stored.facts, decisions)
    if (write === undefined) return
    const body = bodyOf(stored, write)
    const query = { fieldManager: FIELD_MANAGER }
    await patchObject(api, { path, body, query, contentType: APPLY_PATCH }, signal)
    log.info({ namespace: name, labels: write.labels }, 'namespace labels written')
    this.#record(decisions.map((decision) => doneEvent(stored.facts, decision)))
  }

  #say(facts: NamespaceFacts, decisions: readonly GateDecision[]): void {
    for (const decision of decisions) {
      const event = eventOf(facts, decision)
      this.#once(keyOf(decision), event?.note ?? '', () => this.#record([event]))
    }
  }

  #record(found: readonly (ObjectEvent | undefined)[]): void {
    for (const event of found) if (event !== undefined) this.#options.events.record(event)
  }

  #once(key: string, text: string, say: () => void): void {
    if (this.#said.get(key) === text) return
    this.#said.set(key, text)
    say()
  }

  #forgetOthers(): void {
    const current = new Set(this.#decided.flatMap((decision) => [keyOf(decision), decision.namespace]))
    for (const key of [...this.#said.keys()].filter((one) => !current.has(one))) {
      this.#said.delete(key)
      this.#setbacks.forget(key)
    }
  }
}

const keyOf = ({ namespace, controller }: GateDecision): string => `${namespace}/${controller}`

/** A server-side apply that would change a field owned by another manager (apiserver, fieldmanager). */
const isOwnedByAnother = (error: unknown): boolean =>
  isConflict(error) && error instanceof Error && error.message.includes('Apply failed with')
