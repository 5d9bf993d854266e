import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { KubeConfig } from '@kubernetes/client-node'
import { type ApiServer, apiServerOf } from '../../src/cluster/api-server.ts'
import { applyKey, isSame, type Refusal, refusalOf, resultOf, type Write, writeOf } from './fake-writes.ts'
import { addressOf, type ObjectAddress } from './object-address.ts'
import { type Forwarding, forwardPorts } from './port-forwarding.ts'

export interface FakeObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown }
  readonly [key: string]: unknown
}

export interface Asked {
  readonly path: string
  readonly watch: boolean
  readonly version: string
}

/**
 * As much of an API server as we meet: lists in pages whose items carry no kind, watches as lines of JSON,
 * versions, definitions that come and go, and every way of breaking off; single objects that are read and written.
 * An apply is merged like a merge patch; of labels and annotations, what a manager applied before and leaves out goes.
 * Conflicts of managers are not told.
 */
export class FakeApiServer {
  readonly #server: Server
  readonly #objects = new Map<string, Map<string, FakeObject>>()
  readonly #watches = new Map<ServerResponse, Watch>()
  readonly #happened: Happened[] = []
  readonly #wantsBookmarks = new Set<string>()
  /** The last apply of each object and manager. */
  readonly #applied = new Map<string, unknown>()
  readonly #held = new Set<string>()
  #version = 100
  /** Every list and watch that was asked for. */
  readonly asked: Asked[] = []
  /** Where ports of Pods lead. */
  forwarding: Forwarding | ((path: string) => Forwarding) = {}
  /** Every port of a Pod that was asked for. */
  readonly forwarded: string[] = []
  /** Every write that was asked for, refused ones too. */
  readonly writes: Write[] = []
  /** Answered with this status or refusal instead, by path, or by method and path (`POST /api/v1/namespaces`). */
  readonly refused = new Map<string, number | Refusal>()
  /** The same, of watches alone. */
  readonly refusedWatches = new Map<string, Refusal>()
  /** Lists of all namespaces that are answered with this refusal, by path; those of one namespace are not. */
  readonly refusedEverywhere = new Map<string, Refusal>()
  /** Lists with these selectors are answered with this refusal: what a selector may be, only an API server knows. */
  readonly refusedSelectors = new Map<string, Refusal>()
  /** Whether whoever sends this `Authorization` is known; anybody is. Others are answered 401. */
  authenticated: (authorization: string | undefined) => boolean = () => true
  /** Whether a watch hears first what has happened since the version that it names, as from an API server. */
  replays = false
  /** What admission makes of an object that is written; it lets it be. */
  admission: (object: FakeObject, current: FakeObject | undefined) => FakeObject = (object) => object

  constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://fake')
      if (DISCOVERY.test(url.pathname)) this.#discover(request, url, response)
      else void this.#answer(request, response)
    })
    const forwarding = (path: string): Forwarding =>
      typeof this.forwarding === 'function' ? this.forwarding(path) : this.forwarding
    forwardPorts(this.#server, forwarding, this.forwarded)
  }

  async start(port = 0): Promise<number> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Does not answer what is asked of this path any more. */
  hold(path: string): void {
    this.#held.add(path)
  }

  /** Answers again what is asked from now on. */
  release(path: string): void {
    this.#held.delete(path)
  }

  /** Serves a resource, empty so far. */
  serve(...paths: readonly string[]): void {
    for (const path of paths) if (!this.#objects.has(path)) this.#objects.set(path, new Map())
  }

  /** The definition goes, and with it every object and watch. */
  unserve(path: string): void {
    this.#objects.delete(path)
    this.breakWatches(path)
  }

  put(path: string, object: FakeObject): void {
    const known = this.#of(path)
    const type = known.has(keyOf(object)) ? 'MODIFIED' : 'ADDED'
    const stored = this.#stamped(object)
    known.set(keyOf(object), stored)
    this.#send(path, { type, object: { ...KIND[path], ...stored } })
  }

  /** The event has the object as it was stored last. */
  remove(path: string, name: string, namespace?: string): void {
    const named = { metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }
    const object = this.#of(path).get(keyOf(named)) ?? named
    this.#of(path).delete(keyOf(named))
    this.#send(path, { type: 'DELETED', object: { ...KIND[path], ...this.#stamped(object) } })
  }

  /** Changes the store without a word to the watches: what happens while nobody listens. */
  removeSilently(path: string, name: string, namespace?: string): void {
    this.#of(path).delete(keyOf({ metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }))
    this.#version++
  }

  /** Only to those that asked for them. */
  bookmark(path: string): void {
    if (!this.#wantsBookmarks.has(path)) return
    this.#send(path, {
      type: 'BOOKMARK',
      object: { ...KIND[path], ...this.#stamped({ metadata: { name: '' } }) },
    })
  }

  /** As after a compaction: the API server says so in the stream and ends it. */
  expire(path: string): void {
    this.#send(path, {
      type: 'ERROR',
      object: { kind: 'Status', code: 410, message: 'too old resource version' },
    })
    this.#each(path, (response) => response.end())
  }

  breakWatches(path: string): void {
    this.#each(path, (response) => response.destroy())
  }

  endWatches(path: string): void {
    this.#each(path, (response) => response.end())
  }

  watching(path: string): boolean {
    return [...this.#watches.values()].some((watch) => watch.path === path)
  }

  /** The object as it is stored. */
  stored(path: string, name: string, namespace = ''): FakeObject | undefined {
    return this.#of(path).get(keyOf({ metadata: { name, namespace } }))
  }

  get version(): string {
    return String(this.#version)
  }

  #of(path: string): Map<string, FakeObject> {
    const known = this.#objects.get(path)
    if (known === undefined) throw new Error(`${path} is not served`)
    return known
  }

  #stamped(object: FakeObject): FakeObject {
    this.#version++
    return { ...object, metadata: { ...object.metadata, resourceVersion: this.version } }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://fake')
    const method = request.method ?? 'GET'
    const address = addressOf(url.pathname)
    const write = method === 'GET' ? undefined : await writeOf(request, url)
    const watch = url.searchParams.get('watch') === 'true'
    if (write === undefined) this.#note(url, watch)
    else this.writes.push(write)
    if (this.#held.has(address.collection)) return
    const known = this.#objects.get(address.collection)
    const refused = this.#refusalOf(request, url, address) ?? (known === undefined ? 404 : undefined)
    if (refused !== undefined || known === undefined) fail(response, asRefusal(refused ?? 404))
    else if (write !== undefined) this.#write(write, address, response)
    else if (address.name !== undefined) this.#read(address, response)
    else if (watch) this.#watch(url, response)
    else response.end(JSON.stringify(this.#page([...known.values()].filter(selectedBy(address, url)), url)))
  }

  /** The version, and what is served of a group's version; a definition is served as soon as its path is. */
  #discover(request: IncomingMessage, { pathname }: URL, response: ServerResponse): void {
    const served = [...this.#objects.keys()].filter((path) => path.startsWith(`${pathname}/`))
    const refused = this.authenticated(request.headers.authorization)
      ? this.refused.get(pathname)
      : UNAUTHORIZED
    if (refused !== undefined) fail(response, asRefusal(refused))
    else if (pathname === '/version') response.end(JSON.stringify({ gitVersion: 'v1.34.0' }))
    else if (served.length === 0) fail(response, asRefusal(404))
    else {
      const resources = served.map((path) => ({ name: path.slice(pathname.length + 1) }))
      response.end(JSON.stringify({ kind: 'APIResourceList', resources }))
    }
  }

  /** Of somebody who is not known, of a path as it was asked for, by its method, or of every list of a resource. */
  #refusalOf(
    { method = 'GET', headers }: IncomingMessage,
    { pathname, searchParams }: URL,
    { collection, name }: ObjectAddress,
  ): number | Refusal | undefined {
    if (!this.authenticated(headers.authorization)) return UNAUTHORIZED
    const ofList = method === 'GET' && name === undefined ? this.refused.get(collection) : undefined
    const ofWatch = searchParams.get('watch') === 'true' ? this.refusedWatches.get(pathname) : undefined
    const everywhere = method === 'GET' ? this.refusedEverywhere.get(pathname) : undefined
    return (
      this.refused.get(pathname) ??
      this.refused.get(`${method} ${pathname}`) ??
      ofList ??
      ofWatch ??
      everywhere ??
      this.refusedSelectors.get(searchParams.get('labelSelector') ?? '')
    )
  }

  #note({ pathname, searchParams }: URL, watch: boolean): void {
    this.asked.push({ path: pathname, watch, version: searchParams.get('resourceVersion') ?? '' })
    if (searchParams.get('allowWatchBookmarks') === 'true') this.#wantsBookmarks.add(pathname)
  }

  #read({ collection, namespace, name = '' }: ObjectAddress, response: ServerResponse): void {
    const object = this.stored(collection, name, namespace)
    if (object === undefined)
      fail(response, { code: 404, reason: 'NotFound', message: `"${name}" not found` })
    else response.end(JSON.stringify({ ...KIND[collection], ...object }))
  }

  #write(write: Write, address: ObjectAddress, response: ServerResponse): void {
    const { collection, namespace } = address
    const body = write.body as Partial<FakeObject>
    const name = address.name ?? body.metadata?.name ?? ''
    // A review, or a name that the API server makes: never there before.
    const current = name === '' ? undefined : this.stored(collection, name, namespace)
    const refusal = refusalOf(write, current)
    if (refusal !== undefined) {
      fail(response, { ...refusal, message: `"${name}": ${refusal.message}` })
      return
    }
    if (write.method === 'DELETE') {
      this.remove(collection, name, namespace)
      response.end(JSON.stringify({ kind: 'Status', status: 'Success' }))
      return
    }
    const apply = applyKey(write)
    const before = apply === undefined ? undefined : this.#applied.get(apply)
    const written = current === undefined ? { ...body } : (resultOf(write, current, before) as FakeObject)
    if (apply !== undefined && write.query['dryRun'] !== 'All') this.#applied.set(apply, body)
    const metadata = {
      uid: `uid-of-${name}`,
      ...written.metadata,
      ...(namespace === '' ? {} : { namespace }),
      name,
    }
    const object = this.admission({ ...written, metadata }, current)
    if (write.query['dryRun'] !== 'All' && !isSame(object, current)) this.put(collection, object)
    const stored = write.query['dryRun'] === 'All' ? object : this.stored(collection, name, namespace)
    response
      .writeHead(current === undefined ? 201 : 200)
      .end(JSON.stringify({ ...KIND[collection], ...stored }))
  }

  #page(objects: readonly FakeObject[], url: URL): unknown {
    const limit = Number(url.searchParams.get('limit'))
    const start = Number(url.searchParams.get('continue') ?? 0)
    const more = start + limit < objects.length ? { continue: String(start + limit) } : {}
    return {
      metadata: { resourceVersion: this.version, ...more },
      items: objects.slice(start, start + limit),
    }
  }

  #watch(url: URL, response: ServerResponse): void {
    const { searchParams } = url
    const address = addressOf(url.pathname)
    const path = address.collection
    const watch = { path, selects: selectedBy(address, url) }
    response.writeHead(200).flushHeaders()
    const from = Number(searchParams.get('resourceVersion') ?? this.version)
    for (const { version, event, ...happened } of this.#happened)
      if (this.replays && happened.path === path && version > from && isFor(watch, event))
        write(response, event)
    this.#watches.set(response, watch)
    response.once('close', () => this.#watches.delete(response))
  }

  #send(path: string, event: SentEvent): void {
    if (event.type !== 'ERROR') this.#happened.push({ path, event, version: this.#version })
    for (const [response, watch] of [...this.#watches])
      if (watch.path === path && isFor(watch, event)) write(response, event)
  }

  #each(path: string, does: (response: ServerResponse) => void): void {
    for (const [response, watch] of [...this.#watches]) if (watch.path === path) does(response)
  }
}

interface Watch {
  readonly path: string
  readonly selects: (object: FakeObject) => boolean
}

interface SentEvent {
  readonly type: string
  readonly object: object
}

interface Happened {
  readonly path: string
  readonly version: number
  readonly event: SentEvent
}

const isFor = ({ selects }: Watch, { type, object }: SentEvent): boolean =>
  type === 'ERROR' || type === 'BOOKMARK' || selects(object as FakeObject)

const write = (response: ServerResponse, event: unknown): void =>
  void response.write(`${JSON.stringify(event)}\n`)

/** The version, and what is served of a version of a group. */
const DISCOVERY = /^\/(version|api\/[^/]+|apis\/[^/]+\/[^/]+)$/

const UNAUTHORIZED: Refusal = { code: 401, reason: 'Unauthorized', message: 'Unauthorized' }

const asRefusal = (refused: number | Refusal): Refusal =>
  typeof refused === 'object' ? refused : { code: refused, message: 'refused' }

const fail = (response: ServerResponse, refusal: Refusal): void =>
  void response.writeHead(refusal.code).end(JSON.stringify({ kind: 'Status', status: 'Failure', ...refusal }))

/** By namespace, by fields, and by requirements of the forms `key=value` and `!key`. */
function selectedBy({ namespace }: ObjectAddress, { searchParams }: URL): (object: FakeObject) => boolean {
  const requirements = (searchParams.get('labelSelector') ?? '').split(',').filter((text) => text !== '')
  const fields = (searchParams.get('fieldSelector') ?? '').split(',').filter((text) => text !== '')
  return (object) => {
    const { metadata } = object
    const labels = (metadata['labels'] ?? {}) as Readonly<Record<string, string>>
    const meets = (text: string): boolean => {
      const [key = '', value] = text.split('=')
      return text.startsWith('!') ? !(text.slice(1) in labels) : labels[key] === value
    }
    return (
      fields.every((text) => hasField(object, text)) &&
      (namespace === '' || metadata.namespace === namespace) &&
      requirements.every(meets)
    )
  }
}

/** `path=value` or `path!=value`. */
function hasField(object: FakeObject, text: string): boolean {
  const [, path = '', not = '', wanted] = /^([^!=]+)(!?)=(.*)$/.exec(text) ?? []
  const value = path
    .split('.')
    .reduce((part: unknown, key) => (part as Record<string, unknown>)?.[key], object)
  return ((value ?? '') === wanted) !== (not === '!')
}

const keyOf = ({ metadata: { namespace = '', name } }: FakeObject): string => `${namespace}/${name}`

export const SERVICES = '/api/v1/services'
export const INGRESSES = '/apis/networking.k8s.io/v1/ingresses'
export const INGRESS_CLASSES = '/apis/networking.k8s.io/v1/ingressclasses'
export const DEPLOYMENTS = '/apis/apps/v1/deployments'
export const STATEFUL_SETS = '/apis/apps/v1/statefulsets'
export const DAEMON_SETS = '/apis/apps/v1/daemonsets'
export const ROLLOUTS = '/apis/argoproj.io/v1alpha1/rollouts'
export const REPLICA_SETS = '/apis/apps/v1/replicasets'
export const PODS = '/api/v1/pods'
export const BINDINGS = '/apis/elbv2.k8s.aws/v1beta1/targetgroupbindings'
export const NAMESPACES = '/api/v1/namespaces'
export const SECRETS = '/api/v1/secrets'
export const LEASES = '/apis/coordination.k8s.io/v1/leases'
export const CONFIG_MAPS = '/api/v1/configmaps'
/** Of Slackwater's own namespace alone. */
export const OWN_CONFIG_MAPS = '/api/v1/namespaces/slackwater-system/configmaps'
export const EVENTS = '/apis/events.k8s.io/v1/events'
export const VALIDATING_WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
export const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'
export const AUTOSCALERS = '/apis/autoscaling/v2/horizontalpodautoscalers'
export const NETWORK_POLICIES = '/apis/networking.k8s.io/v1/networkpolicies'
export const POD_MONITORS = '/apis/monitoring.coreos.com/v1/podmonitors'
export const VOLUME_CLAIMS = '/api/v1/persistentvolumeclaims'
export const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
export const DISRUPTION_BUDGETS = '/apis/policy/v1/poddisruptionbudgets'
export const BUILT_IN = [
  SERVICES,
  INGRESSES,
  INGRESS_CLASSES,
  DEPLOYMENTS,
  NAMESPACES,
  WEBHOOKS,
  STATEFUL_SETS,
  DAEMON_SETS,
  AUTOSCALERS,
  DISRUPTION_BUDGETS,
]

/** Watch events carry what the items of a list do not. */
const KIND: Readonly<Record<string, object>> = {
  [NAMESPACES]: { apiVersion: 'v1', kind: 'Namespace' },
  [SERVICES]: { apiVersion: 'v1', kind: 'Service' },
  [CONFIG_MAPS]: { apiVersion: 'v1', kind: 'ConfigMap' },
  [INGRESSES]: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  [INGRESS_CLASSES]: { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' },
  [DEPLOYMENTS]: { apiVersion: 'apps/v1', kind: 'Deployment' },
  [STATEFUL_SETS]: { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  [DAEMON_SETS]: { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  [REPLICA_SETS]: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  [ROLLOUTS]: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
  [VALIDATING_WEBHOOKS]: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
  },
  [WEBHOOKS]: { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' },
  [AUTOSCALERS]: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  [DISRUPTION_BUDGETS]: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  [PODS]: { apiVersion: 'v1', kind: 'Pod' },
  [EVENTS]: { apiVersion: 'events.k8s.io/v1', kind: 'Event' },
  [BINDINGS]: { apiVersion: 'elbv2.k8s.aws/v1beta1', kind: 'TargetGroupBinding' },
}

/** The way to it, as a kubeconfig gives it. */
export function apiAt(port: number): ApiServer {
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'fake', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'nobody' },
  )
  return apiServerOf(config)
}
