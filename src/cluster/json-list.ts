import { isRecord } from '../core/model/json-value.ts'
import type { ParseJson } from './parse-json.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_LIST = 0x5b
/** By byte: how much deeper the document is after it. */
const STEP = new Int8Array(256)
for (const byte of Buffer.from('[{')) STEP[byte] = 1
for (const byte of Buffer.from(']}')) STEP[byte] = -1

/** The key of the list to take apart, as it stands just before the list's bracket. */
const keyBefore = (key: string): RegExp => new RegExp(`(?<!\\\\)"${key}"\\s*:\\s*$`)
/** Bytes that are enough for that key and the white space around it. A choice. */
const TAIL = 64

/** Depth inside the list. */
const IN_LIST = 2

/**
 * Takes a Kubernetes list apart as it arrives: yields one item after another, and at the end the list without them.
 * So memory holds one object at a time, never a page: five hundred of the largest would not fit.
 */
export class JsonList {
  readonly #parse: ParseJson
  readonly #key: RegExp
  readonly #skeleton: Buffer[] = []
  #item: Buffer[] = []
  #depth = 0
  #inString = false
  #escaped = false
  #inItems = false

  /**
   * @param parse of an item.
   * @param key of the list in the document, without characters that have a meaning in a regular expression.
   */
  constructor(parse: ParseJson = JSON.parse, key = 'items') {
    this.#parse = parse
    this.#key = keyBefore(key)
  }

  /** The list without its items. @throws SyntaxError if it was cut off. */
  end(): unknown {
    return JSON.parse(textOf(this.#skeleton))
  }

  /**
   * Yields the items that end in this chunk, each parsed when it is asked for. All of them must be taken before the next
   * chunk. @throws SyntaxError for an item that is not JSON.
   */
  *feed(bytes: Uint8Array): Generator<unknown> {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    let from = 0
    for (
      let cut = this.#nextCut(chunk, 0, 0);
      cut < chunk.length;
      cut = this.#nextCut(chunk, from, cut + 1)
    ) {
      const isItem = this.#inItems
      this.#inItems = this.#depth >= IN_LIST
      if (isItem) {
        const text = this.#taken(chunk, from, cut)
        // The bracket after the last item belongs to the list.
        from = this.#inItems ? cut + 1 : cut
        if (text.trim() !== '') yield this.#parse(text)
      } else {
        this.#skeleton.push(chunk.subarray(from, cut + 1))
        from = cut + 1
      }
    }
    const rest = this.#inItems ? this.#item : this.#skeleton
    rest.push(chunk.subarray(from))
  }

  /**
   * The next byte at which a part ends: the bracket that opens the list, or what stands after an item. It looks at each
   * byte that is read of a cluster.
   * @param from where the current part begins in this chunk. @returns the length of the chunk if there is none.
   */
  #nextCut(chunk: Buffer, from: number, start: number): number {
    const { length } = chunk
    let at = this.#inString ? this.#afterString(chunk, start) : start
    for (; at < length; at++) {
      const byte = chunk[at] ?? 0
      const step = STEP[byte] ?? 0
      if (byte === QUOTE) at = this.#afterString(chunk, at + 1) - 1
      else if (step !== 0 || byte === COMMA) {
        this.#depth += step
        if (this.#isCut(byte, chunk, from, at)) break
      }
    }
    return at
  }

  #isCut(byte: number, chunk: Buffer, from: number, at: number): boolean {
    return this.#inItems ? this.#endsItem(byte) : this.#opensItems(byte, chunk, from, at)
  }

  /** A comma between two items, or the bracket after the last. */
  #endsItem(byte: number): boolean {
    return this.#depth < IN_LIST || (byte === COMMA && this.#depth === IN_LIST)
  }

  /** @returns where the text goes on after a string, or the length of the chunk if the string goes on in the next. */
  #afterString(chunk: Buffer, start: number): number {
    const { length } = chunk
    let at = this.#escaped ? start + 1 : start
    while (at < length && chunk[at] !== QUOTE) at += chunk[at] === BACKSLASH ? 2 : 1
    this.#inString = at >= length
    this.#escaped = at > length
    return this.#inString ? length : at + 1
  }

  /** The bracket after the key of the items. */
  #opensItems(byte: number, chunk: Buffer, from: number, to: number): boolean {
    if (byte !== OPEN_LIST || this.#depth !== IN_LIST) return false
    const pieces = [chunk.subarray(from, to)]
    for (let at = this.#skeleton.length - 1; at >= 0 && lengthOf(pieces) < TAIL; at--)
      pieces.unshift(this.#skeleton[at] ?? Buffer.alloc(0))
    return this.#key.test(textOf(pieces).slice(-TAIL))
  }

  /** The text of the item that ends here. */
  #taken(chunk: Buffer, from: number, to: number): string {
    if (this.#item.length === 0) return chunk.toString('utf8', from, to)
    const text = textOf([...this.#item, chunk.subarray(from, to)])
    this.#item = []
    return text
  }
}

/**
 * A document with one long list in it, parsed as it arrives: the text of a large report never stands in memory beside it.
 * @param key of that list. @throws SyntaxError
 */
export async function documentWith(key: string, body: AsyncIterable<Uint8Array> | null): Promise<unknown> {
  const list = new JsonList(JSON.parse, key)
  const items: unknown[] = []
  for await (const chunk of body ?? []) for (const item of list.feed(chunk)) items.push(item)
  const document = list.end()
  return isRecord(document) && items.length > 0 ? { ...document, [key]: items } : document
}

const lengthOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0)

const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('utf8')
