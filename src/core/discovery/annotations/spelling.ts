/**
 * How many letters must be changed, added or left out to make one text of the other (Levenshtein); `most + 1` for more.
 * Costs at most the product of the lengths, which differ by no more than `most`.
 */
export function distance(one: string, other: string, most: number): number {
  const tooFar = most + 1
  if (Math.abs(one.length - other.length) > most) return tooFar
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let at = 1; at <= other.length; at++) {
      const replaced = (row[at - 1] ?? tooFar) + (other[at - 1] === letter ? 0 : 1)
      next.push(Math.min(replaced, (row[at] ?? tooFar) + 1, (next[at - 1] ?? tooFar) + 1))
    }
    if (Math.min(...next) > most) return tooFar
    row = next
  }
  return row.at(-1) ?? tooFar
}
