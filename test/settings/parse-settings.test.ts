import { describe, expect, test } from 'vitest'
import { parseSettings } from '../../src/settings/parse-settings.ts'
import { DEFAULT_SETTINGS, LONGEST_SECONDS } from '../../src/settings/schema.ts'

const problems = (document: unknown): readonly string[] => {
  const parsed = parseSettings(document)
  return parsed.ok ? [] : parsed.problems
}

test('an empty document gives the defaults', () => {
  for (const empty of [undefined, null, {}])
    expect(parseSettings(empty)).toEqual({ ok: true, settings: DEFAULT_SETTINGS })
})

test('what is written stands, and the rest keeps its default', () => {
  const written = {
    mode: 'dry-run',
    injectInto: 'pods',
    hook: 'exec',
    daemonSets: true,
    maxSleepSeconds: 0,
    maxGraceSeconds: LONGEST_SECONDS,
    terms: {
      controllerSeconds: 7,
      propagationSeconds: { alb: 30 },
      idleTimeoutSeconds: { nlb: 400 },
    },
    defaultTargetType: 'ip',
    ingressClass: '',
    excludedNamespaces: ['legacy'],
  }
  expect(parseSettings(written)).toEqual({ ok: true, settings: { ...DEFAULT_SETTINGS, ...written } })
})

describe('a problem names the key and quotes the value', () => {
  test.for<[string, unknown, string]>([
    ['a typo', { maxSleepSecond: 60 }, 'maxSleepSecond: unknown setting; did you mean maxSleepSeconds?'],
    [
      'a typo inside',
      { terms: { marginSecond: 5 } },
      'terms.marginSecond: unknown setting; did you mean terms.marginSeconds?',
    ],
    [
      'a typo two levels in',
      { terms: { propagationSeconds: { clb: 5 } } },
      'terms.propagationSeconds.clb: unknown setting',
    ],
    [
      'a gate that is not read',
      { featureGates: { WeightedTargetGroups: true } },
      'featureGates.WeightedTargetGroups: unknown feature gate: expected one of EnableServiceController, ServiceTypeLoadBalancerOnly, ALBGatewayAPI, NLBGatewayAPI',
    ],
    [
      'other separators',
      { max_sleep_seconds: 60 },
      'max_sleep_seconds: unknown setting; did you mean maxSleepSeconds?',
    ],
    [
      'a setting of another level',
      { marginSeconds: 5 },
      'marginSeconds: unknown setting; did you mean terms.marginSeconds?',
    ],
    ['nothing like it', { replicas: 5 }, 'replicas: unknown setting'],
    ['a mode that is none', { mode: 'on' }, 'mode: "on": expected one of enforce, dry-run, off'],
    ['letters that differ', { hook: 'Sleep' }, 'hook: "Sleep": expected one of sleep, exec'],
  ])('%s', ([, document, problem]) => {
    expect(problems(document)).toEqual([problem])
  })

  test.for<[string, unknown, RegExp]>([
    ['a text for a number', { maxSleepSeconds: '60' }, /^maxSleepSeconds: "60": .*integer/],
    ['a fraction', { terms: { requestSeconds: 1.5 } }, /^terms\.requestSeconds: 1\.5: .*integer/],
    ['a negative time', { maxGraceSeconds: -1 }, /^maxGraceSeconds: -1: .*0$/],
    ['milliseconds', { terms: { requestSeconds: 100_000 } }, /^terms\.requestSeconds: 100000: .*86400$/],
    ['a number for a text', { ingressClass: 1 }, /^ingressClass: 1: .*string/],
    ['a text for a switch', { daemonSets: 'yes' }, /^daemonSets: "yes": .*boolean/],
    [
      'a text for a gate',
      { featureGates: { ALBGatewayAPI: 'on' } },
      /^featureGates\.ALBGatewayAPI: "on": .*boolean/,
    ],
    ['one name for a list', { excludedNamespaces: 'legacy' }, /^excludedNamespaces: "legacy": .*array/],
    [
      'a pattern for a container',
      { proxyContainers: ['*-proxy'] },
      /^proxyContainers\.0: "\*-proxy": expected the name of a container; patterns are not supported$/,
    ],
    ['a number in a list', { excludedNamespaces: ['a', 2] }, /^excludedNamespaces\.1: 2: .*string/],
    [
      'a pattern for a name',
      { excludedNamespaces: ['legacy', 'team-*'] },
      /^excludedNamespaces\.1: "team-\*": expected the name of a namespace; patterns are not supported$/,
    ],
    [
      'an id that no finding has',
      { accept: { 'singel-replica': 'x' } },
      /^accept\.singel-replica: not the id of a finding; did you mean single-replica\?$/,
    ],
    [
      'no reason',
      { accept: { 'single-replica': ' ' } },
      /^accept\.single-replica: expected a reason, a text of 1 to 300 characters$/,
    ],
    [
      'a number for a reason',
      { accept: { 'single-replica': 1 } },
      /^accept\.single-replica: expected a reason/,
    ],
    [
      'an annotation’s text',
      { accept: 'single-replica: a canary' },
      /^accept: "single-replica: a canary": .*object$/,
    ],
    [
      'a level for an id that no finding has',
      { findings: { 'singel-replica': 'warn' } },
      /^findings\.singel-replica: not the id of a finding; did you mean single-replica\?$/,
    ],
    [
      'a level that there is not',
      { findings: { 'single-replica': 'error' } },
      /^findings\.single-replica: "error": expected one of off, warn$/,
    ],
    [
      'the boolean that YAML 1.1 makes of off',
      { findings: { 'prestop-ends-server': false } },
      /^findings\.prestop-ends-server: false: expected one of off, warn, deny$/,
    ],
    [
      'a refusal for what rests on an estimate: the sentence names what may be denied',
      { findings: { 'prestop-too-short': 'deny' } },
      /^findings\.prestop-too-short: "deny": only findings whose answer is certain can be denied: grace-too-short, legacy-readiness-gate, prestop-ends-server, publish-not-ready-addresses, readiness-probe-missing, rollout-loses-capacity$/,
    ],
    ['one word for all findings', { findings: 'deny' }, /^findings: "deny": .*object$/],
    ['null for a mapping', { terms: null }, /^terms: null: .*object/],
    ['a list for the settings', [], /^the settings: \[\]: .*object/],
    ['a text for the settings', 'mode: off', /^the settings: "mode: off": .*object/],
  ])('%s', ([, document, problem]) => {
    expect(problems(document)).toEqual([expect.stringMatching(problem)])
  })
})

test('all problems at once, one sentence for each key', () => {
  const found = problems({ mode: 'on', maxSleep: 60, terms: { marginSeconds: -1.5, x: 1 } })
  expect(found.map((problem) => problem.split(':')[0]).toSorted()).toEqual([
    'maxSleep',
    'mode',
    'terms.marginSeconds',
    'terms.x',
  ])
})
