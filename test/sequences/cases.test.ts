import { expect, test } from 'vitest'
import { CASES } from './cases.ts'
import { ENDINGS } from './endings.ts'
import { faultIn } from './in-process.ts'
import { KINDS } from './model/kinds.ts'
import { at, itemsOf } from './model/values.ts'
import { GRACE } from './ours.ts'
import type { Worlds } from './worlds.ts'

test.each(Object.entries(CASES))('%s', (_, sequence) => {
  expect(faultIn(sequence)).toBeUndefined()
})

test.each(ENDINGS)('%s', (_, sequence, grace, sleep) => {
  let last: Worlds | undefined
  const fault = faultIn(sequence, undefined, (_step, worlds) => {
    last = worlds
  })
  expect(fault).toBeUndefined()
  const spec = at(last?.withUs?.object, ...KINDS[sequence.kind].templateAt, 'spec')
  const [app] = itemsOf(at(spec, 'containers'))
  expect([at(spec, GRACE), at(app, 'lifecycle', 'preStop', 'sleep', 'seconds')]).toEqual([grace, sleep])
})
