/** Lets the same words through once in a while, and other words at once. @param ms how long a while is, milliseconds. */
export function createSparing(ms: number, now: () => number): (words: string) => boolean {
  let last: { readonly words: string; readonly at: number } | undefined
  return (words) => {
    if (last?.words === words && now() - last.at < ms) return false
    last = { words, at: now() }
    return true
  }
}
