/** Files that were left out, by the reason: thousands of them are one sentence. */
export class LeftOut {
  readonly #byReason = new Map<string, { readonly first: string; count: number }>()

  /** @param reason goes on: `FILE was not read: …`. */
  add(file: string, reason: string): void {
    const known = this.#byReason.get(reason)
    if (known === undefined) this.#byReason.set(reason, { first: file, count: 1 })
    else known.count += 1
  }

  get notes(): readonly string[] {
    return [...this.#byReason].map(([reason, { first, count }]) =>
      count === 1
        ? `${first} was not read: ${reason}`
        : `${first} and ${count - 1} more ${count === 2 ? 'file' : 'files'} like it were not read: ${reason}`,
    )
  }
}
