import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonStream } from '../../src/server/json-stream.ts'

test('what is written piece by piece says what JSON.stringify writes', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()), fc.constant(undefined))
  const document = fc.dictionary(fc.string(), value)
  await fc.assert(
    fc.asyncProperty(document, async (one) => {
      expect(JSON.parse(await text(jsonStream(one)))).toEqual(JSON.parse(JSON.stringify(one)))
    }),
  )
})

test('a long list comes in more than one piece', async () => {
  const document = { items: Array.from({ length: 5_000 }, (_, index) => ({ index, name: 'x'.repeat(40) })) }
  const pieces: string[] = []
  for await (const piece of jsonStream(document)) pieces.push(String(piece))
  expect(pieces.length).toBeGreaterThan(3)
  expect(JSON.parse(pieces.join(''))).toEqual(document)
})
