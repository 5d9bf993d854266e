import { describe, expect, test } from 'vitest'
import { NO_OVERRIDES } from '../../src/core/model/overrides.ts'
import { type AnnotatedObject, parseOverrides } from '../../src/settings/annotations.ts'

const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const
const SHOP = { kind: 'Namespace', namespace: '', name: 'shop' } as const

const on = (object: AnnotatedObject['object'], short: Readonly<Record<string, string>>): AnnotatedObject => ({
  object,
  annotations: Object.fromEntries(
    Object.entries(short).map(([key, value]) => [`slackwater.dev/${key}`, value]),
  ),
})

const read = (short: Readonly<Record<string, string>>) => parseOverrides([on(WEB, short)])

test('nothing written: nothing said', () => {
  expect(parseOverrides([])).toEqual({ overrides: NO_OVERRIDES, warnings: [] })
  expect(read({})).toEqual({ overrides: NO_OVERRIDES, warnings: [] })
})

describe('values, with the annotation as their origin', () => {
  const origin = (key: string) => ({
    rank: 'explicit',
    source: { kind: 'annotation', key: `slackwater.dev/${key}`, object: WEB },
  })
  test.for([
    ['sleep-seconds', '20', 'sleep', 20],
    ['sleep-seconds', '0', 'sleep', 0],
    ['sleep-seconds', '86400', 'sleep', 86_400],
    ['sleep-seconds', ' 20\n', 'sleep', 20],
    ['shutdown-seconds', '60', 'shutdownSeconds', 60],
    ['request-seconds', '5', 'request', 5],
    ['assume', 'alb-ip', 'assume', 'alb-ip'],
    ['assume', ' nlb-instance ', 'assume', 'nlb-instance'],
    ['assume', 'none', 'assume', 'none'],
  ] as const)('%s: "%s"', ([key, text, member, value]) => {
    expect(read({ [key]: text })).toEqual({
      overrides: { graceful: false, [member]: { value, origin: origin(key) } },
      warnings: [],
    })
  })

  test('shutdown: graceful', () => {
    expect(read({ shutdown: ' graceful ' })).toEqual({ overrides: { graceful: true }, warnings: [] })
  })
})

describe('a value that does not parse is quoted, and as good as none', () => {
  test.for([
    ['sleep-seconds', 'soon', 'whole seconds from 0 to 86400'],
    ['sleep-seconds', '', 'whole seconds from 0 to 86400'],
    ['sleep-seconds', '-1', 'whole seconds from 0 to 86400'],
    ['sleep-seconds', '1.5', 'whole seconds from 0 to 86400'],
    ['sleep-seconds', '20s', 'whole seconds from 0 to 86400'],
    ['sleep-seconds', '1e3', 'whole seconds from 0 to 86400'],
    ['sleep-seconds', '86401', 'whole seconds from 0 to 86400'],
    ['shutdown-seconds', '٣٠', 'whole seconds from 0 to 86400'],
    ['request-seconds', '10 s', 'whole seconds from 0 to 86400'],
    ['shutdown', 'Graceful', 'graceful'],
    ['assume', 'alb', 'one of alb-ip, alb-instance, nlb-ip, nlb-instance, none'],
    ['assume', 'toString', 'one of alb-ip, alb-instance, nlb-ip, nlb-instance, none'],
  ] as const)('%s: "%s"', ([key, text, expected]) => {
    expect(read({ [key]: text })).toEqual({
      overrides: NO_OVERRIDES,
      warnings: [`annotation slackwater.dev/${key}: "${text}" is not ${expected}; ignored`],
    })
  })

  test('a long value is cut, not in the middle of a character', () => {
    const [warning] = read({ assume: '🌊'.repeat(30) }).warnings
    expect(warning).toContain(`"${'🌊'.repeat(23)}…"`)
    const [whole] = read({ assume: 'x'.repeat(24) }).warnings
    expect(whole).toContain(`"${'x'.repeat(24)}"`)
  })
})

test('a key of ours that nobody reads is named, with those that are; the record is ours', () => {
  expect(read({ pause: '20', injected: '{"sleep":{}}' })).toEqual({
    overrides: NO_OVERRIDES,
    warnings: [
      'annotation slackwater.dev/pause is unknown; known: ' +
        'sleep-seconds, shutdown-seconds, request-seconds, shutdown, assume, accept',
    ],
  })
  expect(read({ ['x'.repeat(40)]: '' }).warnings[0]).toContain(`slackwater.dev/${'x'.repeat(23)}… is`)
  expect(parseOverrides([{ object: WEB, annotations: { 'example.com/sleep-secs': '' } }]).warnings).toEqual(
    [],
  )
})

