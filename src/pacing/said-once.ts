/** Lets what is said of a subject through once: when it begins, when it changes, and when it ends. */
export class SaidOnce {
  readonly #said = new Map<string, string>()

  /** @param words undefined: there is nothing to say of it, or no longer. */
  isNews(subject: string, words: string | undefined): boolean {
    if (this.#said.get(subject) === words) return false
    if (words === undefined) this.#said.delete(subject)
    else this.#said.set(subject, words)
    return true
  }
}
