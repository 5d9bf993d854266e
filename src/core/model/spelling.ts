import { compareText } from './object-ref.ts'

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

/** Suggestions in one line. A choice. */
const SHOWN = 5
/** Of fewer letters, nearly every word contains one. A choice. */
const SHORTEST_PART = 3
/** Characters that a name may have: of a Kubernetes object 253 (RFC 1123), and longer ones are no mistyped word. */
const LONGEST = 253
/** Letters that a typing error takes at most, where one suggestion has to be right. A choice. */
const MOST_TYPING_ERRORS = 3

/**
 * The known words that somebody may have meant, the nearest first: with few letters changed (one in three, and at least
 * two, as the exchange of two letters counts twice), or that contain the word or are contained in it. Case and what
 * separates words do not count: `sleepSeconds`, `Sleep_Seconds`.
 */
export const near = (word: string, known: readonly string[]): readonly string[] =>
  ranked(word, known, (letters, most, isPart, hasPart) =>
    isPart || hasPart ? Math.min(letters, most) : letters,
  )
    .slice(0, SHOWN)
    .map(({ one }) => one)

/**
 * The known word that somebody meant: with three letters changed at most, or one that the word is a part of. Undefined
 * if there is none, or several are as near: a wrong suggestion is worse than none.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [first, second] = ranked(word, known, (letters, most, isPart) => {
    if (isPart) return Math.min(letters, most)
    return letters > MOST_TYPING_ERRORS ? most + 1 : letters
  })
  if (first === undefined || first.far === second?.far) return undefined
  return isAnotherWord(lettersOf(word), first) ? undefined : first.one
}

/** `role` is not `mode`: two of few letters changed, and not exchanged. */
function isAnotherWord(wanted: string, { one, far }: Ranked): boolean {
  const other = lettersOf(one)
  const isFew = far > Math.max(1, Math.floor(wanted.length / 3))
  return isFew && !other.includes(wanted) && sorted(wanted) !== sorted(other)
}

const sorted = (letters: string): string => [...letters].sort().join('')

interface Ranked {
  readonly one: string
  readonly far: number
}

/** @param isPart the word is a part of the known one. @param hasPart the other way round. */
type Farness = (letters: number, most: number, isPart: boolean, hasPart: boolean) => number

function ranked(word: string, known: readonly string[], farness: Farness): readonly Ranked[] {
  const wanted = word.length > LONGEST ? '' : lettersOf(word)
  if (wanted === '') return []
  const most = wanted.length < SHORTEST_PART ? 1 : Math.max(2, Math.floor(wanted.length / 3))
  return [...new Set(known)]
    .map((one) => {
      const other = lettersOf(one)
      const isLong = Math.min(wanted.length, other.length) >= SHORTEST_PART
      const parts = [isLong && other.includes(wanted), isLong && wanted.includes(other)] as const
      return { one, far: farness(distance(wanted, other, most), most, ...parts) }
    })
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far || compareText(a.one, b.one))
}

const lettersOf = (text: string): string => text.toLowerCase().replaceAll(/[-_. ]/g, '')

/** `; did you mean a, b or c?`, or nothing. */
export function didYouMean(words: readonly string[]): string {
  if (words.length === 0) return ''
  const last = words.at(-1) ?? ''
  return `; did you mean ${words.length === 1 ? last : `${words.slice(0, -1).join(', ')} or ${last}`}?`
}
