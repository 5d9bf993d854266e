import { expect, test } from 'vitest'
import { WARNING_PREFIX, warningOf } from '../../../src/core/findings/warning-line.ts'

const id = 'prestop-too-short'
const action = 'raise the sleep'

test('id, what happened, what to do', () => {
  expect(warningOf({ id, brief: 'preStop of app sleeps 5 s of 45 s', action })).toBe(
    'prestop-too-short: preStop of app sleeps 5 s of 45 s; raise the sleep',
  )
})

test('together with the prefix it has 120 characters at most: what happened is cut at a word, the action stays', () => {
  // 120 − 12 for the prefix − 17 for the id − 4 for ": " and "; " − 15 for the action = 72, one of them the ellipsis.
  const room = 72
  const word = 'nine chars'.slice(0, 9)
  for (const length of [room, room + 1, 300]) {
    const brief = `${word} `.repeat(40).slice(0, length)
    const line = warningOf({ id, brief, action })
    expect((WARNING_PREFIX + line).length).toBeLessThanOrEqual(120)
    expect(line.endsWith('; raise the sleep')).toBe(true)
    expect(line.includes('…')).toBe(length > room)
  }
  expect(warningOf({ id, brief: 'w'.repeat(250), action })).toBe(
    `prestop-too-short: ${'w'.repeat(71)}…; raise the sleep`,
  )
})
