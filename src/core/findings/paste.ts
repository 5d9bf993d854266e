import { type ObjectRef, refText } from '../model/object-ref.ts'
import { printable } from '../model/printable.ts'
import type { Situation } from './rule.ts'

/** What a paste is made of. Mappings keep the order in which they are written. */
type PasteValue = string | number | null | readonly PasteValue[] | PasteMapping
export interface PasteMapping {
  readonly [key: string]: PasteValue
}

/** Where a finding's fix stands: on the pod template of a workload, or on a Pod that has none. */
export type PasteAt = Pick<Situation, 'isPod' | 'workload'>

/** Members of a pod template: of a Pod without a workload they are its own. */
export const inTemplate = ({ isPod, workload }: PasteAt, template: PasteMapping): string =>
  yaml(isPod === true && workload === undefined ? template : { spec: { template } })

export const inPodSpec = (at: PasteAt, spec: PasteMapping): string => inTemplate(at, { spec })

export const onTemplate = (at: PasteAt, annotations: PasteMapping): string =>
  inTemplate(at, { metadata: { annotations } })

/** The same at another object, which a comment names. Text of others cannot leave the comment. */
export const atObject = (ref: ObjectRef, value: PasteMapping, note?: string): string =>
  `# ${printable(refText(ref))}${note === undefined ? '' : `: ${note}`}\n${yaml(value)}`

/** Names that a shell takes as they are and kubectl takes for no option: those that the API server allows. */
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/

/** A command that names objects; undefined where one of the names is none that the API server allows. */
export const commandOn = (names: readonly string[], command: string): string | undefined =>
  names.every((name) => NAME.test(name)) ? command : undefined

/** Block style without a line break at the end; lists of plain values in flow style. */
export const yaml = (mapping: PasteMapping): string => linesOf(mapping).join('\n')

const linesOf = (mapping: PasteMapping): readonly string[] =>
  Object.entries(mapping).flatMap(([key, value]) => memberLines(scalar(key), value))

function memberLines(key: string, value: PasteValue): readonly string[] {
  if (value === null || typeof value !== 'object') return [`${key}: ${scalar(value)}`]
  if (!isList(value)) return [`${key}:`, ...indented(linesOf(value))]
  const items = value.filter((item) => item !== null && typeof item === 'object' && !isList(item))
  if (items.length < value.length) return [`${key}: [${value.map(flow).join(', ')}]`]
  return [`${key}:`, ...indented(items.flatMap((item) => listItem(linesOf(item as PasteMapping))))]
}

const isList = (value: PasteValue): value is readonly PasteValue[] => Array.isArray(value)

const flow = (value: PasteValue): string =>
  value === null || typeof value !== 'object' ? scalar(value) : JSON.stringify(value)

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

const listItem = ([first = '', ...others]: readonly string[]): readonly string[] => [
  `- ${first}`,
  ...indented(others),
]

/** Text that needs no quotes, and no word that YAML 1.1 reads as something else. */
const PLAIN = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z/-]?[A-Za-z][A-Za-z0-9._/=-]*$/i

/** Double quotes take JSON's escapes, and those that `printable` makes of characters that are not visible. */
const scalar = (value: string | number | null): string => {
  if (typeof value !== 'string') return String(value)
  return PLAIN.test(value) ? value : printable(JSON.stringify(value))
}
