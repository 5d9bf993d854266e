import { remember } from './remember.ts'

/** Namespaces take turns: one with much work does not delay the others. */
export class Turns {
  /** By namespace: the number of its last turn. */
  readonly #served = new Map<string, number>()
  #turn = 0

  /** The namespace has had its turn. */
  served(namespace: string): void {
    remember(this.#served, namespace, ++this.#turn)
  }

  /**
   * The items in the order of turns: one of each namespace, then another of each. Namespaces without a turn so far
   * come first, in the order of the list, then the one whose turn is the longest ago. Within a namespace the list's
   * order stays.
   */
  *through<T>(waiting: readonly T[], namespaceOf: (one: T) => string): Generator<T, void> {
    const turnOf = (namespace: string): number => this.#served.get(namespace) ?? 0
    let lines = [...Map.groupBy(waiting, namespaceOf)]
      .sort(([a], [b]) => turnOf(a) - turnOf(b))
      .map(([, line]) => line.values())
    while (lines.length > 0) {
      const further: typeof lines = []
      for (const line of lines) {
        const { done, value } = line.next()
        if (done === true) continue
        yield value
        further.push(line)
      }
      lines = further
    }
  }
}
