/** What an answer may hold. Lists are elements within one of their own; what is undefined is left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue }

/**
 * One element and all that is in it.
 *
 * @param item how the elements of lists are called: `member` in the Query protocol, `item` in EC2's own.
 */
export function element(name: string, value: XmlValue, item: string): string {
  if (value === undefined) return ''
  return `<${name}>${contentOf(value, item)}</${name}>`
}

function contentOf(value: XmlValue, item: string): string {
  if (value === undefined) return ''
  if (typeof value !== 'object') return escaped(String(value))
  if (isList(value)) return value.map((one) => element(item, one, item)).join('')
  return Object.entries(value)
    .map(([name, one]) => element(name, one, item))
    .join('')
}

const isList = (value: object): value is readonly XmlValue[] => Array.isArray(value)

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
