/** One series of a scrape. */
export interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** `name{labels} value`, with a time at the end that is ignored (Prometheus: text-based exposition format). */
const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?[0-9]+)?[ \t]*$/
/** `label="value"`; in a value a backslash escapes itself, a quote and `n`. */
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)/y
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/

/** @returns undefined if the line is not a series: a comment, an empty line, or broken. */
export function seriesOf(line: string): Series | undefined {
  const [, name, labels = '', text = ''] = LINE.exec(line) ?? []
  const value = numberOf(text)
  const read = labelsOf(labels)
  return name === undefined || value === undefined || read === undefined
    ? undefined
    : { name, labels: read, value }
}

function labelsOf(text: string): Readonly<Record<string, string>> | undefined {
  const labels = new Map<string, string>()
  let end = 0
  while (end < text.length) {
    LABEL.lastIndex = end
    const [whole, name = '', value = ''] = LABEL.exec(text) ?? []
    if (whole === undefined) return undefined
    labels.set(
      name,
      value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    )
    end += whole.length
  }
  return Object.fromEntries(labels)
}

/** The numbers of Go’s strconv, as far as exporters write them; `NaN` is none that we can count with. */
export function numberOf(text: string): number | undefined {
  if (/^\+?Inf$/.test(text)) return Number.POSITIVE_INFINITY
  return NUMBER.test(text) ? Number(text) : undefined
}
