import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { askedOf, NAMED, nameOf, orderOf } from './order.ts'

const ALL = globSync('test/e2e/*.e2e.ts').sort()

test('every file that is named in the order is there', () => {
  expect(NAMED.filter((name) => !ALL.map(nameOf).includes(name))).toEqual([])
})

test('every file runs once: the longest begins first, and what measures delays runs when the others have ended, one at a time', () => {
  const [beside, measured] = orderOf(ALL)
  expect([beside, measured].flatMap((group) => group?.files ?? []).sort()).toEqual(ALL)
  expect(beside?.files[0]).toBe('test/e2e/flows.e2e.ts')
  const names = ['hostile-others', 'hostile-services', 'hostile', 'soak', 'strangers']
  const files = names.map((name) => `test/e2e/${name}.e2e.ts`)
  expect(measured).toEqual({ name: 'measured', files, most: 1 })
})

test('files are asked for by parts of their paths; options are for vitest, with their values', () => {
  const files = ['test/e2e/away.e2e.ts', 'test/e2e/story.e2e.ts']
  expect(askedOf([], files)).toEqual({ files, options: [] })
  expect(askedOf(['e2e/away.e2e.ts', '-t', 'story'], files)).toEqual({
    files: ['test/e2e/away.e2e.ts'],
    options: ['-t', 'story'],
  })
  expect(askedOf(['--bail=1'], files)).toEqual({ files, options: ['--bail=1'] })
})
