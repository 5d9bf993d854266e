import { printable, printableLines } from '../../core/model/printable.ts'

/** Text that is HTML already. Only `html`, `textLines` and `ownHtml` make one, so whatever else is interpolated is escaped. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a template may interpolate: texts and numbers are escaped, lists are joined, undefined is nothing. */
type Part = string | number | Html | undefined | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

function write(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(write).join('')
  return escaped(printable(String(part)))
}

/**
 * A template that escapes whatever it interpolates, for element content and for attribute values in double quotes.
 * Invisible characters, such as those that reverse the order of letters, are shown as escapes.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.map((text, at) => text + write(parts[at])).join(''))

/** Text with several lines, for `pre`. */
export const textLines = (text: string): Html => new Html(escaped(printableLines(text)))

/** A constant of the program: its own script and style. Never anything that was read. */
export const ownHtml = (text: string): Html => new Html(text)

/**
 * A name or sentence of others. Letters that are written from right to left do not reorder what is around it. ASCII and the
 * signs of our own sentences have none, and need no element.
 */
export const isolated = (text: string): Html => (PLAIN.test(text) ? html`${text}` : html`<bdi>${text}</bdi>`)

const PLAIN = /^[\x20-\x7e→’…×]*$/

/** Parts with a separator between them. */
export const joined = (parts: readonly Html[], separator: Html): readonly Html[] =>
  parts.flatMap((part, at) => (at === 0 ? [part] : [separator, part]))
