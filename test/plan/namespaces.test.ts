import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readManifests } from '../../src/manifests/read.ts'
import { patchFiles } from '../../src/plan/patched.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { summarize } from '../../src/plan/summary.ts'
import { shop } from '../cli/manifests.ts'
import { settingsWith } from '../core/exposures.ts'

const LBC_LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'
const USUAL = { name: 'shop', label: LBC_LABEL, value: 'enabled' }

const clause = (key: string, operator: string, ...values: readonly string[]) => ({ key, operator, values })

interface World {
  /** Of the Namespace `shop`. */
  readonly labels?: Readonly<Record<string, string>>
  /** The `namespaceSelector` of LBC's gate webhook; absent: no webhook configuration is among the files. */
  readonly selector?: object
  readonly failurePolicy?: 'Fail' | 'Ignore'
  readonly webhook?: string
  readonly settings?: Parameters<typeof settingsWith>[0]
  /** The namespace of the Service that the webhook sends to. */
  readonly home?: string
}

function planned(world: World) {
  const { labels, selector, failurePolicy = 'Ignore', webhook = 'mpod.elbv2.k8s.aws', settings = {} } = world
  const { home = 'kube-system' } = world
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', ...(labels && { labels }) },
  }
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'aws-load-balancer-webhook' },
    webhooks: [
      {
        name: webhook,
        failurePolicy,
        namespaceSelector: selector,
        clientConfig: { service: { namespace: home, name: 'aws-load-balancer-webhook-service' } },
      },
    ],
  }
  const rest = shop().replace(/^[\s\S]*?---\n/, '')
  const objects = [namespace, ...(selector === undefined ? [] : [configuration])]
  const text = `${objects.map((object) => stringify(object, { version: '1.1' })).join('---\n')}---\n${rest}`
  const sources = [{ name: 'all.yaml', text }]
  const plan = planManifests({
    manifests: readManifests(sources),
    settings: settingsWith(settings),
    namespace: 'default',
  })
  expect(plan.problems).toEqual([])
  return { plan, patched: patchFiles(sources, plan).files[0]?.text ?? '' }
}

const namespacesOf = (world: World) => planned(world).plan.namespaces

describe('the usual label', () => {
  test.for<readonly [string, World]>([
    ['no webhook configuration is among the files', {}],
    ['one of another controller is', { webhook: 'mpod.example.com', selector: {} }],
    ['its selector wants it', { selector: { matchLabels: { [LBC_LABEL]: 'enabled' } } }],
    ['as the chart writes it', { selector: { matchExpressions: [clause(LBC_LABEL, 'In', 'enabled')] } }],
    [
      'its outage would stop Pods: how many replicas are ready, files do not say',
      { selector: { matchLabels: { [LBC_LABEL]: 'enabled' } }, failurePolicy: 'Fail' },
    ],
    ['mode dry-run ties serve, and not a person with files', { settings: { mode: 'dry-run' } }],
    ['so does namespaceLabels: report', { settings: { namespaceLabels: 'report' } }],
  ])('is added: %s', ([, world]) => {
    expect(namespacesOf(world)).toEqual([{ ...USUAL, action: 'add' }])
  })

  test.for<readonly [string, string, 'present' | 'other-value']>([
    ['stands', 'enabled', 'present'],
    ['is set otherwise, and stays', 'disabled', 'other-value'],
  ])('%s', ([, present, action]) => {
    for (const selector of [undefined, { matchLabels: { [LBC_LABEL]: 'enabled' } }]) {
      const world = { labels: { [LBC_LABEL]: present }, ...(selector === undefined ? {} : { selector }) }
      expect(namespacesOf(world)).toEqual([{ ...USUAL, action, present }])
    }
  })
})

