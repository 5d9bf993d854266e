import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { hookAfterSleep, hookOfLength } from '../../../src/core/findings/hook-paste.ts'
import { atObject, commandOn, inTemplate, yaml } from '../../../src/core/findings/paste.ts'
import { exec, nativeSleep, s, summary } from '../decision/subjects.ts'

describe('YAML', () => {
  /** Text that YAML would read as something else, that a terminal obeys, or that would begin a line of its own. */
  const TEXTS = [
    ...['app', '/ready', 'a.b/c-d', '--flag=1', 'true', 'No', 'null', '~', '12', '1e3', '0x1f', '12:30', ''],
    ...[
      'a: b',
      '- a',
      '#',
      'a #b',
      '{}',
      '[',
      '*a',
      '&a',
      '!a',
      '|',
      '%',
      '@',
      '`',
      '"',
      "it's",
      '\\',
      ' a ',
    ],
    ...[
      'a\nb: c',
      '\u001b[31m',
      '\u202egnp',
      '\u0000',
      '::error::',
      '##[error]',
      '\u{1f600}',
      'n'.repeat(250),
    ],
  ]

  test.for(TEXTS)('%j stays the same text, as key, value and in lists', (text) => {
    const value = { [`k${text}`]: text, list: [text], items: [{ name: text, inner: { text } }] }
    const written = yaml(value)
    expect(parse(written)).toEqual(value)
    expect(written.split('\n')).toHaveLength(6)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for.
    expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^::|##\[/)
  })

  test('numbers and null', () => {
    expect(parse(yaml({ a: 1, b: null, c: ['x', 2] }))).toEqual({ a: 1, b: null, c: ['x', 2] })
  })

  test('nothing gets out of the comment that names an object', () => {
    const ref = { kind: 'Service', namespace: 'shop', name: 'web\nspec: {}\n\u202e' }
    const text = atObject(ref, { spec: { a: 1 } })
    expect(parse(text)).toEqual({ spec: { a: 1 } })
    expect(text.split('\n')[0]).toBe('# Service shop/web\\nspec: {}\\n\\u202e')
  })
})

test.for(['-rf', 'a b', 'a;b', '$(id)', '', 'A', 'a\n'])('no command is written with the name %j', (name) => {
  expect(commandOn(['shop', name], 'kubectl')).toBeUndefined()
  expect(commandOn(['shop', 'web-1.a'], 'kubectl')).toBe('kubectl')
})

test('a Pod without a workload has its template itself', () => {
  const spec = { spec: { a: 1 } }
  expect(parse(inTemplate({ isPod: true }, spec))).toEqual(spec)
  expect(parse(inTemplate({ isPod: true, workload: summary() }, spec))).toEqual({ spec: { template: spec } })
  expect(parse(inTemplate({}, spec))).toEqual({ spec: { template: spec } })
})

describe('a hook of another length', () => {
  const commandOf = (...words: readonly string[]) => hookOfLength(exec(...words), s(45))
  const isCommand = (...command: readonly string[]) => ({ exec: { command } })

  test('keeps its form, and what it does after the sleep', () => {
    expect(hookOfLength(nativeSleep(5), s(45))).toEqual({ sleep: { seconds: 45 } })
    expect(commandOf('/bin/sleep', '5')).toEqual(isCommand('/bin/sleep', '45'))
    expect(commandOf('sh', '-c', 'sleep 5')).toEqual(isCommand('sh', '-c', 'sleep 45'))
    expect(commandOf('bash', '-ec', 'sleep 90; /drain')).toEqual(isCommand('bash', '-ec', 'sleep 45; /drain'))
    // 45 − 7
    expect(commandOf('sh', '-c', 'sleep 5; sleep 2; /drain')).toEqual(
      isCommand('sh', '-c', 'sleep 38 && sleep 5; sleep 2; /drain'),
    )
  })

  test.for([
    ['its length is not known', exec('/drain')],
    ['it is shorter than several sleeps', exec('sh', '-c', 'sleep 50; sleep 50')],
    ['it is an argument of ingress-nginx', { ...exec('/wait-shutdown'), shutdownGrace: s(5) }],
    ['the API server refuses it', { handlers: ['exec', 'sleep'], sleep: s(5) }],
  ] as const)('none where %s', ([, hook]) => {
    expect(hookOfLength(hook, s(45))).toBeUndefined()
  })

  test('a sleep first, and then the same command', () => {
    expect(hookAfterSleep(exec('sh', '-c', '/drain; exit 0'), s(45))).toEqual(
      isCommand('sh', '-c', 'sleep 45 && /drain; exit 0'),
    )
    expect(hookAfterSleep(exec('nginx', '-s', "it's $HOME"), s(45))).toEqual(
      isCommand('/bin/sh', '-c', "sleep 45 && nginx -s 'it'\\''s $HOME'"),
    )
    expect(hookAfterSleep({ handlers: ['httpGet'] }, s(45))).toBeUndefined()
    // A shell refuses a line with a parenthesis too many before it sleeps.
    expect(hookAfterSleep(exec('sh', '-c', '/drain )'), s(45))).toBeUndefined()
  })
})
