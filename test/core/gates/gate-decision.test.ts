import { describe, expect, test } from 'vitest'
import type { GateState } from '../../../src/core/gates/gate-state.ts'
import type { Labels } from '../../../src/core/model/workload.ts'
import { type Asked, AUTO_LABEL, by, clause, decisionsFor, LBC_LABEL, matching, webhook } from './world.ts'

const ON = { [LBC_LABEL]: 'enabled' }
const AUTO_ON = { [AUTO_LABEL]: 'enabled' }

const CHOICES = `set publishNotReadyAddresses on a headless Service that is only for its Pods; if they start without each other: kubectl label namespace shop ${LBC_LABEL}=enabled`

interface Row {
  readonly state: GateState
  readonly labels?: Labels
  readonly ownedLabels?: Labels
  readonly why?: RegExp
  readonly cure?: string | undefined
}

/** Expected values: design, namespaces and modes. */
const TABLE: readonly (readonly [string, Asked, Row])[] = [
  [
    'an ip-target exposure',
    {},
    { state: 'label', labels: ON, cure: `kubectl label namespace shop ${LBC_LABEL}=enabled` },
  ],
  ['of Auto Mode', { exposedFor: ['auto-mode'] }, { state: 'label', labels: AUTO_ON }],
  [
    'ours stands',
    { labels: ON, recorded: ON },
    { state: 'labelled', ownedLabels: ON, why: /set by Slackwater/ },
  ],
  ['somebody else set it', { labels: ON }, { state: 'labelled', ownedLabels: {}, why: /another client/ }],
  [
    'Pods of a StatefulSet need each other',
    { peers: true },
    { state: 'held-back', labels: ON, why: /StatefulSet shop\/queue.*Service queue/, cure: CHOICES },
  ],
  [
    'they do, and ours stands: it stays',
    { peers: true, labels: ON, recorded: ON },
    { state: 'labelled', ownedLabels: ON, why: /set by Slackwater\); Pods of StatefulSet/ },
  ],
  [
    'they do, and somebody else set it: it stays',
    { peers: true, labels: ON },
    { state: 'labelled', ownedLabels: {}, why: /another client\); Pods of StatefulSet/ },
  ],
  [
    'they do, but nothing is exposed any more',
    { peers: true, labels: ON, recorded: ON, exposedFor: [] },
    { state: 'kept', ownedLabels: ON },
  ],
  [
    'a gate is stuck elsewhere',
    { hold: 'a gate is stuck' },
    {
      state: 'on-hold',
      labels: ON,
      why: /^a gate is stuck$/,
      cure: `kubectl label namespace shop ${LBC_LABEL}=enabled`,
    },
  ],
  ['a gate is stuck, and the label stands', { hold: 'a gate is stuck', labels: ON }, { state: 'labelled' }],
  [
    'a gate is stuck, and nothing would be written anyway',
    { hold: 'a gate is stuck', settings: { namespaceLabels: 'report' } },
    { state: 'would-label', labels: ON },
  ],
  [
    'somebody set another value',
    { labels: { [LBC_LABEL]: 'disabled' } },
    {
      state: 'set-otherwise',
      why: /=disabled was set by a user and stays/,
      cure: `kubectl label namespace shop ${LBC_LABEL}=enabled --overwrite`,
    },
  ],
  [
    'somebody changed ours',
    { labels: { [LBC_LABEL]: 'disabled' }, recorded: ON },
    { state: 'set-otherwise', ownedLabels: {} },
  ],
  [
    'somebody removed ours',
    { recorded: ON },
    {
      state: 'stood-down',
      why: /remove the annotation slackwater\.dev\/readiness-gate-labels/,
      cure: `kubectl label namespace shop ${LBC_LABEL}=enabled`,
    },
  ],
  [
    'somebody removed ours and set it again',
    { labels: ON, recorded: ON },
    { state: 'labelled', ownedLabels: ON },
  ],
  [
    'the memory of Auto Mode’s label does not stop LBC’s',
    { recorded: AUTO_ON, labels: AUTO_ON },
    { state: 'label', labels: ON, ownedLabels: {} },
  ],
  [
    'the exposure is gone: it stays',
    { labels: ON, recorded: ON, exposedFor: [] },
    { state: 'kept', ownedLabels: ON },
  ],
  ['the exposure is gone, and so is the label', { recorded: ON, exposedFor: [] }, { state: 'stood-down' }],
  ['a memory that cannot be read', { recorded: 'yes' }, { state: 'cannot', why: /cannot be read/ }],
  ['a memory that holds no texts', { recorded: '{"a":1}' }, { state: 'cannot', why: /cannot be read/ }],
  [
    'a memory that cannot be read, and the label',
    { recorded: 'yes', labels: ON },
    { state: 'labelled', ownedLabels: {} },
  ],
  ['the namespace is being deleted', { deleting: true }, { state: 'terminating' }],

  ['kube-system', { name: 'kube-system' }, { state: 'forbidden' }],
  ['our own namespace', { name: 'slackwater-system' }, { state: 'forbidden' }],
  [
    'one that a setting names',
    { name: 'lab', settings: { excludedNamespaces: ['lab'] } },
    { state: 'forbidden' },
  ],
  [
    'one that the selector of our webhook leaves out',
    { name: 'lab', settings: { webhook: { namespaceSelector: { matchLabels: { team: 'shop' } } } } },
    { state: 'forbidden', why: /^webhook.namespaceSelector leaves out namespace lab$/ },
  ],
  [
    'one that it selects',
    {
      labels: { team: 'shop' },
      settings: { webhook: { namespaceSelector: { matchLabels: { team: 'shop' } } } },
    },
    { state: 'label', labels: ON },
  ],
  [
    'objects that it leaves out do not forbid a label',
    { settings: { webhook: { objectSelector: { matchLabels: { team: 'shop' } } } } },
    { state: 'label', labels: ON },
  ],
  [
    'where LBC runs, by its webhook’s Service',
    { name: 'ingress-system', controller: { webhooks: [webhook()] } },
    { state: 'forbidden', why: /runs here/ },
  ],
  [
    'the usual namespace of LBC, where it does not run',
    { name: 'aws-lb', controller: { webhooks: [webhook()] } },
    { state: 'label', labels: ON },
  ],
  [
    'a forbidden one that we had labelled',
    { name: 'lab', settings: { excludedNamespaces: ['lab'] }, labels: ON, recorded: ON },
    { state: 'forbidden', ownedLabels: ON, cure: `kubectl label namespace lab ${LBC_LABEL}-` },
  ],

  [
    'namespaceLabels: report',
    { settings: { namespaceLabels: 'report' } },
    { state: 'would-label', labels: ON, why: /namespaceLabels: report/ },
  ],
  [
    'report, ours stands',
    { settings: { namespaceLabels: 'report' }, labels: ON, recorded: ON },
    { state: 'labelled', ownedLabels: ON },
  ],
  ['namespaceLabels: off', { settings: { namespaceLabels: 'off' } }, { state: 'off' }],
  [
    'off, ours stands',
    { settings: { namespaceLabels: 'off' }, labels: ON, recorded: ON },
    { state: 'take-back', labels: ON, ownedLabels: ON },
  ],
  [
    'off, theirs stands',
    { settings: { namespaceLabels: 'off' }, labels: ON },
    { state: 'off', ownedLabels: {} },
  ],
  [
    'off, ours was changed',
    { settings: { namespaceLabels: 'off' }, labels: { [LBC_LABEL]: 'no' }, recorded: ON },
    { state: 'off' },
  ],
  [
    'off, and the exposure is gone',
    { settings: { namespaceLabels: 'off' }, labels: ON, recorded: ON, exposedFor: [] },
    { state: 'take-back', labels: ON, ownedLabels: ON },
  ],
  [
    'mode dry-run',
    { settings: { mode: 'dry-run' } },
    { state: 'would-label', labels: ON, why: /mode: dry-run/ },
  ],
  [
    'mode off',
    { settings: { mode: 'off' }, labels: ON, recorded: ON },
    { state: 'take-back', labels: ON, ownedLabels: ON },
  ],
  [
    'the namespace’s own mode before the installation’s',
    { settings: { mode: 'dry-run' }, labels: { 'slackwater.dev/mode': 'enforce' } },
    { state: 'label', labels: ON },
  ],
  [
    'a namespace in dry-run',
    { labels: { 'slackwater.dev/mode': 'dry-run' } },
    { state: 'would-label', labels: ON, why: /on the namespace/ },
  ],
  [
    'a namespace that is off',
    { labels: { ...ON, 'slackwater.dev/mode': 'off' }, recorded: ON },
    { state: 'take-back', labels: ON, ownedLabels: ON },
  ],
  ['a mode that is none', { labels: { 'slackwater.dev/mode': 'maybe' } }, { state: 'label', labels: ON }],
  [
    'dry-run takes nothing back',
    { settings: { mode: 'dry-run', namespaceLabels: 'off' }, labels: ON, recorded: ON },
    {
      state: 'would-take-back',
      labels: ON,
      ownedLabels: ON,
      cure: `kubectl label namespace shop ${LBC_LABEL}-`,
    },
  ],
  [
    'report takes nothing back',
    { settings: { mode: 'off', namespaceLabels: 'report' }, labels: ON, recorded: ON },
    { state: 'would-take-back', labels: ON, ownedLabels: ON },
  ],

  [
    'LBC injects nothing',
    { controller: { injects: false } },
    { state: 'no-gates', why: /--enable-pod-readiness-gate-inject=false/ },
  ],
  [
    'which is no matter to Auto Mode',
    { controller: { injects: false }, exposedFor: ['auto-mode'] },
    { state: 'label', labels: AUTO_ON },
  ],
  [
    'its outage stops Pods, and one replica is ready',
    { controller: { webhooks: [webhook({ failurePolicy: 'Fail' })], ready: 1 } },
    { state: 'paused', labels: ON, why: /ready replicas: 1/ },
  ],
  [
    'its outage stops Pods, and its Deployment is not found',
    { controller: { webhooks: [webhook({ failurePolicy: 'Fail' })] } },
    { state: 'paused', labels: ON, why: /Deployment is not found/ },
  ],
  [
    'its outage stops Pods, and two replicas are ready',
    { controller: { webhooks: [webhook({ failurePolicy: 'Fail' })], ready: 2 } },
    { state: 'label', labels: ON },
  ],
  [
    'its outage stops nothing',
    { controller: { webhooks: [webhook()], ready: 0 } },
    { state: 'label', labels: ON },
  ],
  [
    'a label that stands is left there when replicas fail',
    { controller: { webhooks: [webhook({ failurePolicy: 'Fail' })], ready: 0 }, labels: ON, recorded: ON },
    { state: 'labelled', ownedLabels: ON },
  ],
  [
    'Auto Mode’s replicas are not ours to count',
    {
      exposedFor: ['auto-mode'],
      controller: {
        webhooks: [
          webhook({ controller: 'auto-mode', failurePolicy: 'Fail', namespaceSelector: matching(AUTO_ON) }),
        ],
        ready: 0,
      },
    },
    { state: 'label', labels: AUTO_ON },
  ],

  [
    'a selector that takes every namespace',
    { controller: { webhooks: [webhook({ namespaceSelector: by() })] } },
    { state: 'not-needed', why: /aws-load-balancer-webhook injects gates here without a label/ },
  ],
  [
    'one that leaves some out, not this',
    {
      controller: {
        webhooks: [
          webhook({ namespaceSelector: by(clause('kubernetes.io/metadata.name', 'NotIn', 'kube-system')) }),
        ],
      },
    },
    { state: 'not-needed' },
  ],
  [
    'one that leaves this out by its name',
    {
      controller: {
        webhooks: [
          webhook({ namespaceSelector: by(clause('kubernetes.io/metadata.name', 'NotIn', 'shop')) }),
        ],
      },
    },
    { state: 'cannot', why: /excludes namespaces with kubernetes\.io\/metadata\.name=shop/ },
  ],
  [
    'one that takes others by their names',
    {
      controller: {
        webhooks: [webhook({ namespaceSelector: matching({ 'kubernetes.io/metadata.name': 'other' }) })],
      },
    },
    { state: 'cannot', cure: undefined },
  ],
  [
    'another label, by value',
    { controller: { webhooks: [webhook({ namespaceSelector: by(clause('gates', 'In', 'on', 'yes')) })] } },
    { state: 'label', labels: { gates: 'on' } },
  ],
  [
    'another label, which stands',
    {
      labels: { gates: 'yes' },
      controller: { webhooks: [webhook({ namespaceSelector: by(clause('gates', 'In', 'on', 'yes')) })] },
    },
    { state: 'labelled', ownedLabels: {} },
  ],
  [
    'another label, with any value',
    { controller: { webhooks: [webhook({ namespaceSelector: by(clause('gates', 'Exists')) })] } },
    { state: 'label', labels: { gates: 'enabled' } },
  ],
  [
    'with any value but one',
    {
      controller: {
        webhooks: [
          webhook({ namespaceSelector: by(clause('gates', 'Exists'), clause('gates', 'NotIn', 'enabled')) }),
        ],
      },
    },
    { state: 'label', labels: { gates: 'enabled-1' } },
  ],
  [
    'two labels, of which one stands',
    {
      labels: { team: 'web' },
      controller: { webhooks: [webhook({ namespaceSelector: matching({ team: 'web', gates: 'on' }) })] },
    },
    { state: 'label', labels: { gates: 'on' } },
  ],
  [
    'a label that a person has set otherwise',
    {
      labels: { team: 'db' },
      controller: { webhooks: [webhook({ namespaceSelector: matching({ team: 'web', gates: 'on' }) })] },
    },
    { state: 'set-otherwise', cure: 'kubectl label namespace shop team=web --overwrite' },
  ],
  [
    'an opt-out that a person has made',
    {
      labels: { gates: 'off' },
      controller: { webhooks: [webhook({ namespaceSelector: by(clause('gates', 'NotIn', 'off')) })] },
    },
    { state: 'cannot', why: /excludes namespaces with gates=off/ },
  ],
  [
    'a label that must not be there',
    {
      labels: { legacy: '' },
      controller: { webhooks: [webhook({ namespaceSelector: by(clause('legacy', 'DoesNotExist')) })] },
    },
    { state: 'cannot', why: /legacy=/ },
  ],
  [
    'a selector that nothing satisfies',
    {
      controller: {
        webhooks: [webhook({ namespaceSelector: by(clause('a', 'Exists'), clause('a', 'DoesNotExist')) })],
      },
    },
    { state: 'cannot', why: /no value of the label a/ },
  ],
  [
    'an operator of the future',
    { controller: { webhooks: [webhook({ namespaceSelector: by(clause('a', 'Near', 'b')) })] } },
    { state: 'cannot' },
  ],
  [
    'a label of Kubernetes’ own is not ours to set',
    {
      controller: {
        webhooks: [
          webhook({ namespaceSelector: matching({ 'pod-security.kubernetes.io/enforce': 'privileged' }) }),
        ],
      },
    },
    { state: 'cannot', why: /which Slackwater does not set/ },
  ],
  [
    'any of several webhooks is enough',
    {
      controller: {
        webhooks: [
          webhook({
            configuration: 'a',
            namespaceSelector: by(clause('x', 'Exists'), clause('y', 'Exists')),
          }),
          webhook({ configuration: 'b', namespaceSelector: by(clause('z', 'Exists')) }),
        ],
      },
    },
    { state: 'label', labels: { z: 'enabled' } },
  ],
  [
    'Auto Mode’s webhook says nothing about LBC’s label',
    { controller: { webhooks: [webhook({ controller: 'auto-mode', namespaceSelector: by() })] } },
    { state: 'label', labels: ON },
  ],
  [
    'only Pods that opt in',
    { labels: ON, controller: { webhooks: [webhook({ objectSelector: matching({ gate: 'yes' }) })] } },
    { state: 'labelled', why: /only Pods with the label gate/ },
  ],
  [
    'the selector has changed: the new label, and the old one stays ours',
    {
      labels: ON,
      recorded: ON,
      controller: { webhooks: [webhook({ namespaceSelector: matching({ gates: 'on' }) })] },
    },
    { state: 'label', labels: { gates: 'on' }, ownedLabels: ON },
  ],
  [
    'the selector has changed after a person said no',
    { recorded: ON, controller: { webhooks: [webhook({ namespaceSelector: matching({ gates: 'on' }) })] } },
    { state: 'stood-down' },
  ],
]

describe('one namespace', () => {
  test.for(TABLE)('%s', ([, asked, row]) => {
    const [decision, ...others] = decisionsFor(asked).filter(({ controller }) =>
      (asked.exposedFor ?? ['lbc'])[0] === 'auto-mode' ? controller === 'auto-mode' : controller === 'lbc',
    )
    expect(others).toEqual([])
    expect(decision?.state).toBe(row.state)
    expect(decision?.labels).toEqual(row.labels ?? {})
    if (row.ownedLabels !== undefined) expect(decision?.ownedLabels).toEqual(row.ownedLabels)
    if (row.why !== undefined) expect(decision?.why).toMatch(row.why)
    if ('cure' in row) expect(decision?.cure).toBe(row.cure)
  })
})

test('neither exposed nor remembered: nothing is decided', () => {
  expect(decisionsFor({ exposedFor: [] })).toEqual([])
})

test('a namespace that serves both controllers gets a decision for each', () => {
  const decided = decisionsFor({ exposedFor: ['lbc', 'auto-mode'], labels: ON, recorded: ON })
  expect(decided.map(({ controller, state }) => [controller, state])).toEqual([
    ['auto-mode', 'label'],
    ['lbc', 'labelled'],
  ])
})
