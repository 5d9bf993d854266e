/** Lines at once, and then one in a minute, also of one address: whoever has many fills no log. A choice. Milliseconds. */
const BURST = 16
const EACH = 60_000

/** Addresses whose last line is remembered. A choice; past it the oldest is forgotten. */
const REMEMBERED = 256

/**
 * Bounds lines that strangers cause: of one address no more than come back in a minute, so that it keeps no other's out.
 * @param now monotonic, milliseconds.
 * @returns for each line that is wanted, by its address: how many were left out before it; undefined: leave it out as well.
 */
export function logLimit(now: () => number): (from: string) => number | undefined {
  const said = new Map<string, number>()
  let lines = BURST
  let filled = now()
  let unsaid = 0
  return (from) => {
    lines = Math.min(BURST, lines + (now() - filled) / EACH)
    filled = now()
    if (lines < 1 || now() - (said.get(from) ?? Number.NEGATIVE_INFINITY) < EACH) {
      unsaid++
      return undefined
    }
    lines -= 1
    note(said, from, now())
    const before = unsaid
    unsaid = 0
    return before
  }
}

function note(said: Map<string, number>, from: string, at: number): void {
  said.delete(from)
  said.set(from, at)
  const [oldest] = said.keys()
  if (said.size > REMEMBERED && oldest !== undefined) said.delete(oldest)
}
