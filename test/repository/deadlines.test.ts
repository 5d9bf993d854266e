import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/**
 * Milliseconds. What is waited for takes much less; but everything runs side by side, on two slow cores. vitest's own
 * deadline is a second. A choice.
 */
const SHORTEST = 20_000

const FILES = globSync('test/**/*.test.ts')

/** Each call in a text, with its arguments as they are written. */
function callsOf(name: string, text: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\\b${name.replace('.', '\\.')}\\(`, 'g'))].map(({ index }) => {
    let open = 0
    for (let at = index; at < text.length; at++) {
      if (text[at] === '(') open++
      else if (text[at] === ')' && --open === 0) return text.slice(index, at + 1)
    }
    return text.slice(index)
  })
}

/** Of the options in a call; a constant that it names is looked up in the same text. */
function deadlineIn(call: string, text: string): number {
  const named = /, ([A-Z_]+)\)$/.exec(call)?.[1]
  const options = named === undefined ? call : (new RegExp(`const ${named} = .*`).exec(text)?.[0] ?? '')
  return Number(/\btimeout: ([\d_]+)/.exec(options)?.[1]?.replaceAll('_', '') ?? 0)
}

test('whatever is waited for has time on a slow machine', () => {
  const short = FILES.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return ['vi.waitFor', 'vi.waitUntil', 'expect.poll']
      .flatMap((name) => callsOf(name, text))
      .filter((call) => deadlineIn(call, text) < SHORTEST)
      .map((call) => `${file}: ${call}`)
  })
  expect(FILES.length).toBeGreaterThan(200)
  expect(short).toEqual([])
})
