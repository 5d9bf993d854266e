import { describe, expect, test } from 'vitest'
import { type AdmissionRequest, type Answer, reviewOf } from '../../src/admission/review.ts'
import { validate } from '../../src/admission/validate.ts'
import type { Knowledge } from '../../src/assessment/assess.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { root } from '../../src/kubernetes/json.ts'
import { narrow } from '../../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../../src/kubernetes/workload.ts'
import { LONGEST_SENTENCE } from '../../src/server/answer.ts'
import { settingsWith } from '../core/exposures.ts'
import { type JsonObject, namespace as namespaceWith, requestFor } from './world.ts'

/** Updates that move traffic: from the Pods of web-blue to those of web-green, in one step. */

const service = (name: string, selector: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector, ports: [{ port: 80 }] },
})

const color = (name: string): JsonObject => ({ app: 'web', color: name })
const BLUE = service('web-blue', color('blue'))
const GREEN = service('web-green', color('green'))

const deployment = (name: string): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `web-${name}`, namespace: 'shop', uid: name, creationTimestamp: '2026-03-02T10:00:00Z' },
  spec: {
    replicas: 2,
    template: { metadata: { labels: color(name) }, spec: { containers: [{ name: 'app' }] } },
  },
})

const ingress = (to: string, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'web',
    namespace: 'shop',
    ...metadata,
    annotations: {
      'alb.ingress.kubernetes.io/target-type': 'ip',
      ...(metadata['annotations'] as JsonObject | undefined),
    },
  },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name: to, port: { number: 80 } } } },
})

const CLASS: JsonObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
}

interface World {
  readonly settings?: Partial<Settings>
  readonly namespace?: JsonObject
  readonly doubt?: string
  readonly alone?: true
}

function answerTo(
  stored: JsonObject,
  object: JsonObject,
  { settings = {}, namespace, doubt, alone }: World = {},
  further: Partial<AdmissionRequest> = {},
): Answer {
  const merged = settingsWith(settings)
  const inventory = createInventory({ ...merged, fromFiles: false })
  const known = [CLASS, BLUE, GREEN, ingress('web-blue'), ...(namespace === undefined ? [] : [namespace])]
  for (const raw of known) {
    const one = narrow(raw)
    if (one !== undefined) inventory.put(one)
  }
  for (const name of ['blue', 'green']) inventory.putWorkload(toWorkloadSummary(root(deployment(name))))
  const view: Knowledge['inventory'] =
    doubt === undefined
      ? inventory
      : new Proxy(inventory, {
          get: (target, key) => (key === 'doubt' ? () => doubt : Reflect.get(target, key, target)),
        })
  const request = requestFor(object, { operation: 'UPDATE', oldObject: stored, ...further })
  return validate(request, {
    inventory: view,
    settings: merged,
    ...(alone === true ? {} : { traffic: inventory }),
  })
}

const saidOf = (answer: Answer): readonly string[] =>
  JSON.parse(reviewOf('u', answer).body).response.warnings ?? []

const SWITCHED = [ingress('web-blue'), ingress('web-green')] as const
/** The containers have no hook. */
const WARNED = [
  expect.stringMatching(/^slackwater: backend-switch: .*web-green.*; .+$/),
  'slackwater: backend-switch: no preStop hook on Deployment web-green; set slackwater.dev/assume on its template first',
  'slackwater: both steps to paste: slackwater explain backend-switch, or the field paste of Slackwater’s log',
]

