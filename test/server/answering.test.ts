import { expect, test } from 'vitest'
import { answering } from '../../src/serve/answering.ts'
import { knowing } from '../admission/world.ts'

/** Answers on doubtful knowledge say so, and for how long: none of them may be given again. */
test('answers are as of the inventory’s revision, and while it is in doubt of none', () => {
  const { inventory, settings } = knowing()
  let doubt: string | undefined
  const doubtful = { ...inventory, doubt: () => doubt, revision: () => 7 }
  const { asOf } = answering({ inventory: doubtful, settings }, undefined)
  expect(asOf?.()).toBe(7)
  doubt = 'ingresses not up to date for 200 s'
  expect(asOf?.()).toBeUndefined()
})
