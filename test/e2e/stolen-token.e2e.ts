import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type ApiReply, call, pathOf } from './support/api.ts'
import { TRIED } from './support/attempts.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { helm } from './support/installation.ts'
import { createNamespaces, kubectl, kubectlOk, run, stored, storedAll } from './support/kubectl.ts'
import { app } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'
import * as thefts from './support/thefts.ts'
import {
  lease,
  OWN_NAMESPACE,
  RIGHTS,
  STRATEGIC,
  said,
  type Thief,
  thiefWith,
  withoutPolicies,
  withPolicies,
} from './support/thief.ts'
import { merged, record, TOUCH } from './support/touches.ts'

/**
 * Somebody has the token of Slackwater's ServiceAccount. Each theft is tried twice: without the policies of
 * deploy/rbac.yaml, where the rights alone let it pass, and with them.
 */

const NEEDS = ['control plane'] as const

/** Ours, for nobody: only its own content is looked at here. */
function webhookConfiguration(): object {
  const objects = parseAllDocuments(readFileSync('deploy/base/slackwater.yaml', 'utf8')).map(
    (document) => document.toJS() as { readonly kind: string; readonly webhooks?: readonly object[] },
  )
  const found = objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration')
  const namespaceSelector = { matchLabels: { 'slackwater-e2e': 'nowhere' } }
  return { ...found, webhooks: found?.webhooks?.map((entry) => ({ ...entry, namespaceSelector })) }
}

/** As if it were our own. */
const OWN = app({ name: 'own', replicas: 0 })

let thief: Thief
const namespaces = createNamespaces()

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await kubectlOk(['apply', '-f', RIGHTS])
  await kubectlOk(['apply', '-f', '-'], webhookConfiguration())
  await kubectlOk(['apply', '-n', OWN_NAMESPACE, '-f', '-'], OWN)
  // Another file's replica may have led in this cluster, and a Lease is created here.
  await kubectlOk(['delete', 'lease', 'slackwater', '-n', OWN_NAMESPACE, '--ignore-not-found'])
  thief = await thiefWith(namespaces)
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await kubectl(['delete', 'mutatingwebhookconfiguration', 'slackwater', '--ignore-not-found'])
  await kubectl(['delete', 'deployment', OWN.metadata.name, '-n', OWN_NAMESPACE])
  await kubectlOk(['apply', '-f', RIGHTS])
  await namespaces.remove()
})

const LISTS: Readonly<Record<string, readonly thefts.Theft[]>> = {
  'each field of a workload': thefts.BY_FIELD,
  'what admission may write': thefts.IN_FREE,
  'other workloads': thefts.OF_WORKLOADS,
  Namespaces: thefts.OF_NAMESPACES,
  'its webhook configuration': thefts.OF_WEBHOOKS,
  'Leases, Events, a Secret': thefts.OF_THE_REST,
}

/** `what: answer`, for those whose answer is not the one that is wanted. */
async function unlike(
  list: readonly thefts.Theft[],
  isWanted: (answer: string, theft: thefts.Theft) => boolean,
): Promise<readonly string[]> {
  const answers: string[] = []
  for (const theft of list) {
    const answer = said(await theft.ask(thief))
    if (!isWanted(answer, theft)) answers.push(`${theft.what}: ${answer}`)
  }
  return answers
}

type Schemas = Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>

async function schemasOf(group: string): Promise<Schemas> {
  const { body } = await call({ method: 'GET', path: `/openapi/v3/apis/${group}/v1` })
  return (body as { readonly components: { readonly schemas: Schemas } }).components.schemas
}

const packageOf = (schema: string): string => {
  if (schema === 'ObjectMeta') return 'io.k8s.apimachinery.pkg.apis.meta.v1'
  return /^(Deployment|StatefulSet)/.test(schema) ? 'io.k8s.api.apps.v1' : 'io.k8s.api.core.v1'
}

describe('each field that the API server knows is tried', () => {
  caseOf('of a workload', NEEDS, async () => {
    const schemas = await schemasOf('apps')
    for (const { schema, attempts } of TRIED) {
      const fields = Object.keys(schemas[`${packageOf(schema)}.${schema}`]?.properties ?? {})
      expect([schema, ...Object.keys(attempts).toSorted()]).toEqual([schema, ...fields.toSorted()])
    }
  })

  caseOf('of a webhook', NEEDS, async () => {
    const schemas = await schemasOf('admissionregistration.k8s.io')
    const { properties = {} } = schemas['io.k8s.api.admissionregistration.v1.MutatingWebhook'] ?? {}
    expect([...thefts.WEBHOOK_FIELDS].toSorted()).toEqual(Object.keys(properties).toSorted())
  })
})

