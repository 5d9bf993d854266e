import jsonPatch from 'fast-json-patch'
import { admit } from '../../src/admission/admit.ts'
import type { AdmissionRequest } from '../../src/admission/review.ts'
import type { Knowledge } from '../../src/assessment/assess.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import { narrow } from '../../src/kubernetes/narrow.ts'
import { settingsWith } from '../core/exposures.ts'
import type { Admission, Stored } from './model/api-server.ts'
import { type Kind, templateOf } from './model/kinds.ts'
import { managedFields } from './model/ownership.ts'
import { equal, type Fields, fieldsOf, without } from './model/values.ts'

/** The program as the API server meets it: behind the chart's match conditions, with a small cluster around it. */

export interface Surroundings {
  /** An ALB with ip targets sends to what is labelled `app: web`: sleep 5 + 25 + 10 + 5 = 45 s, grace 45 + 30 = 75 s. */
  readonly exposed: boolean
  /** The mode label of the Namespace. */
  readonly mode: string | undefined
}

const NAMESPACE = 'shop'

const exposure = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec: { controller: 'ingress.k8s.aws/alb' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web',
      namespace: NAMESPACE,
      annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' },
    },
    spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
]

const known = new Map<string, Knowledge>()

function knowledgeOf({ exposed, mode }: Surroundings): Knowledge {
  const key = `${exposed}|${mode}`
  const present = known.get(key)
  if (present !== undefined) return present
  const labels = mode === undefined ? {} : { 'slackwater.dev/mode': mode }
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } }
  const inventory = createInventory({ ...settingsWith(), fromFiles: false })
  for (const raw of [namespace, ...(exposed ? exposure : [])]) {
    const object = narrow(raw)
    if (object !== undefined) inventory.put(object)
  }
  const made = { inventory, settings: settingsWith() }
  known.set(key, made)
  return made
}

/** As the API server shows an object to a webhook. */
function shown({ object, managers }: Stored, { apiVersion }: Kind): Fields {
  const metadata = { namespace: NAMESPACE, ...fieldsOf(object['metadata']) }
  return { ...object, metadata: { ...metadata, managedFields: managedFields(managers, apiVersion) } }
}

const withUid = (object: Fields): Fields => ({
  ...object,
  metadata: { ...fieldsOf(object['metadata']), uid: '7f3c' },
})

/** Whether the webhook is called at all (charts/slackwater/templates/webhook-mutating.yaml). */
function isCalled(next: Stored, old: Stored | undefined, kind: Kind): boolean {
  if (old === undefined) return true
  const [one, other] = [next, old].map(({ object }) => templateOf(object, kind))
  return kind.kind === 'Pod' ? !equal(one?.['spec'], other?.['spec']) : !equal(one, other)
}

const groupVersion = (apiVersion: string) => {
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  return { group, version }
}

/** What admission makes of a request, where the webhook can be reached. */
export const admissionIn =
  (surroundings: Surroundings, kind: Kind): Admission =>
  ({ operation, next, old, by }) => {
    if (!isCalled(next, old, kind)) return next.object
    const object = by.isRead ? withUid(shown(next, kind)) : shown(next, kind)
    const request: AdmissionRequest = {
      uid: '7f3c',
      kind: { ...groupVersion(kind.apiVersion), kind: kind.kind },
      operation,
      name: 'web',
      namespace: NAMESPACE,
      dryRun: false,
      fieldManager: by.manager,
      object,
      oldObject: old === undefined ? null : withUid(shown(old, kind)),
    }
    const { operations } = admit(request, knowledgeOf(surroundings))
    return operations.length === 0 ? next.object : withOperations(shown(next, kind), operations)
  }

type Operations = ReturnType<typeof admit>['operations']

function withOperations(object: Fields, operations: Operations): Fields {
  const copy: Fields = JSON.parse(JSON.stringify(object))
  const { newDocument } = jsonPatch.applyPatch(copy, structuredClone([...operations]), true)
  const metadata = without(without(fieldsOf(newDocument['metadata']), 'managedFields'), 'namespace')
  return { ...newDocument, metadata }
}
