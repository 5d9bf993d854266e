import { describe, expect, test, vi } from 'vitest'
import { FINDINGS } from '../../src/core/findings/catalogue.ts'
import { LONGEST_ACCEPT, parseAccepts } from '../../src/settings/accept.ts'
import { LONGEST_REASON } from '../../src/settings/schema.ts'

const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const
const SHOP = { kind: 'Namespace', namespace: '', name: 'shop' } as const
const KEY = 'slackwater.dev/accept'

const at = (object: typeof WEB | typeof SHOP, text: string) => ({ object, annotations: { [KEY]: text } })

const read = (text: string) => {
  const { acceptances, warnings } = parseAccepts([at(WEB, text)])
  return { accepted: acceptances.map(({ id, reason }) => [id, reason]), warnings }
}

const warning = (text: string): string => `annotation ${KEY}: ${text}; ignored`

describe('entries that hold', () => {
  test.for<[string, string, readonly (readonly [string, string])[]]>([
    ['one', 'single-replica: a canary', [['single-replica', 'a canary']]],
    [
      'several, as the docs write them',
      'single-replica: a canary; drain-time: a pool for batches',
      [
        ['single-replica', 'a canary'],
        ['drain-time', 'a pool for batches'],
      ],
    ],
    [
      'one per line, as a YAML block has them',
      'single-replica: a canary\r\ndrain-time: a pool for batches\n',
      [
        ['single-replica', 'a canary'],
        ['drain-time', 'a pool for batches'],
      ],
    ],
    ['no spaces, and too many', ' single-replica:a  canary ;; ; ', [['single-replica', 'a canary ;']]],
    [
      'a colon in the reason',
      'single-replica: see https://wiki/x',
      [['single-replica', 'see https://wiki/x']],
    ],
    [
      'two semicolons are one',
      'single-replica: a canary;; see wiki',
      [['single-replica', 'a canary; see wiki']],
    ],
    ['other scripts', 'single-replica: カナリア', [['single-replica', 'カナリア']]],
    ['nothing', '', []],
    ['separators only', ' ; \n ; ', []],
  ])('%s', ([, text, accepted]) => expect(read(text)).toEqual({ accepted, warnings: [] }))
})

/** Each is quoted, and the entry after it holds all the same. */
describe('entries that are ignored', () => {
  test.for<[string, string, string]>([
    ['another word', 'canary: x', '"canary" is not the id of a finding'],
    ['every finding at once', '*: x', '"*" is not the id of a finding'],
    ['several ids', 'drain-time, stale-gate: x', '"drain-time, stale-gate" is not the id of a finding'],
    ['what objects inherit', 'toString: x', '"toString" is not the id of a finding'],
    ['no id', ': x', '"" is not the id of a finding'],
    ['no reason', 'stale-gate', '"stale-gate" has no reason, expected "id: reason"'],
    ['an empty reason', 'stale-gate:', '"stale-gate" has no reason, expected "id: reason"'],
    ['a dash for a reason', 'stale-gate: -', '"stale-gate" has no reason, expected "id: reason"'],
    [
      'a reason that nobody sees',
      'stale-gate: \u200b\u202e',
      '"stale-gate" has no reason, expected "id: reason"',
    ],
    ['escapes for a reason', 'stale-gate: \u001b[', '"stale-gate" has no reason, expected "id: reason"'],
    [
      'the rest of a reason with a semicolon',
      'stale-gate: x; see the wiki',
      '"see the wiki" is not "id: reason" (write ;; for ;)',
    ],
    ['JSON', '{"stale-gate"', '"{"stale-gate"" is not "id: reason" (write ;; for ;)'],
  ])('%s', ([, text, problem]) => {
    const { accepted, warnings } = read(`${text};drain-time: y`)
    expect(warnings).toEqual([warning(problem)])
    expect(accepted).toContainEqual(['drain-time', 'y'])
  })

  test.for([
    ['singel-replica', 'single-replica'],
    ['Drain-Time', 'drain-time'],
    ['prestopMissing', 'prestop-missing'],
  ])('a mistyped id: %s', ([id, meant]) => {
    const { accepted, warnings } = read(`${id}: x;drain-time: y`)
    expect(warnings).toEqual([`annotation ${KEY}: "${id}": did you mean ${meant}?`])
    expect(accepted).toEqual([['drain-time', 'y']])
  })

  test.for(Object.keys(FINDINGS))(
    '%s without its last letter: it is what was meant, in a whole warning',
    (id) => {
      const [warning = ''] = read(`${id.slice(0, -1)}: x`).warnings
      expect(warning).toMatch(new RegExp(`: did you mean ${id}\\?$`))
      expect(`slackwater: ${warning}`.length).toBeLessThanOrEqual(120)
    },
  )

  test('a kubectl warning with each still has at most 120 characters', () => {
    const long = 'x'.repeat(100)
    const { warnings } = read(`${long}; ${long}: y; deregistration-delay-cuts-requests`)
    expect(warnings).toHaveLength(3)
    for (const text of warnings) expect(`slackwater: ${text}`.length).toBeLessThanOrEqual(120)
  })

  test('a few are quoted, the others counted', () => {
    const { accepted, warnings } = read(`${'x;'.repeat(5000)}drain-time: y`)
    expect(warnings).toHaveLength(4)
    expect(warnings[3]).toBe(warning('4997 more entries are not "id: reason"'))
    expect(accepted).toEqual([['drain-time', 'y']])
  })

  test('an id is sought for those that are quoted only: thousands would take a fifth of a second', () => {
    const spelled = vi.spyOn(String.prototype, 'toLowerCase')
    try {
      read('drain-tine: x;'.repeat(1_000))
      // Three, each compared with every id of the catalogue.
      expect(spelled.mock.calls.length).toBeLessThanOrEqual(3 * (1 + Object.keys(FINDINGS).length))
    } finally {
      spelled.mockRestore()
    }
  })

  test('beyond the limit: what is whole within it holds', () => {
    const text = `drain-time: y;stale-gate: ${'z'.repeat(LONGEST_ACCEPT)}`
    expect(read(text)).toEqual({
      accepted: [['drain-time', 'y']],
      warnings: [`annotation ${KEY}: longer than 16384 characters: the rest is ignored`],
    })
  })

  test('a long reason is cut, not in the middle of a character', () => {
    const { accepted, warnings } = read(`drain-time: w${'🌊'.repeat(LONGEST_REASON)}`)
    expect(accepted).toEqual([['drain-time', `w${'🌊'.repeat(LONGEST_REASON - 2)}…`]])
    expect(warnings).toEqual([])
  })
})

test('there is room for every finding with the longest reason', () => {
  const all = Object.keys(FINDINGS).map((id) => `${id}: ${'r'.repeat(LONGEST_REASON)}`)
  const { accepted, warnings } = read(all.join('; '))
  expect([accepted.length, warnings]).toEqual([all.length, []])
})

test('each says where it is written; the places are in the order that is given', () => {
  const places = [at(WEB, 'single-replica: ours'), at(SHOP, 'single-replica: theirs; drain-time: y')]
  expect(parseAccepts(places).acceptances).toEqual([
    { id: 'single-replica', reason: 'ours', by: { kind: 'annotation', key: KEY, object: WEB } },
    { id: 'single-replica', reason: 'theirs', by: { kind: 'annotation', key: KEY, object: SHOP } },
    { id: 'drain-time', reason: 'y', by: { kind: 'annotation', key: KEY, object: SHOP } },
  ])
})
