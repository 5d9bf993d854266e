import { createRequire } from 'node:module'

/** Of `saxes`, whose own types do not compile with exact optional properties. */
interface SaxesParser {
  on(event: 'error', listener: (error: Error) => void): void
  on(event: 'opentag', listener: (tag: Pick<XmlElement, 'name' | 'attributes'>) => void): void
  on(event: 'text', listener: (text: string) => void): void
  on(event: 'closetag', listener: () => void): void
  write(xml: string): { readonly close: () => void }
}
const { SaxesParser } = createRequire(import.meta.url)('saxes') as {
  readonly SaxesParser: new () => SaxesParser
}

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** A document as a strict parser reads it. @throws where it is not well-formed, or holds what XML forbids. */
export function parseXml(xml: string): XmlElement {
  const root = { name: '', attributes: {}, children: [] as XmlElement[], text: '' }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    const at = open.at(-1)
    if (at !== undefined) at.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.write(xml).close()
  const [first] = root.children
  if (first === undefined || root.children.length > 1) throw new Error('not one element')
  return first
}

/** Every element of a name, however deep. */
export const elementsOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elementsOf(child, name)])
