import { GATES_ANNOTATION } from '../../../src/core/model/keys.ts'
import type { ApiReply } from './api.ts'
import { inContainer, TRIED, type Tried } from './attempts.ts'
import { APPLY, GATE, GATES_RECORD, lease, MERGE, OWN_NAMESPACE, POD_SECURITY, type Thief } from './thief.ts'
import { IN_WHAT_IS_FREE, merged, TOUCH } from './touches.ts'

/** Everything that is tried with the token. */

export interface Theft {
  readonly what: string
  readonly ask: (thief: Thief) => Promise<ApiReply>
  /** Of the refusal. */
  readonly words: string
}

const theftsOf = ({ schema, of, words, patch: patchOf, attempts }: Tried): readonly Theft[] =>
  Object.entries(attempts).flatMap(([field, attempt]) => {
    if (typeof attempt === 'string') return []
    const body = merged(TOUCH, patchOf(attempt))
    return [{ what: `${of}: ${schema}.${field}`, ask: (thief) => thief.workload(body, 'web', of), words }]
  })

/** One for each field of a workload. */
export const BY_FIELD: readonly Theft[] = TRIED.flatMap(theftsOf)

/** In the fields that admission may write. */
export const IN_FREE: readonly Theft[] = Object.entries(IN_WHAT_IS_FREE).map(([what, [change, words]]) => ({
  what,
  ask: (thief) => thief.workload(merged(TOUCH, change)),
  words,
}))

export const OF_WORKLOADS: readonly Theft[] = [
  {
    what: 'a restart of what has been rolled out before',
    ask: (thief) => thief.workload(TOUCH, 'old'),
    words: 'adopts newborns only',
  },
  {
    what: 'a second restart',
    ask: (thief) => thief.workload(TOUCH, 'touched'),
    words: 'this one has its record already',
  },
  {
    what: 'a hook without a record, so that another may follow',
    ask: (thief) => thief.workload(inContainer({ lifecycle: { preStop: { sleep: { seconds: 5 } } } })),
    words: 'touches a template once',
  },
  {
    what: 'a touch in another manager’s name',
    ask: (thief) => thief.workload(TOUCH, 'web', 'Deployment', 'argocd-controller'),
    words: 'gives none to other managers',
  },
  {
    what: 'the image of its own Deployment',
    ask: ({ patch }) =>
      patch(`/apis/apps/v1/namespaces/${OWN_NAMESPACE}/deployments/own`, {
        spec: { template: { spec: { containers: [{ name: 'app', image: 'evil' }] } } },
      }),
    // Two policies forbid it; the API server names one of them.
    words: 'Slackwater',
  },
]

const MANAGERS = 'gives none to other managers'

