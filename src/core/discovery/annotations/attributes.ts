/** The pairs of an attribute list, and its pieces that are not pairs. */
interface Attributes {
  readonly pairs: ReadonlyMap<string, string>
  readonly broken: readonly string[]
}

/**
 * Parses `key=value,key=value` as the AWS Load Balancer Controller does from v2.14.1 on (pkg/annotations/parser.go):
 * a backslash escapes the next character, a comma separates only if another `=` follows it, a newline separates
 * nothing, keys and values are trimmed. So `a=1,b` is the one pair `a` = `1,b`.
 */
export function parseAttributes(text: string): Attributes {
  const pairs = new Map<string, string>()
  const broken: string[] = []
  for (const { piece, equals } of piecesOf(text)) {
    const key = equals < 0 ? '' : unescaped(piece.slice(0, equals)).trim()
    if (key === '') broken.push(piece.trim())
    else pairs.set(key, unescaped(piece.slice(equals + 1)).trim())
  }
  return { pairs, broken }
}

/** A part of a list, and the index of its first `=`; -1 if it has none. */
interface Piece {
  readonly piece: string
  readonly equals: number
}

/** One pass over the text: a list may be as long as an annotation can be and contain nothing but commas. */
function piecesOf(text: string): readonly Piece[] {
  if (text.trim() === '') return []
  const commas = unescapedIndexes(text, ',')
  const equals = unescapedIndexes(text, '=')
  const last = equals.at(-1) ?? -1
  const ends = [...commas.filter((comma) => comma < last), text.length]
  let next = 0
  return ends.map((end, index) => {
    const start = index === 0 ? 0 : (ends[index - 1] ?? 0) + 1
    while ((equals[next] ?? end) < start) next++
    const first = equals[next] ?? end
    return { piece: text.slice(start, end), equals: first < end ? first - start : -1 }
  })
}

/** A backslash escapes what follows it. */
function unescapedIndexes(text: string, wanted: string): readonly number[] {
  const found: number[] = []
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === wanted) found.push(index)
  }
  return found
}

const unescaped = (text: string): string => text.replaceAll(/\\(.)/gs, '$1')

export interface Range {
  readonly least: number
  readonly most: number
}

/** One attribute of an attribute list. */
export interface Attribute {
  readonly name: string
  readonly range: Range
}

/** A whole number within the range; undefined for anything else. As strict as Go's ParseInt: no spaces. */
export function parseCount(text: string, { least, most }: Range): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined
  const count = Number(text)
  return count >= least && count <= most ? count : undefined
}
