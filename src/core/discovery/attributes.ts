/** The pairs of an attribute list, and the pieces of it that are none. */
export interface Attributes {
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
  for (const piece of piecesOf(text)) {
    const equals = unescapedIndex(piece, '=')
    const key = equals < 0 ? '' : unescaped(piece.slice(0, equals)).trim()
    if (key === '') broken.push(piece.trim())
    else pairs.set(key, unescaped(piece.slice(equals + 1)).trim())
  }
  return { pairs, broken }
}

function piecesOf(text: string): readonly string[] {
  if (text.trim() === '') return []
  const comma = unescapedIndex(text, ',')
  const rest = text.slice(comma + 1)
  if (comma < 0 || unescapedIndex(rest, '=') < 0) return [text]
  return [text.slice(0, comma), ...piecesOf(rest)]
}

function unescapedIndex(text: string, wanted: string): number {
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === wanted) return index
  }
  return -1
}

const unescaped = (text: string): string => text.replaceAll(/\\(.)/gs, '$1')

export interface Range {
  readonly least: number
  readonly most: number
}

/** A whole number within the range; undefined for anything else. As strict as Go's ParseInt: no spaces. */
export function parseCount(text: string, { least, most }: Range): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined
  const count = Number(text)
  return count >= least && count <= most ? count : undefined
}