describe("the webhook's own selector", () => {
  const tiers = { matchLabels: { tier: 'front', gates: 'true' } }

  test('the labels that it wants are planned and written, not the usual one', () => {
    const { plan, patched } = planned({ selector: tiers })
    expect(plan.namespaces).toEqual([
      { name: 'shop', label: 'tier', value: 'front', action: 'add' },
      { name: 'shop', label: 'gates', value: 'true', action: 'add' },
    ])
    expect(summarize(plan).labelled, 'one namespace').toBe(1)
    expect(patched).toContain('  name: shop\n  labels:\n    tier: front\n    gates: "true"\n')
    expect(patched).not.toContain(LBC_LABEL)
  })

  test('a value that another reader of YAML takes for a boolean is quoted', () => {
    const { patched } = planned({ selector: { matchLabels: { gates: 'on' } } })
    expect(patched).toContain('  labels:\n    gates: "on"\n')
  })

  test('only those that are lacking, beside those that stand', () => {
    const { plan, patched } = planned({ selector: tiers, labels: { tier: 'front', team: 'web' } })
    expect(plan.namespaces).toEqual([{ name: 'shop', label: 'gates', value: 'true', action: 'add' }])
    expect(patched).toContain('  labels:\n    tier: front\n    team: web\n    gates: "true"\n')
  })

  test('all of them stand', () => {
    const labels = { tier: 'front', gates: 'true', team: 'web' }
    expect(namespacesOf({ selector: tiers, labels })).toEqual([
      { name: 'shop', label: 'tier', value: 'front', action: 'present', present: 'front' },
      { name: 'shop', label: 'gates', value: 'true', action: 'present', present: 'true' },
    ])
  })

  test('one stands with another value, which stays, and nothing is written', () => {
    const { plan, patched } = planned({ selector: tiers, labels: { tier: 'back' } })
    expect(plan.namespaces).toEqual([
      { name: 'shop', label: 'tier', value: 'front', action: 'other-value', present: 'back' },
    ])
    expect(patched).toContain('  labels:\n    tier: back\n---\n')
  })

  test.for<readonly [string, World, RegExp]>([
    ['it selects every namespace', { selector: {} }, /injects gates here without a label/],
    [
      'it leaves out namespaces that opt out, and this one does not',
      { selector: { matchExpressions: [clause('gates', 'NotIn', 'shut')] } },
      /injects gates here without a label/,
    ],
    [
      'this one has opted out',
      { selector: { matchExpressions: [clause('gates', 'NotIn', 'shut')] }, labels: { gates: 'shut' } },
      /it excludes namespaces with gates=shut/,
    ],
    [
      'it wants a label of Kubernetes’ own',
      { selector: { matchLabels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
      /which Slackwater does not set/,
    ],
    [
      'the controller injects none',
      { settings: { readinessGateInject: false } },
      /--enable-pod-readiness-gate-inject=false/,
    ],
    ['the labels are switched off', { settings: { namespaceLabels: 'off' } }, /^namespaceLabels: off$/],
  ])('no label: %s', ([, world, why]) => {
    const { plan, patched } = planned(world)
    expect(plan.namespaces).toEqual([{ ...USUAL, action: 'left', why: expect.stringMatching(why) }])
    expect(patched).not.toContain(LBC_LABEL)
  })
})

test.for<readonly [string, World]>([
  ['a namespace that a setting names', { settings: { excludedNamespaces: ['shop'] } }],
  [
    'a namespace that the selector of our webhook leaves out',
    { settings: { webhook: { namespaceSelector: { matchLabels: { team: 'web' } } } } },
  ],
  ['the namespace that the controller runs in', { selector: {}, home: 'shop' }],
])('%s is never touched', ([, world]) => {
  expect(namespacesOf(world)).toEqual([{ ...USUAL, action: 'excluded' }])
})

describe('a Namespace that is not among the manifests', () => {
  const rest = shop({ label: '' }).replace(/^[\s\S]*?---\n/, '')

  function unknown(text: string, namespace = 'default') {
    const sources = [{ name: 'all.yaml', text }]
    const plan = planManifests({ manifests: readManifests(sources), settings: settingsWith(), namespace })
    const gate = plan.objects
      .flatMap(({ findings }) => findings)
      .filter(({ id }) => id === 'readiness-gate-missing')
    return { plan, gate, files: patchFiles(sources, plan).files }
  }

  test('may have the label: information, and no change for an exit code', () => {
    const { plan, gate } = unknown(rest)
    expect(gate.map(({ severity, holds }) => [severity, holds])).toEqual([['information', 'throughout']])
    expect(plan.namespaces).toEqual([{ ...USUAL, action: 'add', isUnknown: true }])
    expect(summarize(plan).labelled).toBe(0)
  })

  test('is written, in front, so that the tree is complete', () => {
    const { files } = unknown(rest)
    expect(files.map(({ name }) => name)).toEqual(['slackwater-namespaces.yaml', 'all.yaml'])
    const [written] = readManifests(files).objects
    expect(written?.raw).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { [LBC_LABEL]: 'enabled' } },
    })
    const again = unknown(files.map(({ text }) => text).join('---\n'))
    expect([again.gate, again.plan.namespaces]).toEqual([
      [],
      [{ ...USUAL, action: 'present', present: 'enabled' }],
    ])
    expect(again.files.map(({ name }) => name)).toEqual(['all.yaml'])
  })

  test('its name stays the text that it is', () => {
    const [file] = unknown(rest.replaceAll('namespace: shop', 'namespace: "1234"')).files
    expect(readManifests(file === undefined ? [] : [file]).objects.map(({ name }) => name)).toEqual(['1234'])
    const [no] = unknown(rest.replaceAll('namespace: shop', 'namespace: "no"')).files
    expect(readManifests(no === undefined ? [] : [no]).objects.map(({ name }) => name)).toEqual(['no'])
  })

  test('is written for objects that name none, unless that is only the default', () => {
    const unnamed = rest.replaceAll('  namespace: shop\n', '')
    expect(unknown(unnamed).files.map(({ name }) => name)).toEqual(['all.yaml'])
    expect(unknown(unnamed, 'market').files.map(({ name }) => name)).toEqual([
      'slackwater-namespaces.yaml',
      'all.yaml',
    ])
  })

  test('with instance targets nothing is needed', () => {
    const { gate, files } = unknown(rest.replace('target-type: ip', 'target-type: instance'))
    expect([gate, files.length]).toEqual([[], 1])
  })
})
