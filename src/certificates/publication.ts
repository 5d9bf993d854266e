import type { Configuration } from './configurations.ts'
import { idsIn } from './read-kept.ts'

/** Since when each authority has been in every webhook configuration, by what was seen of them. */
export class Publication {
  #since = new Map<string, number>()
  readonly #now: () => number

  /** @param now a monotonic clock, milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @param configurations those that are there; where there is none, nobody asks us, and any authority will do. */
  seen(configurations: readonly Configuration[], asked: readonly string[]): void {
    const bundles = configurations.flatMap(({ webhooks }) =>
      webhooks.map(({ caBundle }) => idsIn(Buffer.from(caBundle, 'base64').toString('utf8'))),
    )
    const now = this.#now()
    const published = asked.filter((id) => bundles.every((ids) => ids.includes(id)))
    this.#since = new Map(published.map((id) => [id, this.#since.get(id) ?? now]))
  }

  /** They could not be read: what was counted so far counts no more. */
  unseen(): void {
    this.#since.clear()
  }

  /** Milliseconds; undefined where it is not in all of them. */
  lasts(id: string | undefined): number | undefined {
    const since = id === undefined ? undefined : this.#since.get(id)
    return since === undefined ? undefined : this.#now() - since
  }
}
