/** The part of a text that contains one document: offsets, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * A marker at column 0 ends a document anywhere, even inside a block scalar (YAML 1.2, 9.1.2). So a text can be cut
 * before it is parsed, and a broken document does not affect its neighbors.
 */
const MARKER = /(?<=^|\n)(?:---|\.\.\.)(?=[ \t\r\n]|$)/g

/** Between two JSON objects in sequence without a marker, as `jq` writes them. */
const BETWEEN_JSON = /\}[ \t\r]*\n(?:[ \t\r]*\n)*(?=\{(?!\{))/g

const BYTE_ORDER_MARK = '\uFEFF'

/** Cuts a text into its documents, in order and without gaps after a byte order mark. */
export function splitDocuments(text: string): readonly Span[] {
  const spans: Span[] = []
  let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  for (const cut of [...cutsAtMarkers(text), text.length]) {
    if (cut <= start || (cut < text.length && holdsOnlyDirectives(text, { start, end: cut }))) continue
    for (const span of splitJson(text, { start, end: cut })) spans.push(span)
    start = cut
  }
  return spans
}

/** Directives (`%YAML 1.2`), possibly with comments: the marker after them begins their document. */
function holdsOnlyDirectives(text: string, { start, end }: Span): boolean {
  let isDirective = false
  for (let at = start; at < end; ) {
    const next = text.indexOf('\n', at) + 1 || end
    if (text[at] === '%') isDirective = true
    else if (!/^[ \t\r\n]*(?:#|$)/.test(text.slice(at, next))) return false
    at = next
  }
  return isDirective
}

/** `---` begins a document and `...` ends one, so the cut is before the first and after the line of the second. */
function cutsAtMarkers(text: string): number[] {
  const cuts: number[] = []
  for (const { 0: marker, index } of text.matchAll(MARKER)) {
    const lineEnd = text.indexOf('\n', index)
    if (marker === '---') cuts.push(index)
    else if (lineEnd !== -1) cuts.push(lineEnd + 1)
  }
  return cuts
}

function splitJson(text: string, { start, end }: Span): readonly Span[] {
  const document = text.slice(start, end)
  if (!/^\s*\{(?!\{)/.test(document)) return [{ start, end }]
  const cuts = [...document.matchAll(BETWEEN_JSON)].map(({ 0: gap, index }) => start + index + gap.length)
  return [...cuts, end].map((cut, index) => ({ start: cuts[index - 1] ?? start, end: cut }))
}
