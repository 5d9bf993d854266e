/** Lines at once, and then one in a minute: whoever has many addresses fills no log. A choice. Milliseconds. */
const BURST = 16
const EACH = 60_000

/**
 * Bounds lines that strangers cause.
 * @param now monotonic, milliseconds.
 * @returns for each line that is wanted: how many were left out before it; undefined: leave it out as well.
 */
export function logLimit(now: () => number): () => number | undefined {
  let lines = BURST
  let filled = now()
  let unsaid = 0
  return () => {
    lines = Math.min(BURST, lines + (now() - filled) / EACH)
    filled = now()
    if (lines < 1) {
      unsaid++
      return undefined
    }
    lines -= 1
    const before = unsaid
    unsaid = 0
    return before
  }
}
