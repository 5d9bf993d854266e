import { MOST_SERVICES } from '../discovery/annotations/limits.ts'
import { objectRef, type ServiceObject } from '../discovery/objects/discovery-object.ts'
import { type Notice, warning } from '../model/notice.ts'
import type { Selection } from './inventory.ts'
import { KeyIndex } from './key-index.ts'
import { isWrittenByController, matches } from './matching.ts'

/** A label with its value that is in the selectors of too many Services of a namespace. */
interface CrowdedPair {
  readonly namespace: string
  /** `app=web`, or a phrase if the selectors have only labels that controllers set. */
  readonly pair: string
}

interface Found {
  readonly services: readonly ServiceObject[]
  readonly crowded: readonly CrowdedPair[]
}

/**
 * Finds the Services that select given Pods without reading the others. Each Service is filed once, under the pair of
 * its selector that is the rarest when it is added; a Pod can only be selected through a pair that it has.
 */
export class SelectorIndex {
  readonly #services = new Map<string, ServiceObject>()
  readonly #filedUnder = new Map<string, string>()
  readonly #byPair = new KeyIndex()

  /** Files a Service that selects anything; the caller first removes an earlier one of the same key. */
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
  find(selection: Selection): Found {
    const services: ServiceObject[] = []
    const crowded: CrowdedPair[] = []
    for (const pair of pairsOf(selection)) {
      if (this.#byPair.count(pair) > MOST_SERVICES) crowded.push(crowdedPair(pair))
      else this.#collect(this.#byPair.idsOf(pair), selection, services)
    }
    return { services, crowded }
  }

  #collect(keys: Iterable<string>, selection: Selection, found: ServiceObject[]): void {
    for (const key of keys) {
      const service = this.#services.get(key)
      if (service !== undefined && matches(service.selector, selection)) found.push(service)
    }
  }

  /** Every Service that selects anything; Services may be added and removed meanwhile. */
  services(): Iterable<ServiceObject> {
    return this.#services.values()
  }

  /** Pairs under which so many Services are filed that none of them is read. */
  crowded(): readonly CrowdedPair[] {
    return this.#byPair.keysWithMoreThan(MOST_SERVICES).map(crowdedPair)
  }

  #rarestPair({ ref: { namespace }, selector }: ServiceObject): string {
    const pairs = Object.keys(selector)
      .filter((label) => !isWrittenByController(label))
      .map((label) => pairOf(namespace, label, selector[label]))
    const [first, ...others] = pairs.sort()
    if (first === undefined) return barePair(namespace)
    const count = (pair: string) => this.#byPair.count(pair)
    return others.reduce((best, pair) => (count(pair) < count(best) ? pair : best), first)
  }

  get size(): Record<string, number> {
    return { selectors: this.#services.size, selectorPairs: this.#byPair.keys }
  }
}

/** ExternalName Services have no endpoints, and Kubernetes creates none for a Service without a selector. */
const selectsAnything = ({ type, selector }: ServiceObject): boolean =>
  type !== 'ExternalName' && Object.keys(selector).length > 0

/** Joined for the reason of `keyOf`. */
const pairOf = (namespace: string, label: string, value: string | undefined): string =>
  [namespace, '\n', label, '=', String(value)].join('')

/** The pairs under which Services that select these Pods may be filed. */
function pairsOf({ namespace, labels, matching, changingLabels }: Selection): Iterable<string> {
  const pairs = [barePair(namespace)]
  for (const label of Object.keys(labels))
    if (!isWrittenByController(label)) pairs.push(pairOf(namespace, label, labels[label]))
  if (matching === 'pod' || changingLabels === undefined) return pairs
  // A value may be that of the Pod itself.
  const all = new Set(pairs)
  for (const [label, values] of changingLabels)
    for (const value of values) all.add(pairOf(namespace, label, value))
  return all
}

function crowdedPair(key: string): CrowdedPair {
  const end = key.indexOf('\n')
  const pair = key.slice(end + 1)
  return { namespace: key.slice(0, end), pair: pair === '' ? 'only what controllers write' : pair }
}

/** The pair for Services whose selectors have only labels that controllers set. */
const barePair = (namespace: string): string => `${namespace}\n`

/** What sends to the Pods of these Services is unknown. */
export const crowdedNotice = ({ namespace, pair }: CrowdedPair): Notice =>
  warning(
    'too-large',
    objectRef('Namespace', '', namespace),
    `more than ${MOST_SERVICES} Services select ${pair} here: what sends to their pods is unknown`,
  )

/** Services that select these Pods and were not read, because the limit for one Pod was reached. */
export const leftOut = ({ namespace }: Selection, count: number): readonly Notice[] =>
  count === 0
    ? []
    : [
        warning(
          'too-large',
          objectRef('Namespace', '', namespace),
          `the Services that select one pod have too many target groups; not read: ${count}. What sends to it through those is unknown`,
        ),
      ]