/** As the API server keeps it, of a manager that has a label. */
const managerOf = (label: string) => ({
  ...{ manager: 'argocd-controller', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' },
  fieldsV1: { 'f:metadata': { 'f:labels': { [`f:${label}`]: {} } } },
})

const LABEL = 'is not a readiness-gate label'
const REMEMBERS = 'removes only recorded labels'
const LABELS_ONLY = 'only readiness-gate labels and its record'

export const REMEMBERED = {
  labels: { [GATE]: 'enabled' },
  annotations: { [GATES_ANNOTATION]: GATES_RECORD },
}

export const OF_NAMESPACES: readonly Theft[] = [
  {
    what: 'Pod Security',
    ask: ({ namespace }) => namespace({ labels: { [POD_SECURITY]: 'privileged' } }),
    words: LABEL,
  },
  {
    what: 'the mode',
    ask: ({ namespace }) => namespace({ labels: { 'slackwater.dev/mode': 'off' } }),
    words: LABEL,
  },
  {
    what: 'another annotation',
    ask: ({ namespace }) => namespace({ annotations: { 'example.com/a': 'b' } }),
    words: LABELS_ONLY,
  },
  {
    what: 'Pod Security, for Slackwater to have, so that its next apply takes it away',
    ask: ({ applied, namespaces }) =>
      applied({ labels: { [POD_SECURITY]: 'baseline' } }, namespaces.labelled),
    words: MANAGERS,
  },
  {
    what: 'Pod Security, for another manager to have',
    ask: ({ applied, namespaces }) =>
      applied({ labels: { [POD_SECURITY]: 'baseline' } }, namespaces.labelled, 'argocd-controller'),
    words: MANAGERS,
  },
  {
    what: 'managers, written by hand',
    ask: ({ namespace, namespaces }) =>
      namespace({ managedFields: [managerOf(POD_SECURITY)] }, namespaces.labelled),
    words: MANAGERS,
  },
  {
    what: 'a finalizer',
    ask: ({ namespace }) => namespace({ finalizers: ['example.com/never'] }),
    words: LABELS_ONLY,
  },
  {
    what: 'a gate label that is not remembered',
    ask: ({ namespace }) => namespace({ labels: { [GATE]: 'enabled' } }),
    words: REMEMBERS,
  },
  {
    what: 'a person’s gate label, taken away',
    ask: ({ namespace, namespaces }) => namespace({ labels: { [GATE]: null } }, namespaces.labelled),
    words: REMEMBERS,
  },
  {
    what: 'a person’s gate label, claimed',
    ask: ({ namespace, namespaces }) =>
      namespace({ annotations: { [GATES_ANNOTATION]: GATES_RECORD } }, namespaces.labelled),
    words: REMEMBERS,
  },
  {
    what: 'another value of a gate label',
    ask: ({ namespace, namespaces }) => namespace({ labels: { [GATE]: 'off' } }, namespaces.ours),
    words: REMEMBERS,
  },
  {
    what: 'a gate label of kube-system',
    ask: ({ namespace }) => namespace(REMEMBERED, 'kube-system'),
    words: 'changes nothing in this Namespace',
  },
]

export const OWN_WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/slackwater'

const VALIDATING = OWN_WEBHOOKS.replace('mutating', 'validating')

const EVIL = 'https://evil.example.com'
const ANYTHING = { apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations: ['*'], scope: '*' }

/** One change for each field of a webhook but its CA, and a webhook more. */
const WEBHOOK_CHANGES: readonly object[] = [
  { clientConfig: { url: EVIL, service: null } },
  { clientConfig: { service: { name: 'evil', namespace: 'evil' } } },
  { failurePolicy: 'Fail' },
  { timeoutSeconds: 30 },
  { reinvocationPolicy: 'Never' },
  { objectSelector: { matchLabels: { a: 'b' } } },
  { namespaceSelector: { matchLabels: { a: 'b' } } },
  { matchConditions: [{ name: 'changes-what-we-write', expression: 'true' }] },
  { matchPolicy: 'Exact' },
  { sideEffects: 'NoneOnDryRun' },
  { admissionReviewVersions: ['v1', 'v2'] },
  { rules: [ANYTHING] },
  {
    name: 'another.slackwater.dev',
    ...{ admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { url: EVIL } },
  },
]

export const WEBHOOK_FIELDS: ReadonlySet<string> = new Set(WEBHOOK_CHANGES.flatMap(Object.keys))

export const onWebhook = (thief: Thief, entry: object): Promise<ApiReply> =>
  thief.patch(OWN_WEBHOOKS, { webhooks: [{ name: 'pods.slackwater.dev', ...entry }] })

export const OF_WEBHOOKS: readonly Theft[] = [
  ...WEBHOOK_CHANGES.map((entry) => ({
    what: `a webhook’s ${Object.keys(entry)[0]}`,
    ask: (thief: Thief) => onWebhook(thief, entry),
    words: 'only caBundle',
  })),
  {
    what: 'a label of the webhook configuration',
    ask: ({ patch }) => patch(OWN_WEBHOOKS, { metadata: { labels: { a: 'b' } } }),
    words: 'only caBundle',
  },
]

export const OF_THE_REST: readonly Theft[] = [
  {
    what: 'another Lease',
    ask: ({ create }) =>
      create(`/apis/coordination.k8s.io/v1/namespaces/${OWN_NAMESPACE}/leases`, lease('other')),
    words: 'writes only leases/slackwater',
  },
  {
    what: 'an Event in somebody else’s name',
    ask: (thief) => sayEvent(thief, 'kubelet'),
    words: 'no Events but its own',
  },
  {
    what: 'a Secret that the token controller fills',
    ask: ({ patch }) =>
      patch(
        `/api/v1/namespaces/${OWN_NAMESPACE}/secrets/slackwater-certificates`,
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: {
            name: 'slackwater-certificates',
            annotations: { 'kubernetes.io/service-account.name': 'slackwater' },
          },
          type: 'kubernetes.io/service-account-token',
        },
        APPLY,
      ),
    words: 'a Secret of type Opaque',
  },
]

export const sayEvent = ({ create, namespaces: { plain } }: Thief, reportingController: string) =>
  create(`/apis/events.k8s.io/v1/namespaces/${plain}/events`, {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'stolen', namespace: plain },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController,
    ...{ reportingInstance: 'a', type: 'Warning', reason: 'Stolen', action: 'Steal', note: 'a' },
    regarding: { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: plain, uid: 'a' },
  })

/** What the rights alone refuse. */
export const WITHOUT_RIGHT: Readonly<Record<string, (thief: Thief) => Promise<ApiReply>>> = {
  'another namespace’s Lease': ({ create, namespaces: { plain } }) =>
    create(`/apis/coordination.k8s.io/v1/namespaces/${plain}/leases`, lease('slackwater')),
  'another Secret': ({ read, namespaces: { plain } }) => read(`/api/v1/namespaces/${plain}/secrets`),
  'another ConfigMap': ({ read, namespaces: { plain } }) => read(`/api/v1/namespaces/${plain}/configmaps`),
  'what was observed, without aws.enabled': ({ patch }) =>
    patch(
      `/api/v1/namespaces/${OWN_NAMESPACE}/configmaps/slackwater-observed`,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'slackwater-observed' } },
      APPLY,
    ),
  'a Pod': ({ create, namespaces: { plain } }) => create(`/api/v1/namespaces/${plain}/pods`, {}),
  'a scale': ({ patch, namespaces: { plain } }) =>
    patch(`/apis/apps/v1/namespaces/${plain}/deployments/web/scale`, { spec: { replicas: 0 } }, MERGE),
  'a deletion': ({ remove, namespaces: { plain } }) =>
    remove(`/apis/apps/v1/namespaces/${plain}/deployments/web`),
  'its own policies': ({ patch }) =>
    patch(
      '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/slackwater-workloads',
      { spec: { failurePolicy: 'Ignore' } },
      MERGE,
    ),
  'another webhook configuration': ({ patch }) =>
    patch(OWN_WEBHOOKS.replace(/slackwater$/, 'other'), { metadata: { labels: { a: 'b' } } }, MERGE),
  'another validating one': ({ patch }) =>
    patch(VALIDATING.replace(/slackwater$/, 'other'), { metadata: { labels: { a: 'b' } } }, MERGE),
  'its own rights': ({ patch }) =>
    patch('/apis/rbac.authorization.k8s.io/v1/clusterroles/slackwater', { rules: [] }, MERGE),
  'another token': ({ create }) =>
    create(`/api/v1/namespaces/${OWN_NAMESPACE}/serviceaccounts/slackwater/token`, { spec: {} }),
}
