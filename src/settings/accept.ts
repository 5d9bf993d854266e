import { type Acceptance, FINDING_IDS, isFindingId } from '../core/findings/acceptance.ts'
import { cut } from '../core/model/cut.ts'
import { ACCEPT_ANNOTATION } from '../core/model/keys.ts'
import { nearest } from '../core/model/spelling.ts'
import { type AnnotatedObject, shorten } from './annotations.ts'
import { LONGEST_REASON } from './schema.ts'

/** Characters of one annotation: room for every finding of the catalogue, each with the longest reason. A choice. */
export const LONGEST_ACCEPT = 16_384

/** Unusable entries of one annotation that are quoted one by one. A choice. */
const MOST_QUOTED = 3

interface ParsedAccepts {
  readonly acceptances: readonly Acceptance[]
  /** Entries that could not be used, quoted, with what is expected. The other entries hold. */
  readonly warnings: readonly string[]
}

/**
 * Reads `slackwater.dev/accept` in all places: entries `id: reason`, separated by semicolons or line ends. Two
 * semicolons are one in a reason. An entry accepts its own id and no other, and an unusable one accepts nothing.
 */
export function parseAccepts(places: readonly AnnotatedObject[]): ParsedAccepts {
  const parsed = places
    .filter(({ annotations }) => annotations[ACCEPT_ANNOTATION] !== undefined)
    .map(acceptsAt)
  return {
    acceptances: parsed.flatMap(({ acceptances }) => acceptances),
    warnings: parsed.flatMap(({ warnings }) => warnings),
  }
}

function acceptsAt({ object, annotations }: AnnotatedObject): ParsedAccepts {
  const text = annotations[ACCEPT_ANNOTATION]
  if (text === undefined) return { acceptances: [], warnings: [] }
  const by = { kind: 'annotation', key: ACCEPT_ANNOTATION, object } as const
  const acceptances: Acceptance[] = []
  const unusable: Unusable[] = []
  for (const entry of entriesIn(text)) {
    const read = readEntry(entry)
    if ('problem' in read) unusable.push(read)
    else acceptances.push({ ...read, by })
  }
  const warnings = [...told(unusable), ...(text.length > LONGEST_ACCEPT ? [TOO_LONG] : [])]
  return { acceptances, warnings: warnings.map((warning) => `annotation ${ACCEPT_ANNOTATION}: ${warning}`) }
}

const TOO_LONG = `longer than ${LONGEST_ACCEPT} characters: the rest is ignored`

function told(unusable: readonly Unusable[]): readonly string[] {
  const more = unusable.length - MOST_QUOTED
  const quoted = unusable.slice(0, MOST_QUOTED).map(({ problem }) => problem())
  return more > 0 ? [...quoted, `${more} more entries are not "id: reason"; ignored`] : quoted
}

/** A semicolon that stands alone, or a line end. */
const SEPARATOR = /(?<!;);(?!;)|[\r\n]+/

/** The entries as written; of a text that is too long, those that are within the limit. */
function entriesIn(text: string): readonly string[] {
  const entries = text.slice(0, LONGEST_ACCEPT).split(SEPARATOR)
  const whole = text.length > LONGEST_ACCEPT ? entries.slice(0, -1) : entries
  return whole.map((entry) => entry.trim()).filter((entry) => entry !== '')
}

interface Unusable {
  /** Called for those that are quoted only: an annotation may hold thousands, and a suggestion takes its time. */
  readonly problem: () => string
}

type ReadEntry = Omit<Acceptance, 'by'> | Unusable

const ignored = (quote: string, why: string): string => `"${shorten(quote)}" ${why}; ignored`

/** Characters of a mistyped id: with the longest id as a suggestion, a warning of the webhook has 120. */
const LONGEST_MISTYPED = 22

function readEntry(entry: string): ReadEntry {
  const colon = entry.indexOf(':')
  const id = (colon === -1 ? entry : entry.slice(0, colon)).trim()
  if (!isFindingId(id))
    return {
      problem: () => (colon === -1 ? ignored(entry, 'is not "id: reason" (write ;; for ;)') : unknownId(id)),
    }
  const reason = colon === -1 ? '' : reasonIn(entry.slice(colon + 1))
  if (!SAYS_SOMETHING.test(reason))
    return { problem: () => ignored(id, 'has no reason, expected "id: reason"') }
  return { id, reason }
}

function unknownId(id: string): string {
  const meant = nearest(id, FINDING_IDS)
  if (meant === undefined) return ignored(id, 'is not the id of a finding')
  return `"${cut(id, LONGEST_MISTYPED)}": did you mean ${meant}?`
}

/** A dash or a character that nobody sees is no reason. */
const SAYS_SOMETHING = /[\p{L}\p{N}]/u

/** On one line, and no longer than the limit. */
const reasonIn = (text: string): string =>
  cut(text.replaceAll(';;', ';').replace(/\s+/g, ' ').trim(), LONGEST_REASON)
