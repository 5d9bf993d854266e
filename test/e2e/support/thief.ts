import path from 'node:path'
import { FIELD_MANAGER } from '../../../src/cluster/field-manager.ts'
import { GATE_LABELS, GATES_ANNOTATION, RECORD_ANNOTATION } from '../../../src/core/model/keys.ts'
import { type ApiReply, callerWith, pathOf } from './api.ts'
import { kubectl, kubectlOk, type Namespaces } from './kubectl.ts'
import { app } from './shop.ts'
import { waitFor } from './slackwater.ts'

/** Somebody who has the token of Slackwater's ServiceAccount, and what there is to be had. */

export const OWN_NAMESPACE = 'slackwater-system'
/** The ServiceAccount, its rights, and the policies that narrow them. */
export const RIGHTS = path.resolve('deploy/rbac.yaml')

export const STRATEGIC = 'application/strategic-merge-patch+json'
export const MERGE = 'application/merge-patch+json'
export const APPLY = 'application/apply-patch+yaml'

export const GATE = GATE_LABELS.lbc
export const POD_SECURITY = 'pod-security.kubernetes.io/enforce'
export const GATES_RECORD = `{"${GATE}":"enabled"}`

export type Kind = 'Deployment' | 'StatefulSet'
const PLURAL: Readonly<Record<Kind, string>> = { Deployment: 'deployments', StatefulSet: 'statefulsets' }

/** Everything is a dry run: admission decides about it as about any other request. */
export interface Thief {
  /** @param manager whose fields it writes; by default Slackwater's. */
  readonly patch: (path: string, body: unknown, contentType?: string, manager?: string) => Promise<ApiReply>
  readonly create: (path: string, body: unknown) => Promise<ApiReply>
  readonly read: (path: string) => Promise<ApiReply>
  readonly remove: (path: string) => Promise<ApiReply>
  /** A strategic merge patch of a workload, by default of the Deployment `web`. */
  readonly workload: (change: unknown, name?: string, kind?: Kind, manager?: string) => Promise<ApiReply>
  /** An apply of a Namespace's labels and annotations, as Slackwater makes it: what it had and leaves out goes. */
  readonly applied: (metadata: object, name?: string, manager?: string) => Promise<ApiReply>
  /** A merge patch of a Namespace's metadata. */
  readonly namespace: (metadata: object, name?: string) => Promise<ApiReply>
  readonly namespaces: Loot
}

/** The namespaces that he goes for. */
export interface Loot {
  /** With workloads: `web` of both kinds, `old`, which was rolled out before, and `touched`, which has our record. */
  readonly plain: string
  /** A person has set the gate label here, and Pod Security. */
  readonly labelled: string
  /** Slackwater has. */
  readonly ours: string
}

/** @param fresh where the namespaces come from, and go again. */
export async function thiefWith(fresh: Namespaces): Promise<Thief> {
  const namespaces = await loot(fresh)
  const { out } = await kubectlOk(['create', 'token', 'slackwater', '-n', OWN_NAMESPACE])
  const ask = callerWith(out.trim())
  const query = { dryRun: 'All', fieldManager: FIELD_MANAGER }
  const patch: Thief['patch'] = (at, body, contentType = STRATEGIC, fieldManager = FIELD_MANAGER) =>
    ask({ method: 'PATCH', path: at, query: { ...query, fieldManager }, body, contentType })
  const workloadPath = (name: string, kind: Kind) =>
    pathOf({ apiVersion: 'apps/v1', plural: PLURAL[kind] }, namespaces.plain, name)
  return {
    patch,
    create: (at, body) => ask({ method: 'POST', path: at, query, body }),
    read: (at) => ask({ method: 'GET', path: at }),
    remove: (at) => ask({ method: 'DELETE', path: at, query: { dryRun: 'All' } }),
    workload: (change, name = 'web', kind = 'Deployment', manager = FIELD_MANAGER) =>
      patch(workloadPath(name, kind), change, STRATEGIC, manager),
    applied: (metadata, name = namespaces.plain, manager = FIELD_MANAGER) =>
      patch(
        `/api/v1/namespaces/${name}`,
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...metadata } },
        APPLY,
        manager,
      ),
    namespace: (metadata, name = namespaces.plain) =>
      patch(`/api/v1/namespaces/${name}`, { metadata }, MERGE),
    namespaces,
  }
}

async function loot(fresh: Namespaces): Promise<Loot> {
  const plain = await fresh.with(workload('Deployment'), workload('StatefulSet'), ROLLED_OUT, TOUCHED)
  const [labelled, ours] = [await fresh.with(), await fresh.with()]
  await kubectlOk(['label', 'namespace', labelled, `${GATE}=enabled`, `${POD_SECURITY}=baseline`])
  const metadata = {
    name: ours,
    labels: { [GATE]: 'enabled' },
    annotations: { [GATES_ANNOTATION]: GATES_RECORD },
  }
  const applied = { apiVersion: 'v1', kind: 'Namespace', metadata }
  await kubectlOk(['apply', '--server-side', '--field-manager', FIELD_MANAGER, '-f', '-'], applied)
  return { plain, labelled, ours }
}

/** A workload with something of everything that may be left alone. */
function workload(kind: Kind): object {
  const plain = app({ kind, replicas: 1 })
  const [container] = plain.spec.template.spec.containers
  const probe = { httpGet: { path: '/', port: 80 } }
  const volumes = [
    { name: 'files', emptyDir: {} },
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
  ]
  const hooked = { ...container, name: 'hooked', lifecycle: { preStop: { sleep: { seconds: 5 } } } }
  const probed = { ...container, livenessProbe: probe, startupProbe: probe }
  const spec = { ...plain.spec.template.spec, volumes, containers: [probed, hooked] }
  return { ...plain, spec: { ...plain.spec, template: { ...plain.spec.template, spec } } }
}

const old = app({ name: 'old', replicas: 0 })
/** Paused: no controller counts its revisions anew. */
const ROLLED_OUT = {
  ...old,
  metadata: { name: 'old', annotations: { 'deployment.kubernetes.io/revision': '2' } },
  spec: { ...old.spec, paused: true },
}

const TOUCHED = app({
  name: 'touched',
  replicas: 0,
  annotations: { [RECORD_ANNOTATION]: '{"sleep":{"app":45}}' },
})

/** The policies are followed by a watch of the API server's own: until it has those of the workloads and of Leases. */
export async function withPolicies(thief: Thief): Promise<void> {
  await kubectlOk(['apply', '-f', RIGHTS])
  await untilAnswered(thief, 403)
}

export async function withoutPolicies(thief: Thief): Promise<void> {
  await kubectl(['delete', 'validatingadmissionpolicybindings', '-l', 'app.kubernetes.io/name=slackwater'])
  await untilAnswered(thief, 200)
}

async function untilAnswered(thief: Thief, status: 200 | 403): Promise<void> {
  const scale = { spec: { replicas: 0 } }
  await waitFor(async () => ((await thief.workload(scale)).status === status ? true : undefined))
  const wanted = status === 200 ? 201 : 403
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${OWN_NAMESPACE}/leases`
  await waitFor(async () => {
    const { status: answered } = await thief.create(leases, lease('other'))
    return answered === wanted ? true : undefined
  })
}

export const lease = (name: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name },
  spec: { holderIdentity: 'thief' },
})

/** `accepted`, or `403 Slackwater may …`: the status and the words. */
export const said = ({ status, body }: ApiReply): string => {
  const { message = '' } = body as { readonly message?: string }
  return status < 300 ? 'accepted' : `${status} ${message}`
}
