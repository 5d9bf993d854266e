import { distance } from '../core/discovery/annotations/spelling.ts'
import { compareText } from '../core/model/object-ref.ts'

/** Suggestions in one line. A choice. */
const SHOWN = 5
/** Of fewer letters, nearly every word contains one. A choice. */
const SHORTEST_PART = 3
/** Characters that a name may have: of a Kubernetes object 253 (RFC 1123), and longer ones are no mistyped word. */
const LONGEST = 253

/**
 * The known words that somebody may have meant, the nearest first: with few letters changed (one in three, and at least
 * two, as the exchange of two letters counts twice), or that contain the word or are contained in it.
 */
export function near(word: string, known: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase()
  if (wanted.length > LONGEST) return []
  const most = wanted.length < SHORTEST_PART ? 1 : Math.max(2, Math.floor(wanted.length / 3))
  return [...new Set(known)]
    .map((one) => ({ one, far: farness(wanted, one.toLowerCase(), most) }))
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far || compareText(a.one, b.one))
    .slice(0, SHOWN)
    .map(({ one }) => one)
}

function farness(wanted: string, one: string, most: number): number {
  const letters = distance(wanted, one, most)
  const isPart = [wanted, one].every(({ length }) => length >= SHORTEST_PART)
  return isPart && (one.includes(wanted) || wanted.includes(one)) ? Math.min(letters, most) : letters
}

/** `; did you mean a, b or c?`, or nothing. */
export function didYouMean(words: readonly string[]): string {
  if (words.length === 0) return ''
  const last = words.at(-1) ?? ''
  return `; did you mean ${words.length === 1 ? last : `${words.slice(0, -1).join(', ')} or ${last}`}?`
}
