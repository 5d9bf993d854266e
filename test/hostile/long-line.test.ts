import { expect, test } from 'vitest'
import { jsonLines } from '../../src/cluster/json-lines.ts'
import { growthOf, TOO_FAST } from './growth.ts'

/** A watch tells of each object in one line, and a line of megabytes comes in chunks of some kilobytes. */

/** What a TLS record holds at most (RFC 8446, 5.1). */
const CHUNK = 16_384
/** Ten times what an API server stores, so that what grows too fast is seen. */
const LARGEST = 16 * 2 ** 20

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += CHUNK) yield bytes.subarray(from, from + CHUNK)
}

test('a line is read in time that grows as its length', async () => {
  const { factor, measured } = await growthOf((size) => {
    const bytes = new TextEncoder().encode(`{"object":"${'x'.repeat(size)}"}\n`)
    return async () => {
      for await (const line of jsonLines(chunksOf(bytes))) expect(line).toBeTypeOf('object')
    }
  }, LARGEST)
  expect(factor, measured).toBeLessThan(TOO_FAST)
})
