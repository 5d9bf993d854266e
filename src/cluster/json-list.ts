import type { ParseJson } from './parse-json.ts'

/** What a byte outside of a text does to the structure. */
const NOTHING = 0
const QUOTE = 1
const OPEN = 2
const CLOSE = 3
const COMMA = 4

const ROLES = new Uint8Array(256)
for (const [role, bytes] of [
  [QUOTE, '"'],
  [OPEN, '{['],
  [CLOSE, '}]'],
  [COMMA, ','],
] as const)
  for (const byte of Buffer.from(bytes)) ROLES[byte] = role

const QUOTE_BYTE = 0x22
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b

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
  readonly #parse: ParseJson
  readonly #skeleton: Uint8Array[] = []
  #item: Uint8Array[] = []
  #depth = 0
  #inString = false
  #escaped = false
  #inItems = false

  /** @param parse of an item. */
  constructor(parse: ParseJson = JSON.parse) {
    this.#parse = parse
  }

  /** @returns the items that end in this chunk. @throws SyntaxError for an item that is not JSON. */
  feed(chunk: Uint8Array): readonly unknown[] {
    const items: unknown[] = []
    let from = 0
    for (let at = this.#inString ? this.#afterText(chunk, 0) : 0; at < chunk.length; at++) {
      const role = ROLES[chunk[at] ?? 0]
      if (role === NOTHING) continue
      if (role === QUOTE) {
        at = this.#afterText(chunk, at + 1) - 1
        continue
      }
      const isInside = this.#inItems
      if (!this.#isCut(role, chunk, from, at)) continue
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

  /** Inside a text only its end counts. @param at inside of it. @returns the index after it, or the end of the chunk. */
  #afterText(chunk: Uint8Array, at: number): number {
    this.#inString = true
    let index = at
    for (; index < chunk.length; index++) {
      const byte = chunk[index]
      if (this.#escaped) this.#escaped = false
      else if (byte === BACKSLASH) this.#escaped = true
      else if (byte === QUOTE_BYTE) {
        this.#inString = false
        return index + 1
      }
    }
    return index
  }

  /** Whether a part ends here: the part of the list before the items, or an item. @param from where the part began. */
  #isCut(role: number | undefined, chunk: Uint8Array, from: number, at: number): boolean {
    const opens =
      !this.#inItems &&
      this.#depth === IN_DOCUMENT &&
      chunk[at] === OPEN_LIST &&
      this.#isAfterKey(chunk.subarray(from, at))
    if (role === OPEN) this.#depth++
    else if (role === CLOSE) this.#depth--
    if (!this.#inItems) {
      this.#inItems = opens
      return opens
    }
    this.#inItems = this.#depth >= IN_LIST
    // A comma between two items, or the bracket after the last.
    return !this.#inItems || (role === COMMA && this.#depth === IN_LIST)
  }

  #isAfterKey(before: Uint8Array): boolean {
    const pieces = [before]
    for (let at = this.#skeleton.length - 1; at >= 0 && lengthOf(pieces) < TAIL; at--)
      pieces.unshift(this.#skeleton[at] ?? before)
    return ITEMS.test(textOf(pieces).slice(-TAIL))
  }

  #taken(rest: Uint8Array): readonly unknown[] {
    const text = textOf([...this.#item, rest])
    this.#item = []
    return text.trim() === '' ? [] : [this.#parse(text)]
  }
}

const lengthOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0)

const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('utf8')
