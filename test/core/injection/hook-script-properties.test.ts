import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCommand } from '../../../src/core/injection/hook-script.ts'

const SHELLS = ['sh', '/bin/bash', 'ash', '/usr/bin/dash'] as const
const OPTIONS = ['-c', '-ec', '-lc', '-euc'] as const
const shell = fc.tuple(fc.constantFrom(...SHELLS), fc.constantFrom(...OPTIONS))
const blank = fc.constantFrom('', ' ', '\t', '\n', ' \n ')
const then = fc.constantFrom(';', '\n', ' && ', ' || ', ' & ', ' | ')
const sleep = fc.integer({ min: 0, max: 900 }).map((length) => `sleep ${length}`)
const harmless = fc.constantFrom('echo x', 'true', ':', 'touch /run/x', 'set -e', 'echo "$A"', 'echo a >&2')
/** Whatever may end the server, the script or the hook. */
const acting = fc.oneof(
  fc.constantFrom('nginx -s quit', 'kill 1', 'curl -s x/drain', './drain', 'exit 0', 'exec true', 'wait'),
  fc.constantFrom(
    'if a',
    'while a',
    '(kill 1)',
    '{ kill 1',
    'false',
    'A=$(kill 1)',
    'trap x TERM',
    'echo `kill 1`',
  ),
  fc.stringMatching(/^[b-df-rv-z]{2,8}( [a-z]{1,5})?$/),
)
const listOf = (one: fc.Arbitrary<string>) =>
  fc.array(fc.tuple(blank, one, then), { maxLength: 5 }).map((parts) => parts.flat().join(''))

test('no script whose first acting command is no sleep has a known length', () => {
  fc.assert(
    fc.property(
      shell,
      listOf(harmless),
      acting,
      then,
      listOf(fc.oneof(sleep, harmless)),
      (how, before, act, link, rest) => {
        expect(readCommand([...how, before + act + link + rest]).length).toBeUndefined()
      },
    ),
  )
})

test('no length is above the sum of all sleeps, and none is known in the background', () => {
  fc.assert(
    fc.property(
      shell,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), then), { minLength: 1 }),
      (how, parts) => {
        const text = parts.map(([length, link]) => `sleep ${length}${link}`).join('')
        const sum = parts.reduce((all, [length]) => all + length, 0)
        expect(readCommand([...how, text]).length ?? 0).toBeLessThanOrEqual(sum)
        const inBackground = parts.map(([length]) => `sleep ${length}`).join(' && ')
        expect(readCommand([...how, `${inBackground} &`]).length).toBeUndefined()
      },
    ),
  )
})

test('any text at all is read, and gives a whole number of seconds or none', () => {
  const soup = fc.array(
    fc.oneof(fc.constantFrom(...'\'"\\$`;&|()<>#\n {}!*=', 'sleep 5', 'kill 1', '$(', '<<E'), fc.string()),
  )
  fc.assert(
    fc.property(shell, soup, (how, parts) => {
      const { length } = readCommand([...how, parts.join('')])
      expect(length === undefined || (Number.isSafeInteger(length) && length >= 0)).toBe(true)
    }),
  )
})

/** Each would take a reader that tries again, or calls itself, past any limit: here each ends. */
test.for<[string, string]>([
  ['open quotes', "'".repeat(100_001)],
  ['double quotes in turn', '"a"'.repeat(40_000)],
  ['escapes', '\\x'.repeat(60_000)],
  ['parentheses', '('.repeat(130_000)],
  ['substitutions', '$('.repeat(60_000)],
  ['blanks', ' '.repeat(130_000)],
  ['blanks after redirects', `echo >${' '.repeat(130_000)}`],
  ['line ends', '\n'.repeat(130_000)],
  ['continued lines', '\\\n'.repeat(60_000)],
  ['digits', `sleep ${'9'.repeat(4000)}`],
  ['fraction', `sleep 1.${'1'.repeat(4000)}x`],
  ['reserved words', 'if '.repeat(40_000)],
  ['one byte more than Linux takes', `sleep 5;${' '.repeat(131_065)}`],
])('hostile: %s', ([, text]) => {
  expect(readCommand(['sh', '-c', text])).toEqual({})
})

test('of a long script the first 4,096 characters are read, and no more', () => {
  // 8 characters each: 400 × 8 = 3,200.
  expect(readCommand(['sh', '-c', 'sleep 1;'.repeat(400)])).toEqual({ length: 400 })
  // 4,096 / 8 = 512 of 1,000; that the rest may be open, or no script at all, is not seen.
  expect(readCommand(['sh', '-c', 'sleep 1;'.repeat(1000)])).toEqual({ length: 512 })
  expect(readCommand(['sh', '-c', `sleep 30; nginx -s quit; ${'"x" '.repeat(2000)}`])).toEqual({ length: 30 })
  expect(readCommand(['sh', '-c', `sleep 30; echo '${'x'.repeat(5000)}'`])).toEqual({ length: 30 })
  // The word that is cut may go on.
  expect(readCommand(['sh', '-c', `${' '.repeat(4089)}sleep 1000`])).toEqual({})
  // So may the list, into the background.
  expect(readCommand(['sh', '-c', `sleep 30 && echo ${'x '.repeat(3000)} &`])).toEqual({})
})
