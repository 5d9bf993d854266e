import type { ApiServer } from '../../src/cluster/api-server.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { given, root } from '../../src/kubernetes/json.ts'
import { narrow } from '../../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../../src/kubernetes/workload.ts'
import { buildReport, type ReportInputs } from '../../src/report/build-report.ts'
import type { ClusterSource } from '../../src/report/reading.ts'
import type { Report } from '../../src/report/schema.ts'
import {
  AUTOSCALERS,
  apiAt,
  DEPLOYMENTS,
  FakeApiServer,
  type FakeObject,
  INGRESS_CLASSES,
  INGRESSES,
  PODS,
  REPLICA_SETS,
  SERVICES,
} from '../cluster/fake-api-server.ts'
import { settingsWith } from '../core/exposures.ts'

export const STATEFUL_SETS = '/apis/apps/v1/statefulsets'
export const DAEMON_SETS = '/apis/apps/v1/daemonsets'
export const ROLLOUTS = '/apis/argoproj.io/v1alpha1/rollouts'
export const NAMESPACES = '/api/v1/namespaces'

const KINDS: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  [NAMESPACES]: ['v1', 'Namespace'],
  [SERVICES]: ['v1', 'Service'],
  [INGRESSES]: ['networking.k8s.io/v1', 'Ingress'],
  [INGRESS_CLASSES]: ['networking.k8s.io/v1', 'IngressClass'],
  [DEPLOYMENTS]: ['apps/v1', 'Deployment'],
  [STATEFUL_SETS]: ['apps/v1', 'StatefulSet'],
  [DAEMON_SETS]: ['apps/v1', 'DaemonSet'],
  [ROLLOUTS]: ['argoproj.io/v1alpha1', 'Rollout'],
  [AUTOSCALERS]: ['autoscaling/v2', 'HorizontalPodAutoscaler'],
}
const WORKLOADS = [DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, ROLLOUTS]
const CLASS: FakeObject = { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } }

/** A cluster behind an API server over HTTP, and an inventory that knows of it what a live one would. */
export class ReportedCluster {
  readonly server = new FakeApiServer()
  readonly #settings: Settings
  readonly #inventory = createInventory({ ...settingsWith(), fromFiles: false })
  #api: ApiServer | undefined

  constructor(settings: Partial<Settings> = {}) {
    this.#settings = settingsWith(settings)
    this.server.serve(DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, REPLICA_SETS, PODS)
    this.#know(INGRESS_CLASSES, CLASS)
  }

  async start(): Promise<this> {
    this.#api = apiAt(await this.server.start())
    return this
  }

  put(path: string, ...objects: readonly FakeObject[]): this {
    for (const object of objects) {
      if (![SERVICES, INGRESSES, NAMESPACES, AUTOSCALERS].includes(path)) this.server.put(path, object)
      this.#know(path, object)
    }
    return this
  }

  get knowledge() {
    return { inventory: this.#inventory, settings: this.#settings }
  }

  report(
    further: Partial<ReportInputs> &
      Omit<ClusterSource, 'api'> & { readonly namespace?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Report> {
    const { namespace, signal = new AbortController().signal, lease, longest, ...inputs } = further
    if (this.#api === undefined) throw new Error('not started')
    return buildReport(
      {
        source: { api: this.#api, ...given('lease', lease), ...given('longest', longest) },
        knowledge: this.knowledge,
        version: '1.2.3',
        settings: [],
        ages: () => [{ resource: 'services', seconds: 12 }],
        now: () => new Date('2026-03-02T10:00:00Z'),
        ...inputs,
      },
      namespace,
      signal,
    )
  }

  #know(path: string, object: FakeObject): void {
    const [apiVersion, kind] = KINDS[path] ?? []
    if (kind === undefined) return
    const raw = { apiVersion, kind, ...object }
    const narrowed = narrow(raw)
    if (narrowed !== undefined) this.#inventory.put(narrowed)
    if (WORKLOADS.includes(path)) this.#inventory.putWorkload(toWorkloadSummary(root(raw)))
  }
}
