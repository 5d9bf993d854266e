import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { MERGE_PATCH, patchObject } from '../cluster/objects.ts'
import { HANDOVER_ANNOTATION } from '../core/model/keys.ts'
import { messageOf } from '../core/model/thrown.ts'
import { at, isPresent, type JsonNode, root, stringAt } from '../kubernetes/json.ts'
import type { Clock } from '../pacing/clock.ts'
import { UNABORTED } from './carry-out.ts'
import { isLasting } from './failures.ts'
import { placeOf } from './paths.ts'

/** Until the controller's own copy of the Pods has what was just written. Milliseconds; a choice: it lags by less. */
const LAG = 1_000

interface Budgets {
  readonly api: ApiServer
  readonly namespace: string
  readonly clock: Clock
  /** Ends the pause between two writes early, not the writes. */
  readonly signal: AbortSignal
  readonly onCaution: (sentence: string) => void
}

/**
 * The controller of PodDisruptionBudgets counts again when a Pod changes that a budget selects, as the Pod is then:
 * one whose labels went is counted on, until something else changes. A write to the budget wakes it: an annotation, and
 * once more its removal, when the controller's copy of the Pods is up to date.
 */
export class DisruptionBudgets {
  readonly #budgets: Budgets
  readonly #names = new Set<string>()
  readonly #unwritable = new Set<string>()

  constructor(budgets: Budgets) {
    this.#budgets = budgets
  }

  add(names: readonly string[]): void {
    for (const name of names) this.#names.add(name)
  }

  /** Those whose annotation a killed command has left, in this namespace; whoever may not list them, is not stopped by it. */
  async addLeft(): Promise<void> {
    const { api, namespace, signal } = this.#budgets
    const path = placeOf('PodDisruptionBudget', namespace)
    const listed = { path, apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }
    try {
      for await (const { objects } of pagesOf({ api, listed, signal }))
        this.add(objects.flatMap((raw) => leftIn(at(root(raw), 'metadata'))))
    } catch (error) {
      if (signal.aborted || isLasting(error)) return
      throw error
    }
  }

  /** Never fails: numbers that are late lose no request. */
  async wake(): Promise<void> {
    const { clock, signal } = this.#budgets
    if (this.#due().length === 0) return
    await this.#annotate('counting again')
    await clock.sleep(LAG, signal)
    await this.settle()
  }

  /** Takes the annotation away, also one that a killed command has left. */
  settle(): Promise<void> {
    return this.#annotate(null)
  }

  #due(): readonly string[] {
    return [...this.#names].filter((name) => !this.#unwritable.has(name))
  }

  async #annotate(value: string | null): Promise<void> {
    for (const name of this.#due()) await this.#write(name, value)
  }

  async #write(name: string, value: string | null): Promise<void> {
    const { api, namespace, onCaution } = this.#budgets
    const path = placeOf('PodDisruptionBudget', namespace, name)
    const body = { metadata: { annotations: { [HANDOVER_ANNOTATION]: value } } }
    const query = { fieldManager: FIELD_MANAGER }
    try {
      await patchObject(api, { path, body, query, contentType: MERGE_PATCH }, UNABORTED)
    } catch (error) {
      if (isAbsent(error)) this.#unwritable.add(name)
      // Anything else is over soon: the next wake, or the end, tries again.
      if (!isLasting(error)) return
      this.#unwritable.add(name)
      onCaution(
        `PodDisruptionBudget ${namespace}/${name} cannot be patched, so its numbers may be wrong for some minutes: ${messageOf(error)}`,
      )
    }
  }
}

const leftIn = (metadata: JsonNode): readonly string[] =>
  isPresent(at(metadata, 'annotations', HANDOVER_ANNOTATION)) ? [stringAt(at(metadata, 'name'))] : []
