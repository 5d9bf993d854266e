import { printable } from '../core/model/printable.ts'

type Attributes = Readonly<Record<string, string | number | undefined>>

/** What XML gives a meaning to. Everything that is not visible is escaped before, which includes what XML forbids. */
const MARKUP: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

const escaped = (text: string): string =>
  printable(text).replaceAll(/[&<>"']/g, (character) => MARKUP[character] ?? '')

/** One element, its children indented below it; attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const start = `<${name}${attributesText(attributes)}`
  if (children.length === 0) return `${start}/>`
  const inside = children.map((child) => child.replaceAll(/^(?= *<)/gm, '  '))
  return `${start}>\n${inside.join('\n')}\n</${name}>`
}

/** One element with text in it, each line escaped by itself. */
export const textElement = (name: string, attributes: Attributes, lines: readonly string[]): string =>
  `<${name}${attributesText(attributes)}>${lines.map(escaped).join('\n')}</${name}>`

const attributesText = (attributes: Attributes): string =>
  Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escaped(String(value))}"`]))
    .join('')
