import { describe, expect, test } from 'vitest'
import {
  AHEAD,
  type Circumstances,
  type Due,
  due,
  LIFETIME,
  OVERLAP,
  PUBLISHED,
  validityFrom,
} from '../../src/certificates/due.ts'
import {
  type Authority,
  bundleOf,
  type Serving,
  type StoredCertificates,
} from '../../src/certificates/stored-certificates.ts'

const DAY = 24 * 3_600_000
const NOW = Date.UTC(2026, 5, 1)
const NAMES = ['slackwater.slackwater-system.svc']

const authority = (id: string, change: Partial<Authority> = {}): Authority => ({
  id,
  cert: `${id}\n`,
  begins: NOW - DAY,
  ends: NOW + 10 * 365 * DAY,
  ...change,
})
const serving = (issuer: string | undefined, change: Partial<Serving> = {}): Serving => ({
  cert: 'c',
  key: 'k',
  begins: NOW - DAY,
  ends: NOW + 365 * DAY,
  names: NAMES,
  issuer,
  ...change,
})
const certificates = (change: Partial<StoredCertificates> = {}): StoredCertificates => ({
  authorities: [authority('a')],
  authorityKey: 'key',
  serving: serving('a'),
  ...change,
})
const NEW_AND_OLD = [authority('b'), authority('a')]
const circumstances = (change: Partial<Circumstances> = {}): Circumstances => ({
  now: NOW,
  names: NAMES,
  published: undefined,
  settled: 0,
  servedBy: authority('a'),
  ...change,
})

test('the times are those that the documentation gives', () => {
  expect(LIFETIME).toEqual({ authority: 3650 * DAY, serving: 365 * DAY })
  expect(AHEAD).toEqual({ authority: 365 * DAY, serving: 90 * DAY })
  expect([PUBLISHED, OVERLAP]).toEqual([60_000, 3_600_000])
})

test.for<[string, StoredCertificates, Partial<Circumstances>, Due]>([
  ['all is well', certificates(), {}, 'nothing'],
  ['nothing is kept', { authorities: [] }, { servedBy: undefined }, 'authority'],
  [
    'the authority has 365 days left',
    certificates({ authorities: [authority('a', { ends: NOW + 365 * DAY })] }),
    {},
    'nothing',
  ],
  [
    'the authority has a little less',
    certificates({ authorities: [authority('a', { ends: NOW + 365 * DAY - 1 })] }),
    {},
    'authority',
  ],
  [
    'the authority has ended',
    certificates({ authorities: [authority('a', { ends: NOW - DAY })] }),
    {},
    'authority',
  ],
  [
    'the authority has not begun',
    certificates({ authorities: [authority('a', { begins: NOW + 1 })] }),
    {},
    'authority',
  ],
  ['the authority has no key', { authorities: [authority('a')], serving: serving('a') }, {}, 'authority'],
  [
    'an older authority ends soon: it only waits',
    certificates({ authorities: [authority('a'), authority('z', { ends: NOW })] }),
    {},
    'nothing',
  ],
  ['90 days are left', certificates({ serving: serving('a', { ends: NOW + 90 * DAY }) }), {}, 'nothing'],
  ['a little less', certificates({ serving: serving('a', { ends: NOW + 90 * DAY - 1 }) }), {}, 'serving'],
  ['it has ended', certificates({ serving: serving('a', { ends: NOW - 1 }) }), {}, 'serving'],
  ['it has not begun', certificates({ serving: serving('a', { begins: NOW + 1 }) }), {}, 'serving'],
  [
    'it is for another name',
    certificates({ serving: serving('a', { names: ['other.ns.svc'] }) }),
    {},
    'serving',
  ],
  [
    'it is for further names',
    certificates({ serving: serving('a', { names: ['x', ...NAMES] }) }),
    {},
    'nothing',
  ],
  ['there is none', { authorities: [authority('a')], authorityKey: 'key' }, {}, 'serving'],
  ['a stranger signed it', certificates({ serving: serving(undefined) }), {}, 'serving'],
  ['a new authority is not known yet', certificates({ authorities: NEW_AND_OLD }), {}, 'nothing'],
  ['nor long enough', certificates({ authorities: NEW_AND_OLD }), { published: PUBLISHED - 1 }, 'nothing'],
  ['it is known', certificates({ authorities: NEW_AND_OLD }), { published: PUBLISHED }, 'serving'],
  [
    'a new authority, and nothing that the one before signed',
    certificates({ authorities: NEW_AND_OLD, serving: serving(undefined) }),
    {},
    'serving',
  ],
  [
    'while it is not known, what the one before signed is not made anew',
    certificates({ authorities: NEW_AND_OLD, serving: serving('a', { ends: NOW }) }),
    {},
    'nothing',
  ],
  [
    'an authority behind nothing',
    certificates({ authorities: NEW_AND_OLD, serving: serving('b') }),
    { settled: OVERLAP - 1 },
    'nothing',
  ],
  [
    'for long enough',
    certificates({ authorities: NEW_AND_OLD, serving: serving('b') }),
    { settled: OVERLAP },
    'retirement',
  ],
  [
    'what is served is signed by nobody that is kept',
    certificates(),
    { servedBy: authority('z') },
    'overlap',
  ],
  ['a process that serves nothing', certificates(), { servedBy: undefined }, 'nothing'],
])('%s', ([, stored, change, expected]) => {
  expect(due(stored, circumstances(change))).toBe(expected)
})

describe('a new certificate holds', () => {
  // From an hour ago; at least as long as the one that it replaces.
  test.for<[string, { begins: number; ends: number } | undefined, [number, number]]>([
    ['by itself', undefined, [-DAY / 24, 365 * DAY]],
    [
      'after one that ends sooner',
      { begins: NOW - 300 * DAY, ends: NOW + 60 * DAY },
      [-300 * DAY, 365 * DAY],
    ],
    [
      'before one that begins later: our clock is behind',
      { begins: NOW + DAY, ends: NOW + 400 * DAY },
      [-DAY / 24, 400 * DAY],
    ],
    [
      'after one that ended long ago: our clock is ahead',
      { begins: NOW - 900 * DAY, ends: NOW - 500 * DAY },
      [-900 * DAY, 365 * DAY],
    ],
  ])('%s', ([, replaced, [begins, ends]]) => {
    expect(validityFrom(NOW, LIFETIME.serving, replaced)).toEqual({ begins: NOW + begins, ends: NOW + ends })
  })
})

test('a bundle has the newest authority first', () => {
  expect(bundleOf({ authorities: NEW_AND_OLD })).toBe('b\na\n')
})
