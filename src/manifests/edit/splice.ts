/** Replaces the characters from `start` to `end` (exclusive) with `text`. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Applies splices that do not overlap, given in any order. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end, text: inserted } of splices.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(from, start), inserted)
    from = end
  }
  parts.push(text.slice(from))
  return parts.join('')
}

/** An edit that cannot be made here without guessing; the message gives the reason. */
export class EditRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'EditRefused'
  }
}