describe('an update that moves traffic in one step', () => {
  test('of an Ingress is allowed with a warning', () => {
    const answer = answerTo(...SWITCHED)
    expect(saidOf(answer)).toEqual(WARNED)
    for (const warning of saidOf(answer)) expect(warning.length).toBeLessThanOrEqual(120)
    expect(answer).toMatchObject({ outcome: 'warned', auditAnnotations: { findings: 'backend-switch' } })
    expect(answer.denial).toBeUndefined()
    // The first of the two steps, with the names of this Ingress: all to the old Service, none to the new one yet.
    expect(String(answer.log['paste']).replaceAll('\\"', '"')).toMatch(
      /"web-blue","servicePort":80,"weight":100.*"web-green","servicePort":80,"weight":0/,
    )
  })

  test('what is to be pasted is whole in the log line, or not in it', () => {
    // An ALB forwards to five target groups at most; a Service's name has up to 63 characters, a port's 15.
    const from = (length: number, servicePort: string): JsonObject => {
      const names = ['web-blue', ...[1, 2, 3, 4].map((at) => `${'w'.repeat(length)}${at}`)]
      const targetGroups = names.map((serviceName) => ({ serviceName, servicePort, weight: 1 }))
      const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } })
      const stored = ingress('', { annotations: { 'alb.ingress.kubernetes.io/actions.go': action } })
      const spec = { defaultBackend: { service: { name: 'go', port: { name: 'use-annotation' } } } }
      return { ...stored, spec: { ingressClassName: 'alb', ...spec } }
    }
    const pastes = [from(3, 'http'), from(62, 'p'.repeat(15))].map(
      (stored) => answerTo(stored, ingress('web-green')).log['paste'],
    )
    const whole = 'deregistration delay.'
    expect(pastes.map((paste) => paste === undefined || String(paste).endsWith(whole))).toEqual([true, true])
    expect(pastes.map((paste) => paste !== undefined)).toEqual([true, false])
    for (const paste of pastes) expect(String(paste ?? '').length).toBeLessThanOrEqual(LONGEST_SENTENCE)
  })

  test('of a selector too', () => {
    const answer = answerTo(BLUE, service('web-blue', color('green')))
    expect(saidOf(answer)).toEqual(WARNED)
    expect(answer.log['paste']).toContain('selector')
  })

  test('in dry-run it is said as it is', () => {
    expect(saidOf(answerTo(...SWITCHED, { settings: { mode: 'dry-run' } }))).toEqual(WARNED)
  })

  test.for<[string, World, JsonObject?]>([
    ['off', { settings: { findings: { 'backend-switch': 'off' } } }],
    ['mode off', { settings: { mode: 'off' } }],
    ['mode off in the namespace', { namespace: namespaceWith({ 'slackwater.dev/mode': 'off' }) }],
    ['an excluded namespace', { settings: { excludedNamespaces: ['shop'] } }],
    ['accepted in the settings', { settings: { accept: { 'backend-switch': 'at night' } } }],
    ['accepted on the Ingress', {}, { annotations: { 'slackwater.dev/accept': 'backend-switch: at night' } }],
    [
      'accepted in the namespace',
      {
        namespace: {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'shop', annotations: { 'slackwater.dev/accept': 'backend-switch: at night' } },
        },
      },
    ],
    ['what a controller owns', {}, { ownerReferences: [{ kind: 'App', name: 'a', controller: true }] }],
    ['what is being deleted', {}, { deletionTimestamp: '2026-03-01T08:00:00Z' }],
    ['no live cluster', { alone: true }],
    ['doubt', { doubt: 'services not up to date' }],
  ])('nothing is said: %s', ([, world, metadata = {}]) => {
    const answer = answerTo(ingress('web-blue'), ingress('web-green', metadata), world)
    expect([answer.warnings, answer.denial]).toEqual([[], undefined])
  })

  test('its status, its creation and its deletion are no concern', () => {
    for (const further of [{ subResource: 'status' }, { operation: 'CREATE' }, { operation: 'DELETE' }])
      expect(answerTo(...SWITCHED, {}, further).outcome).toBe('not-concerned')
  })

  test('what cannot be read is allowed and audited', () => {
    const broken = { ...ingress('web-green'), spec: { rules: 'all' } }
    expect(answerTo(ingress('web-blue'), broken)).toMatchObject({
      outcome: 'unreadable',
      warnings: [],
      auditAnnotations: { unchecked: expect.stringContaining('spec.rules') },
    })
    expect(answerTo(null as unknown as JsonObject, ingress('web-green')).outcome).toBe('unreadable')
  })
})

test('what is not moved is not mentioned', () => {
  expect(answerTo(ingress('web-blue'), ingress('web-blue')).outcome).toBe('nothing-found')
})
