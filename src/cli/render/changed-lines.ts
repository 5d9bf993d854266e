import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'

/** A line of YAML: of both sides, of the one before only, or of the one after only. */
export interface ChangedLine {
  readonly side: ' ' | '-' | '+'
  readonly text: string
}

/** A member of a mapping or an item of a list on both sides. Undefined: that side has none. */
interface Pair {
  readonly key: string
  readonly before: unknown
  readonly after: unknown
}

/** What stands before a part in its first line, and in the others. */
interface Margin {
  readonly first: string
  readonly rest: string
}

type Members = readonly (readonly [key: string, value: unknown])[]
type JsonRecord = Readonly<Record<string, unknown>>

/** What a part of a mapping or list is by itself. */
const WRAP = {
  mapping: (members: Members): unknown => Object.fromEntries(members),
  list: (members: Members): unknown => members.map(([, value]) => value),
} as const

type Kind = keyof typeof WRAP

/** At the left edge. */
const MARGIN: Margin = { first: '', rest: '' }

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const asYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

/**
 * The lines of two values as YAML, with what differs. A patch leaves shared what it does not name, so the two are walked
 * side by side and each is looked at once; to compare their lines takes the square of what differs.
 */
export const changedLines = (before: unknown, after: unknown): readonly ChangedLine[] => {
  const kind = kindOfBoth(before, after)
  if (kind !== undefined) return [...memberLines(kind, pairsOf(before, after), MARGIN)]
  return [...textLines('-', before, MARGIN), ...textLines('+', after, MARGIN)]
}

/** Undefined where one stands in the other's place as a whole. */
function kindOfBoth(before: unknown, after: unknown): Kind | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length > 0 && after.length > 0 ? 'list' : undefined
  }
  return isRecord(before) && isRecord(after) && areInStep(before, after) ? 'mapping' : undefined
}

/** Whether both begin with the same key, and the one after goes on in the order of the one before, as a patch leaves it. */
function areInStep(before: JsonRecord, after: JsonRecord): boolean {
  const old = Object.keys(before)
  const young = Object.keys(after)
  const kept = old.filter((key) => Object.hasOwn(after, key))
  return old.length > 0 && old[0] === young[0] && kept.every((key, index) => key === young[index])
}

/** In the order of the one before; what only the one after has comes last, where a patch puts it. */
function pairsOf(before: unknown, after: unknown): readonly Pair[] {
  const old = new Map(Object.entries(before ?? {}))
  const young = new Map(Object.entries(after ?? {}))
  const keys = new Set([...old.keys(), ...young.keys()])
  return [...keys].map((key) => ({ key, before: old.get(key), after: young.get(key) }))
}

function* memberLines(
  kind: Kind,
  pairs: readonly Pair[],
  { first, rest }: Margin,
): Generator<ChangedLine, void> {
  let margin = { first, rest }
  for (const { isSame, run } of runsOf(pairs)) {
    if (isSame) yield* textLines(' ', WRAP[kind](run.map(({ key, before }) => [key, before])), margin)
    else yield* pairLines(kind, run, margin)
    margin = { first: rest, rest }
  }
}

function* pairLines(
  kind: Kind,
  pairs: readonly Pair[],
  { first, rest }: Margin,
): Generator<ChangedLine, void> {
  let margin = { first, rest }
  for (const pair of pairs) {
    const inner = kindOfBoth(pair.before, pair.after)
    if (inner === undefined) yield* replacedLines(kind, pair, margin)
    else yield* innerLines({ kind, inner }, pair, margin)
    margin = { first: rest, rest }
  }
}

function* replacedLines(
  kind: Kind,
  { key, before, after }: Pair,
  margin: Margin,
): Generator<ChangedLine, void> {
  if (before !== undefined) yield* textLines('-', WRAP[kind]([[key, before]]), margin)
  if (after !== undefined) yield* textLines('+', WRAP[kind]([[key, after]]), margin)
}

function* innerLines(
  { kind, inner }: { readonly kind: Kind; readonly inner: Kind },
  { key, before, after }: Pair,
  { first, rest }: Margin,
): Generator<ChangedLine, void> {
  const inside = `${rest}  `
  if (kind === 'mapping') yield { side: ' ', text: first + keyText(key) }
  const margin = { first: kind === 'list' ? `${first}- ` : inside, rest: inside }
  yield* memberLines(inner, pairsOf(before, after), margin)
}

/** `spec:` */
const keyText = (key: string): string => asYaml({ [key]: 0 }).replace(/ 0\n$/, '')

interface Run {
  readonly isSame: boolean
  readonly run: Pair[]
}

/** Neighbours that do not differ are written in one go. */
function runsOf(pairs: readonly Pair[]): readonly Run[] {
  const runs: Run[] = []
  for (const pair of pairs) {
    const last = runs.at(-1)
    if (last?.isSame === isSame(pair)) last.run.push(pair)
    else runs.push({ isSame: isSame(pair), run: [pair] })
  }
  return runs
}

/** What no operation names is shared, so only what cannot be looked into is compared. */
const isSame = ({ before, after }: Pair): boolean =>
  before === after || (kindOfBoth(before, after) === undefined && isDeepStrictEqual(before, after))

function* textLines(
  side: ChangedLine['side'],
  value: unknown,
  { first, rest }: Margin,
): Generator<ChangedLine, void> {
  const lines = asYaml(value).split('\n')
  // Behind the last line end there is none.
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const margin = index === 0 ? first : rest
    yield { side, text: line === '' ? line : margin + line }
  }
}
