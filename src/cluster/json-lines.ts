import type { ParseJson } from './parse-json.ts'
import { othersFirst } from './slices.ts'

const LINE_FEED = 0x0a

/**
 * The lines of a body as it arrives, each parsed in its own step.
 * @throws SyntaxError on a line that is not JSON.
 */
export async function* jsonLines(
  body: AsyncIterable<Uint8Array>,
  parse: ParseJson = JSON.parse,
): AsyncGenerator<unknown> {
  // A line may come in many pieces: they are joined once it has ended, not at each piece.
  let pieces: Uint8Array[] = []
  for await (const chunk of body) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const line = textOf([...pieces, chunk.subarray(from, end)])
      pieces = []
      from = end + 1
      if (line.trim() !== '') yield await othersFirst(() => parse(line))
    }
    pieces.push(chunk.subarray(from))
  }
  const rest = textOf(pieces)
  if (rest.trim() !== '') yield parse(rest)
}

const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('utf8')

/** A whole body, parsed. */
export async function jsonOf(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
