const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = new Set([0x7b, 0x5b])
const CLOSE = new Set([0x7d, 0x5d])
const COMMA = 0x2c
const OPEN_LIST = 0x5b
const STRUCTURE = new Set([...OPEN, ...CLOSE, COMMA])

/** The key of the list to take apart, as it stands just before the list's bracket. */
const ITEMS = /(?<!\\)"items"\s*:\s*$/
/** Bytes that are enough for that key and the white space around it. A choice. */
const TAIL = 64

/** Depth inside the document, and inside its list. */
const IN_DOCUMENT = 1
const IN_LIST = 2

/**
 * Takes a Kubernetes list apart as it arrives: yields one item after another, and at the end the list without them.
 * So memory holds one object at a time, never a page: five hundred of the largest would not fit.
 */
export class JsonList {
  readonly #skeleton: Uint8Array[] = []
  #item: Uint8Array[] = []
  #depth = 0
  #inString = false
  #escaped = false
  #inItems = false

  /** @returns the items that end in this chunk. @throws SyntaxError for an item that is not JSON. */
  feed(chunk: Uint8Array): readonly unknown[] {
    const items: unknown[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      if (this.#isText(byte) || !STRUCTURE.has(byte)) continue
      const isInside = this.#inItems
      if (!this.#isCut(byte, chunk.subarray(from, at))) continue
      if (isInside) items.push(...this.#taken(chunk.subarray(from, at)))
      else this.#skeleton.push(chunk.subarray(from, at + 1))
      // The bracket after the last item belongs to the list.
      from = this.#inItems ? at + 1 : at
    }
    const rest = this.#inItems ? this.#item : this.#skeleton
    rest.push(chunk.subarray(from))
    return items
  }

  /** The list without its items. @throws SyntaxError if it was cut off. */
  end(): unknown {
    return JSON.parse(textOf(this.#skeleton))
  }

  /** Inside a string only its end counts. */
  #isText(byte: number): boolean {
    if (!this.#inString) {
      this.#inString = byte === QUOTE
      return this.#inString
    }
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) this.#inString = false
    return true
  }

  /** Whether a part ends here: the part of the list before the items, or an item. */
  #isCut(byte: number, before: Uint8Array): boolean {
    const opens = this.#opensItems(byte, before)
    if (OPEN.has(byte)) this.#depth++
    else if (CLOSE.has(byte)) this.#depth--
    if (!this.#inItems) {
      this.#inItems = opens
      return opens
    }
    const ends = this.#endsItem(byte)
    this.#inItems = this.#depth >= IN_LIST
    return ends
  }

  #opensItems(byte: number, before: Uint8Array): boolean {
    if (this.#inItems || byte !== OPEN_LIST || this.#depth !== IN_DOCUMENT) return false
    const pieces = [before]
    for (let at = this.#skeleton.length - 1; at >= 0 && lengthOf(pieces) < TAIL; at--)
      pieces.unshift(this.#skeleton[at] ?? before)
    return ITEMS.test(textOf(pieces).slice(-TAIL))
  }

  /** A comma between two items, or the bracket after the last. */
  #endsItem(byte: number): boolean {
    return (byte === COMMA && this.#depth === IN_LIST) || this.#depth < IN_LIST
  }

  #taken(rest: Uint8Array): readonly unknown[] {
    const text = textOf([...this.#item, rest])
    this.#item = []
    return text.trim() === '' ? [] : [JSON.parse(text)]
  }
}

const lengthOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0)

const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('utf8')
