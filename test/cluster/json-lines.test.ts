import { expect, test } from 'vitest'
import { jsonLines, jsonOf } from '../../src/cluster/json-lines.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

const read = async (text: string, size: number): Promise<readonly unknown[]> => {
  const found: unknown[] = []
  for await (const line of jsonLines(inPieces(text, size))) found.push(line)
  return found
}

/** Three bytes, two bytes and a surrogate pair: each may be cut. */
const OBJECTS = [{ a: '→' }, { b: 'ü' }, { c: '🚢' }]
const TEXT = OBJECTS.map((object) => `${JSON.stringify(object)}\n`).join('')

test.for([1, 2, 3, 5, 7, 11, 1000])('lines that arrive %i bytes at a time are whole', async (size) => {
  expect(await read(TEXT, size)).toEqual(OBJECTS)
  expect(await read(TEXT.trimEnd(), size)).toEqual(OBJECTS)
  expect(await read(`\n${TEXT}\n`, size)).toEqual(OBJECTS)
  expect(await jsonOf(inPieces(JSON.stringify(OBJECTS), size))).toEqual(OBJECTS)
})

test('a line that is cut off is an error, after those that were whole', async () => {
  const lines = jsonLines(inPieces(`${TEXT}{"d":`, 4))
  for (const object of OBJECTS) expect((await lines.next()).value).toEqual(object)
  await expect(lines.next()).rejects.toThrow(SyntaxError)
})
