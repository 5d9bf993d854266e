/** Long work in steps, between which others get their turn; it returns what it came to. */
export type Steps<T> = Generator<void, T>

/** All steps at once. @returns what they came to. @throws what they throw. */
export function allAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}
