import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { KubeConfig } from '@kubernetes/client-node'
import { type ApiServer, apiServerOf } from '../../src/cluster/api-server.ts'

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
 * As much of an API server as a reflector meets: lists in pages whose items carry no kind, watches as lines of JSON,
 * versions, definitions that come and go, and every way of breaking off.
 */
export class FakeApiServer {
  readonly #server: Server
  readonly #objects = new Map<string, Map<string, FakeObject>>()
  readonly #watches = new Map<ServerResponse, string>()
  readonly #wantsBookmarks = new Set<string>()
  #version = 100
  /** Every list and watch that was asked for. */
  readonly asked: Asked[] = []
  /** Answered with this status instead, by path. */
  readonly refused = new Map<string, number>()

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response))
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

  remove(path: string, name: string, namespace?: string): void {
    const object = { metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }
    this.#of(path).delete(keyOf(object))
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
    return [...this.#watches.values()].includes(path)
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

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://fake')
    const watch = url.searchParams.get('watch') === 'true'
    if (url.searchParams.get('allowWatchBookmarks') === 'true') this.#wantsBookmarks.add(url.pathname)
    this.asked.push({ path: url.pathname, watch, version: url.searchParams.get('resourceVersion') ?? '' })
    const known = this.#objects.get(url.pathname)
    const refused = this.refused.get(url.pathname) ?? (known === undefined ? 404 : undefined)
    if (refused !== undefined || known === undefined) {
      response.writeHead(refused ?? 404).end(JSON.stringify({ kind: 'Status', message: 'refused' }))
    } else if (watch) this.#watch(url.pathname, response)
    else response.end(JSON.stringify(this.#page([...known.values()], url)))
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

  #watch(path: string, response: ServerResponse): void {
    response.writeHead(200).flushHeaders()
    this.#watches.set(response, path)
    response.once('close', () => this.#watches.delete(response))
  }

  #send(path: string, event: unknown): void {
    this.#each(path, (response) => response.write(`${JSON.stringify(event)}\n`))
  }

  #each(path: string, does: (response: ServerResponse) => void): void {
    for (const [response, watched] of [...this.#watches]) if (watched === path) does(response)
  }
}

const keyOf = ({ metadata: { namespace = '', name } }: FakeObject): string => `${namespace}/${name}`

export const SERVICES = '/api/v1/services'
export const INGRESSES = '/apis/networking.k8s.io/v1/ingresses'
export const INGRESS_CLASSES = '/apis/networking.k8s.io/v1/ingressclasses'
export const DEPLOYMENTS = '/apis/apps/v1/deployments'
export const BINDINGS = '/apis/elbv2.k8s.aws/v1beta1/targetgroupbindings'
export const BUILT_IN = [
  SERVICES,
  INGRESSES,
  INGRESS_CLASSES,
  DEPLOYMENTS,
  '/api/v1/namespaces',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
]

/** Watch events carry what the items of a list do not. */
const KIND: Readonly<Record<string, object>> = {
  [SERVICES]: { apiVersion: 'v1', kind: 'Service' },
  [INGRESSES]: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  [INGRESS_CLASSES]: { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' },
  [DEPLOYMENTS]: { apiVersion: 'apps/v1', kind: 'Deployment' },
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
