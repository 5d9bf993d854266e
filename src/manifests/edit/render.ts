import { isRecord } from '../../core/model/json-value.ts'

/** Whether a value needs its own lines in block style. */
export const needsBlock = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some((item) => typeof item === 'object' && item !== null)
    : isRecord(value) && Object.keys(value).length > 0

/** Text that is read as a string without quotes, in YAML 1.1 and 1.2, in block and flow style. */
const PLAIN_TEXT = /^[A-Za-z][A-Za-z0-9_./-]*$/
const READS_AS_SOMETHING_ELSE = /^(?:true|false|yes|no|on|off|y|n|null)$/i

const isPlain = (text: string): boolean => PLAIN_TEXT.test(text) && !READS_AS_SOMETHING_ELSE.test(text)

/** Quoted text is JSON, which is valid YAML. */
const textOf = (text: string): string => (isPlain(text) ? text : JSON.stringify(text))

const scalarOf = (value: unknown): string =>
  typeof value === 'string' ? textOf(value) : JSON.stringify(value)

/** The lines of `key: value` in block style, without line endings; `indent` and `step` count spaces. */
export function blockLines(
  [key, value]: readonly [string, unknown],
  indent: number,
  step: number,
): readonly string[] {
  const head = `${' '.repeat(indent)}${textOf(key)}:`
  if (!needsBlock(value)) return [`${head} ${flowText(value, YAML_FLOW)}`]
  return [head, ...nestedLines(value, indent + step, step)]
}

/** The lines of a mapping or list below their key. */
export function nestedLines(value: unknown, indent: number, step: number): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => itemLines(item, indent, step))
  return Object.entries(isRecord(value) ? value : {}).flatMap((property) =>
    blockLines(property, indent, step),
  )
}

function itemLines(item: unknown, indent: number, step: number): readonly string[] {
  const dash = `${' '.repeat(indent)}- `
  if (!needsBlock(item)) return [`${dash}${flowText(item, YAML_FLOW)}`]
  const [first = '', ...others] = nestedLines(item, indent + 2, step)
  return [`${dash}${first.trimStart()}`, ...others]
}

/** The style of a file's braces. */
export interface FlowStyle {
  /** `"a"` rather than `a`, as JSON needs. */
  readonly isQuoted: boolean
  /** Without spaces after `:` and `,`. */
  readonly isMinified: boolean
  /** One key per line, `step` deeper than `indent`; undefined if all are on one line. */
  readonly lines: { readonly indent: string; readonly step: string; readonly ending: string } | undefined
}

export const YAML_FLOW: FlowStyle = { isQuoted: false, isMinified: false, lines: undefined }

/** `key: value` in braces. */
export const flowProperty = (key: string, value: unknown, style: FlowStyle): string =>
  `${style.isQuoted ? JSON.stringify(key) : textOf(key)}:${style.isMinified ? '' : ' '}${flowText(value, style)}`

/** A value in braces, brackets or as a scalar. */
export function flowText(value: unknown, style: FlowStyle): string {
  if (Array.isArray(value)) {
    // Text in a list is quoted as in commands written by hand: ["sleep", "15"].
    const quoted = { ...style, isQuoted: true }
    return enclose('[]', style, (inner) =>
      value.map((item: unknown) => flowText(item, { ...quoted, ...inner })),
    )
  }
  if (isRecord(value)) {
    return enclose('{}', style, (inner) =>
      Object.entries(value).map(([key, property]) => flowProperty(key, property, { ...style, ...inner })),
    )
  }
  return style.isQuoted ? JSON.stringify(value) : scalarOf(value)
}

function enclose(
  brackets: '[]' | '{}',
  style: FlowStyle,
  partsOf: (inner: Pick<FlowStyle, 'lines'>) => readonly string[],
): string {
  const { lines, isMinified } = style
  const indent = lines === undefined ? '' : lines.indent + lines.step
  const parts = partsOf({ lines: lines === undefined ? undefined : { ...lines, indent } })
  const [open, close] = brackets
  if (parts.length === 0) return brackets
  if (lines === undefined) return `${open}${parts.join(isMinified ? ',' : ', ')}${close}`
  const before = `${lines.ending}${indent}`
  return `${open}${before}${parts.join(`,${before}`)}${lines.ending}${lines.indent}${close}`
}
