import { remember } from './remember.ts'

/** Namespaces take turns: one in which much is to be done keeps no other waiting. */
export class Turns {
  /** By namespace: the number of its last turn. */
  readonly #served = new Map<string, number>()
  #turn = 0

  /** It has had its turn. */
  served(namespace: string): void {
    remember(this.#served, namespace, ++this.#turn)
  }

  /**
   * What waits, in the order of turns: one of each namespace, then another of each. First the namespaces without a turn
   * yet, as they come in the list, then the one whose turn is the longest ago. Within a namespace the list's order stays.
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
