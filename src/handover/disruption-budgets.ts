import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { MERGE_PATCH, patchObject } from '../cluster/objects.ts'
import type { NextStep } from '../core/handover/situation.ts'
import { HANDOVER_ANNOTATION } from '../core/model/keys.ts'
import { messageOf } from '../core/model/thrown.ts'
import { at, isPresent, type JsonNode, root, stringAt } from '../kubernetes/json.ts'
import type { Clock } from '../pacing/clock.ts'
import { UNABORTED } from './carry-out.ts'
import { isLasting } from './failures.ts'
import { placeOf } from './paths.ts'

/** Until the controller's own copy of the Pods has what was just written. Milliseconds; a choice: it lags by less. */
const LAG = 1_000

/** How often the annotation is tried to be taken away, with that between. A choice: an API server that restarts. */
const TRIES = 10

/** Steps after which a PodDisruptionBudget may count wrongly. */
export const RELABELS: ReadonlySet<NextStep['do']> = new Set([
  'release',
  'leave',
  'return',
  'adopt',
  'clear',
  'reconsider',
])

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

  /** Takes the annotation away, also one that a killed command has left; tells where it stays. */
  async settle(): Promise<void> {
    const { namespace, clock, signal, onCaution } = this.#budgets
    let left = await this.#annotate(null)
    for (let tries = 1; left.length > 0 && tries < TRIES; tries++) {
      await clock.sleep(LAG, signal)
      left = await this.#annotate(null)
    }
    for (const name of left)
      onCaution(
        `PodDisruptionBudget ${namespace}/${name} keeps an annotation, because requests have failed: kubectl annotate pdb ${name} ${HANDOVER_ANNOTATION}- -n ${namespace}`,
      )
  }

  #due(): readonly string[] {
    return [...this.#names].filter((name) => !this.#unwritable.has(name))
  }

  /** @returns those that could not be written, and may be a moment later. */
  async #annotate(value: string | null): Promise<readonly string[]> {
    const left: string[] = []
    for (const name of this.#due()) if (!(await this.#write(name, value))) left.push(name)
    return left
  }

  async #write(name: string, value: string | null): Promise<boolean> {
    const { api, namespace, onCaution } = this.#budgets
    const path = placeOf('PodDisruptionBudget', namespace, name)
    const body = { metadata: { annotations: { [HANDOVER_ANNOTATION]: value } } }
    const query = { fieldManager: FIELD_MANAGER }
    try {
      await patchObject(api, { path, body, query, contentType: MERGE_PATCH }, UNABORTED)
      return true
    } catch (error) {
      if (!isAbsent(error) && !isLasting(error)) return false
      this.#unwritable.add(name)
      if (isAbsent(error)) return true
      onCaution(
        `PodDisruptionBudget ${namespace}/${name} cannot be patched, so its numbers may be wrong for some minutes: ${messageOf(error)}`,
      )
      return true
    }
  }
}

const leftIn = (metadata: JsonNode): readonly string[] =>
  isPresent(at(metadata, 'annotations', HANDOVER_ANNOTATION)) ? [stringAt(at(metadata, 'name'))] : []
