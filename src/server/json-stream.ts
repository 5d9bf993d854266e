import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { printableJson } from '../core/model/printable.ts'

/** Characters to send at once. A choice: one turn of the event loop writes only for a moment. */
const PIECE = 65_536

/**
 * A document as JSON, written piece by piece: its fields one after another, lists item by item. The whole text of a
 * large report is never in memory, and writing it delays no request. Terminal control characters in it are escaped.
 */
export const jsonStream = (document: object): Readable => Readable.from(gathered(piecesOf(document)))

/** A text that is made piece by piece; other work gets its turn after each that is sent. */
export const textStream = (pieces: Iterable<string>): Readable => Readable.from(inTurns(gathered(pieces)))

async function* inTurns(pieces: Iterable<string>): AsyncGenerator<string> {
  for (const piece of pieces) {
    yield piece
    await setImmediate()
  }
}

function* piecesOf(document: object): Generator<string> {
  let before = '{'
  for (const [key, value] of Object.entries(document)) {
    if (value === undefined) continue
    yield `${before}${JSON.stringify(key)}:`
    if (Array.isArray(value)) yield* itemsOf(value)
    else yield printableJson(JSON.stringify(value))
    before = ','
  }
  yield before === '{' ? '{}' : '}'
}

function* itemsOf(list: readonly unknown[]): Generator<string> {
  if (list.length === 0) yield '[]'
  for (const [index, item] of list.entries())
    yield `${index === 0 ? '[' : ','}${printableJson(JSON.stringify(item) ?? 'null')}`
  if (list.length > 0) yield ']'
}

function* gathered(pieces: Iterable<string>): Generator<string> {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < PIECE) continue
    yield text
    text = ''
  }
  yield text
}
