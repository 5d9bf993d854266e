import { expect, test } from 'vitest'
import { parseSettings } from '../../src/settings/parse-settings.ts'

/** The design's defaults, written out; the terms' own belong to the budget. */
const DEFAULTS = {
  mode: 'enforce',
  injectInto: 'auto',
  hook: 'sleep',
  daemonSets: false,
  proxyContainers: ['istio-proxy', 'linkerd-proxy', 'envoy'],
  maxSleepSeconds: 240,
  maxHookGraceSeconds: 3600,
  terms: {},
  observed: {},
  ownNamespace: 'slackwater-system',
  namespaceLabels: 'enforce',
  adopt: 'newborn',
  gateWhenControllerDown: 'off',
  policyReports: 'off',
  accept: {},
  findings: {},
  excludedNamespaces: [],
  webhook: {},
}

test.for([undefined, null, {}])('%j gives the defaults', (document) => {
  expect(parseSettings(document)).toEqual({ ok: true, settings: DEFAULTS })
})

test('every key is accepted, each with another value than its default', () => {
  const every = {
    mode: 'off',
    injectInto: 'workloads',
    hook: 'exec',
    daemonSets: true,
    proxyContainers: ['mesh'],
    maxSleepSeconds: 120,
    maxGraceSeconds: 300,
    maxHookGraceSeconds: 900,
    terms: {
      controllerSeconds: 1,
      propagationSeconds: { alb: 2, nlb: 3 },
      requestSeconds: 4,
      kubeProxySeconds: 5,
      marginSeconds: 0,
      shutdownSeconds: 6,
      deregistrationDelaySeconds: 7,
      idleTimeoutSeconds: { alb: 8, nlb: 9 },
      healthSeconds: 10,
      unhealthyLagSeconds: 11,
    },
    observed: { maxAgeDays: 30, minimumDepartures: 100 },
    namespaceLabels: 'report',
    adopt: 'off',
    gateWhenControllerDown: 'on',
    policyReports: 'auto',
    accept: { 'single-replica': 'a canary' },
    findings: { 'single-replica': 'warn', 'prestop-missing': 'off', 'prestop-ends-server': 'deny' },
    defaultTargetType: 'ip',
    ingressClass: 'internal',
    loadBalancerClass: 'example.com/nlb',
    watchNamespace: 'shop',
    readinessGateInject: false,
    featureGates: {
      EnableServiceController: false,
      ServiceTypeLoadBalancerOnly: true,
      ALBGatewayAPI: true,
      NLBGatewayAPI: false,
    },
    ownNamespace: 'tides',
    excludedNamespaces: ['legacy', 'lab'],
    webhook: {
      namespaceSelector: { matchLabels: { team: 'shop' } },
      objectSelector: {
        matchExpressions: [
          { key: 'app', operator: 'In', values: ['web'] },
          { key: 'legacy', operator: 'DoesNotExist' },
        ],
      },
      matchConditions: [{ name: 'not-by-velero', expression: "request.userInfo.username != 'velero'" }],
    },
  }
  expect(parseSettings(every)).toEqual({ ok: true, settings: every })
})

test('terms are times too: each one refuses what is negative or longer than a day', () => {
  for (const value of [-1, 86_401]) {
    const parsed = parseSettings({ terms: { propagationSeconds: { nlb: value } } })
    expect(parsed).toMatchObject({
      ok: false,
      problems: [expect.stringContaining(`terms.propagationSeconds.nlb: ${value}: `)],
    })
  }
})

test('a key that JSON pointers escape is named as it was written', () => {
  expect(parseSettings({ 'a/b': 1 })).toEqual({ ok: false, problems: ['a/b: unknown setting'] })
  expect(parseSettings({ 'a~b': 1 })).toEqual({ ok: false, problems: ['a~b: unknown setting'] })
})

test.for<[string, unknown, string]>([
  [
    'a misspelled key',
    { namespaceSelector: { matchLabel: { a: 'b' } } },
    'webhook.namespaceSelector.matchLabel: unknown setting; did you mean webhook.namespaceSelector.matchLabels?',
  ],
  [
    'a key of another value of the chart',
    { failurePolicy: 'Fail' },
    'webhook.failurePolicy: unknown setting',
  ],
  [
    'a label that is no text',
    { objectSelector: { matchLabels: { a: true } } },
    'webhook.objectSelector.matchLabels.a: true: ',
  ],
  [
    'an operator that Kubernetes does not know',
    { objectSelector: { matchExpressions: [{ key: 'a', operator: 'Equals', values: ['b'] }] } },
    'webhook.objectSelector.matchExpressions.0',
  ],
  [
    'In without values',
    { namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
    'webhook.namespaceSelector.matchExpressions.0',
  ],
])('a selector of the webhook: %s', ([, webhook, problem]) => {
  const parsed = parseSettings({ webhook })
  expect(parsed.ok).toBe(false)
  expect('problems' in parsed && parsed.problems.join('\n')).toContain(problem)
})