describe('a mistyped key names the one that was meant, in at most 120 characters', () => {
  test.for<[string, string]>([
    ['sleep-second', 'slackwater.dev/sleep-seconds'],
    ['sleep-secs', 'slackwater.dev/sleep-seconds'],
    ['sleepSeconds', 'slackwater.dev/sleep-seconds'],
    ['Sleep_Seconds', 'slackwater.dev/sleep-seconds'],
    ['sleep', 'slackwater.dev/sleep-seconds'],
    ['shutdwon-seconds', 'slackwater.dev/shutdown-seconds'],
    ['Shutdown', 'slackwater.dev/shutdown'],
    ['accpet', 'slackwater.dev/accept'],
    ['mdoe', 'the label slackwater.dev/mode'],
  ])('%s', ([key, meant]) => {
    const { warnings } = read({ [key]: '20' })
    expect(warnings).toEqual([`annotation slackwater.dev/${key} is unknown: did you mean ${meant}?`])
  })

  // Of `seconds` three are as near; the other two are other words, with an end that ours have too.
  test.for(['seconds', 'grace-seconds', 'shutdown-time', 'x', ''])('"%s" may mean any of them', (key) => {
    expect(read({ [key]: '' }).warnings).toEqual([
      `annotation slackwater.dev/${key} is unknown; known: sleep-seconds, shutdown-seconds, request-seconds, ` +
        'shutdown, assume, accept',
    ])
  })

  test('the longest of them', () => {
    const [warning = ''] = read({ [`shutdown-second${'s'.repeat(4)}`]: '' }).warnings
    expect(warning).toMatch(/did you mean slackwater\.dev\/shutdown-seconds\?$/)
    expect(`slackwater: ${warning}`.length).toBeLessThanOrEqual(120)
  })

  test('of many, three are named and the others counted; a long one costs no more than its size', () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`sleep-second${at}`, '']))
    const { warnings } = read({ ['s'.repeat(256_000)]: '', ...many })
    expect(warnings.map((text) => text.slice(0, 59))).toEqual([
      `annotation slackwater.dev/${'s'.repeat(23)}… is unknown`.slice(0, 59),
      'annotation slackwater.dev/sleep-second0 is unknown: did you',
      'annotation slackwater.dev/sleep-second1 is unknown: did you',
      '19998 more annotations with the prefix slackwater.dev/ are ',
    ])
  })
})

test('a label is read for the mode only, and a mistyped one named', () => {
  const labelled = (key: string) =>
    parseOverrides([{ object: WEB, annotations: {}, labels: { [key]: 'off', app: 'web' } }]).warnings
  expect(labelled('slackwater.dev/mode')).toEqual([])
  expect(labelled('slackwater.dev/mdoe')).toEqual([
    'label slackwater.dev/mdoe is unknown: did you mean slackwater.dev/mode?',
  ])
  expect(labelled('slackwater.dev/accpet')).toEqual([
    'label slackwater.dev/accpet is unknown: did you mean the annotation slackwater.dev/accept?',
  ])
  expect(labelled('slackwater.dev/shutdown')).toEqual([
    'label slackwater.dev/shutdown is not read: it is an annotation, so write it under annotations',
  ])
  expect(labelled('slackwater.dev/team')).toEqual([
    'label slackwater.dev/team is unknown: the only label is slackwater.dev/mode',
  ])
})

// Who writes `mode: off` as an annotation believes to have opted out.
test('the mode as an annotation: it is a label', () => {
  expect(read({ mode: 'off' })).toEqual({
    overrides: NO_OVERRIDES,
    warnings: ['annotation slackwater.dev/mode is not read: the mode is a label, so write it under labels'],
  })
})

test('our memory of a Namespace’s labels is ours too', () => {
  const annotations = { 'slackwater.dev/readiness-gate-labels': '{"gates":"on"}' }
  expect(parseOverrides([{ object: SHOP, annotations }])).toEqual({ overrides: NO_OVERRIDES, warnings: [] })
})

test('the template’s value before the namespace’s; a bad one falls through to the next', () => {
  const places = [
    on(WEB, { 'sleep-seconds': '20', 'request-seconds': 'long' }),
    on(SHOP, { 'sleep-seconds': '60', 'request-seconds': '30', shutdown: 'graceful' }),
  ]
  const { overrides, warnings } = parseOverrides(places)
  expect([overrides.sleep?.value, overrides.request?.value, overrides.graceful]).toEqual([20, 30, true])
  expect(overrides.request?.origin.source).toMatchObject({ object: SHOP })
  expect(warnings).toHaveLength(1)
})
