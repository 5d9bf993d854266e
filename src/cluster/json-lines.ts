import { othersFirst } from './slices.ts'

/** The lines of a body as it arrives, each parsed in its own step. @throws SyntaxError on a line that is not JSON. */
export async function* jsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  // A line may come in many pieces: they are joined once it has ended, not at each piece.
  let pieces: string[] = []
  for await (const chunk of body) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
    pieces.push(first)
    for (const piece of others) {
      const line = pieces.join('')
      pieces = [piece]
      if (line.trim() !== '') yield await othersFirst(() => JSON.parse(line))
    }
  }
  const rest = pieces.join('')
  if (rest.trim() !== '') yield JSON.parse(rest)
}

/** A whole body, parsed. */
export async function jsonOf(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
