import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonPieces, jsonText } from '../../src/render/document.ts'

/** What may stand in a document: also characters that are escaped, and members without a value. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(undefined, null, true, 0, '', '::warning::x ##vso[', '→ ’', '\u001b[0m\u202e', '\n"\\'),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b::c', '\u0007', '__proto__', '0'), tie('any'), {
      noNullPrototype: true,
    }),
  ),
})).any

test('the pieces of a JSON document are the text that is written at once', () => {
  fc.assert(
    fc.property(fc.record({ list: fc.array(value), one: value }), fc.nat({ max: 6 }), (document, depth) => {
      expect([...jsonPieces(document, depth)].join('')).toBe(jsonText(document))
    }),
    { numRuns: 500 },
  )
})
