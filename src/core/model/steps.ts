/** Long work in steps, with other work in between; it returns its result. */
export type Steps<T> = Generator<void, T>

/** Runs all steps at once. @returns their result. @throws what they throw. */
export function allAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}
