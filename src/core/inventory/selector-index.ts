import type { ServiceObject } from '../discovery/objects.ts'
import type { Selection } from './inventory.ts'
import { KeyIndex } from './key-index.ts'
import { isWrittenByController, matches } from './matching.ts'

/**
 * Finds the Services that select given pods without looking at the others. Each Service is filed once, under the one
 * of its selector's pairs that is the rarest when it arrives; a pod can only be selected through a pair it carries.
 */
export class SelectorIndex {
  readonly #services = new Map<string, ServiceObject>()
  readonly #filedUnder = new Map<string, string>()
  readonly #byPair = new KeyIndex()

  /** Files a Service that selects anything; the caller removes an earlier one of the same key first. */
  add(key: string, service: ServiceObject): void {
    if (!selectsAnything(service)) return
    const pair = this.#rarestPair(service)
    this.#services.set(key, service)
    this.#filedUnder.set(key, pair)
    this.#byPair.add(pair, key)
  }

  remove(key: string): void {
    const pair = this.#filedUnder.get(key)
    if (pair === undefined) return
    this.#services.delete(key)
    this.#filedUnder.delete(key)
    this.#byPair.remove(pair, key)
  }

  /** The Services that select these pods, in no particular order. */
  find(selection: Selection): readonly ServiceObject[] {
    const found: ServiceObject[] = []
    this.#collect(barePair(selection.namespace), selection, found)
    for (const label of Object.keys(selection.labels)) {
      if (isWrittenByController(label)) continue
      this.#collect(pairOf(selection.namespace, label, selection.labels[label]), selection, found)
    }
    return found
  }

  #collect(pair: string, selection: Selection, found: ServiceObject[]): void {
    for (const key of this.#byPair.idsOf(pair)) {
      const service = this.#services.get(key)
      if (service !== undefined && matches(service.selector, selection)) found.push(service)
    }
  }

  #rarestPair({ ref: { namespace }, selector }: ServiceObject): string {
    const pairs = Object.keys(selector)
      .filter((label) => !isWrittenByController(label))
      .map((label) => pairOf(namespace, label, selector[label]))
    const [first, ...others] = pairs.sort()
    if (first === undefined) return barePair(namespace)
    const count = (pair: string) => this.#byPair.idsOf(pair).size
    return others.reduce((best, pair) => (count(pair) < count(best) ? pair : best), first)
  }

  get size(): Record<string, number> {
    return { selectors: this.#services.size, selectorPairs: this.#byPair.keys }
  }
}

/** ExternalName Services have no endpoints, and a Service without a selector gets none made. */
export const selectsAnything = ({ type, selector }: ServiceObject): boolean =>
  type !== 'ExternalName' && Object.keys(selector).length > 0

const pairOf = (namespace: string, label: string, value: string | undefined): string =>
  `${namespace}\n${label}=${value}`

/** Where Services are filed whose selectors hold only what controllers write. */
const barePair = (namespace: string): string => `${namespace}\n`