describe('without the policies its rights let pass', () => {
  beforeAll(async () => {
    if (has(...NEEDS)) await withoutPolicies(thief)
  })

  for (const [what, list] of Object.entries(LISTS))
    caseOf(what, NEEDS, async () => {
      expect(await unlike(list, (answer) => answer === 'accepted')).toEqual([])
    })
})

const isRefusedByPolicy = (answer: string, { words }: thefts.Theft): boolean =>
  answer.startsWith('403 ') && answer.includes('ValidatingAdmissionPolicy') && answer.includes(words)

describe('with the policies it is refused', () => {
  beforeAll(async () => {
    if (has(...NEEDS)) await withPolicies(thief)
  })

  for (const [what, list] of Object.entries(LISTS))
    caseOf(what, NEEDS, async () => {
      expect(await unlike(list, isRefusedByPolicy)).toEqual([])
    })
})

describe('its rights never let pass', () => {
  for (const [what, ask] of Object.entries(thefts.WITHOUT_RIGHT))
    caseOf(what, NEEDS, async () => {
      const answer = said(await ask(thief))
      expect(answer).toMatch(/^403 /)
      expect(answer).not.toContain('ValidatingAdmissionPolicy')
    })
})

/** Of a container `app` that had none of it; the Pod's grace was 30. */
const injected = (name: string, preStop: object, isProbed = true) => ({
  name,
  lifecycle: { preStop },
  ...(isProbed && {
    livenessProbe: { terminationGracePeriodSeconds: 30 },
    startupProbe: { terminationGracePeriodSeconds: 30 },
  }),
})

const inTemplate = (containers: readonly object[]) => ({
  spec: { template: { spec: { terminationGracePeriodSeconds: 75, containers } } },
})

const SLEEP = { sleep: { seconds: 45 } }
const PROBES = '{"livenessProbe":30,"startupProbe":30}'
const RECORD = `{"grace":{"before":30,"after":75},"sleep":{"app":45},"probes":{"app":${PROBES}},"created":{"annotations":true,"lifecycle":["app"]}}`

describe('what Slackwater does is let pass', () => {
  const deeds: Readonly<Record<string, () => Promise<ApiReply>>> = {
    'the touch of a Deployment, where nothing is injected': () => thief.workload(TOUCH),
    'nothing, where admission takes the touch back': () =>
      thief.workload({ spec: { template: { metadata: { annotations: {} } } } }),
    'the touch of a StatefulSet': () => thief.workload(TOUCH, 'web', 'StatefulSet'),
    'the touch of one whose hooks go into its Pods': () =>
      thief.workload(
        record('{"sleep":{},"created":{"annotations":true,"lifecycle":[]},"adopted":"Ingress shop/web"}'),
      ),
    'what admission makes of it': () =>
      thief.workload(merged(record(RECORD), inTemplate([injected('app', SLEEP)]))),
    'the same where a server-side apply stated the grace': () =>
      thief.workload(
        merged(
          record(RECORD.replace('"after":75', '"after":75,"owned":true')),
          inTemplate([injected('app', SLEEP)]),
        ),
      ),
    'the same where nobody stated the grace': () =>
      thief.workload(
        merged(record(RECORD.replace('"before":30', '"before":null')), inTemplate([injected('app', SLEEP)])),
      ),
    'a gate label, remembered': () => thief.applied(thefts.REMEMBERED),
    'a gate label of its own, taken back': () => thief.applied({}, thief.namespaces.ours),
    'a CA': () => thefts.onWebhook(thief, { clientConfig: { caBundle: CA } }),
    'its Lease': () =>
      thief.create(`/apis/coordination.k8s.io/v1/namespaces/${OWN_NAMESPACE}/leases`, lease('slackwater')),
    'its Events': () => thefts.sayEvent(thief, 'slackwater'),
  }

  for (const [what, ask] of Object.entries(deeds))
    caseOf(what, NEEDS, async () => expect(said(await ask())).toBe('accepted'))
})

const CA = readFileSync('test/chart/ca.crt').toString('base64')

describe('where hooks are commands (hook: exec)', () => {
  beforeAll(async () => {
    if (!has(...NEEDS, 'helm')) return
    const only = ['-s', 'templates/admission-policy.yaml', '--set', 'hook=exec', '--kube-version', '1.35.0']
    const chart = path.resolve('charts/slackwater')
    const { out } = await helm('template', 'slackwater', chart, '-n', OWN_NAMESPACE, ...only)
    expect((await run(cluster.kubectl, ['apply', '-f', '-'], out)).err).toBe('')
    await waitFor(async () => (said(await hook('sleep 45')) === 'accepted' ? true : undefined))
  })
  afterAll(async () => {
    if (!has(...NEEDS, 'helm')) return
    await kubectlOk(['apply', '-f', RIGHTS])
    // The API server takes a moment, and what follows rests on native sleeps.
    await waitFor(async () => (said(await hook('sleep 45')) === 'accepted' ? undefined : true))
  })
  const hook = (script: string) => {
    const preStop = { exec: { command: ['/bin/sh', '-c', script] } }
    const text = '{"grace":{"before":30,"after":75},"form":"exec","sleep":{"app":45}}'
    return thief.workload(merged(record(text), inTemplate([injected('app', preStop, false)])))
  }

  for (const script of ['sleep 5; evil', 'sleep 5\nevil', 'sleep $(evil)', 'sleep 5 ', 'evil', 'sleep 3601'])
    caseOf(`refused: ${JSON.stringify(script)}`, [...NEEDS, 'helm'], async () => {
      expect(said(await hook(script))).toContain('it only sleeps')
    })
})

caseOf('a person is never refused by the policies', NEEDS, async () => {
  const at = pathOf({ apiVersion: 'apps/v1', plural: 'deployments' }, thief.namespaces.plain, 'web')
  const body = { spec: { replicas: 0, template: { spec: { hostPID: true } } } }
  const query = { dryRun: 'All' }
  const { status } = await call({ method: 'PATCH', path: at, query, body, contentType: STRATEGIC })
  expect(status).toBe(200)
})

interface PolicyStatus {
  readonly status?: { readonly observedGeneration?: number; readonly typeChecking?: object }
}

caseOf('the API server has no doubt about any expression', ['controllers', 'control plane'], async () => {
  const ours = ['validatingadmissionpolicies', '-l', 'app.kubernetes.io/name=slackwater']
  const policies = await waitFor(async () => {
    const found = await storedAll<PolicyStatus>(ours)
    return found.every(({ status }) => status?.observedGeneration !== undefined) ? found : undefined
  })
  expect(policies.length).toBe(5)
  for (const { status } of policies) expect(status?.typeChecking ?? {}).toEqual({})
})

/** More than anybody has: the budget of one expression is 1,000,000 (apiserver, pkg/apis/cel/config.go). */
const CONTAINERS = 100

caseOf(`a template of ${CONTAINERS} containers is within the budget of the expressions`, NEEDS, async () => {
  const names = Array.from({ length: CONTAINERS }, (_, index) => `container-with-a-long-name-${index}`)
  const plain = app({ name: 'wide', replicas: 0 })
  const [container] = plain.spec.template.spec.containers
  const probe = { httpGet: { path: '/', port: 80 } }
  const containers = names.map((name) => ({ ...container, name, livenessProbe: probe, startupProbe: probe }))
  const template = { ...plain.spec.template, spec: { containers } }
  await kubectlOk(['apply', '-n', thief.namespaces.plain, '-f', '-'], {
    ...plain,
    spec: { ...plain.spec, template },
  })
  // Its controller writes to it, too.
  if (has('controllers'))
    await kubectlOk(['rollout', 'status', 'deployment/wide', '-n', thief.namespaces.plain, '--timeout=60s'])
  const of = (value: unknown) => Object.fromEntries(names.map((name) => [name, value]))
  const text = JSON.stringify({
    grace: { before: 30, after: 75 },
    sleep: of(45),
    probes: of({ livenessProbe: 30, startupProbe: 30 }),
    created: { annotations: true, lifecycle: names },
  })
  const change = inTemplate(names.map((name) => injected(name, SLEEP)))
  expect(said(await thief.workload(merged(record(text), change), 'wide'))).toBe('accepted')
  expect(await stored(['deployment', 'wide', '-n', thief.namespaces.plain])).toMatchObject({
    metadata: { generation: 1 },
  })
})
