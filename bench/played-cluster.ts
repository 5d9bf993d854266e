import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { apiVersionOf, pathOf, RESOURCES } from '../src/cluster/resources.ts'
import { DEPARTURE_KINDS } from '../src/kubernetes/kinds.ts'
import {
  deploymentOf,
  deploymentsOf,
  exposed,
  LARGE,
  objectsOf,
  type Place,
  teamIngress,
} from './large-cluster.ts'
import { podsBehind } from './leaving-pods.ts'

/**
 * A process that plays the API server of a large cluster: lists, made page by page while they are read, and watches, in which
 * it sends what it is asked for. It keeps what is written to it no longer than the answer.
 */

/** What this process is asked for: so many changes of one kind. */
export interface Asked {
  readonly kind: ChangedKind
  readonly count: number
}

/**
 * `Ingress`: another deregistration delay. `Deployment`: another status, of which nothing is kept. `Pod`: one stops being
 * ready, or becomes it again.
 */
export type ChangedKind = 'Ingress' | 'Deployment' | 'Pod'

/** What it tells: its port, the path of each watch that begins, and that the changes have been sent. */
export type Told = { readonly port: number } | { readonly watched: string } | { readonly sent: number }

const [namespaces = 0, pods = 0] = process.argv.slice(2).map(Number)
const places = exposed(namespaces, LARGE)

/** As cluster/list-watch.ts asks for them. */
const PAGE = 500

const KINDS = [...RESOURCES, DEPARTURE_KINDS.pod, DEPARTURE_KINDS.event]
const pathOfKind = (kind: (typeof KINDS)[number]): string => pathOf(kind, kind.versions[0] ?? '')
/** By apiVersion and kind. */
const PATHS = new Map(
  KINDS.map((kind) => [`${apiVersionOf(kind, kind.versions[0] ?? '')} ${kind.kind}`, pathOfKind(kind)]),
)
const BUILT_IN = new Set(KINDS.filter((kind) => kind.builtIn).map(pathOfKind))

const pathOfObject = (object: unknown): string | undefined => {
  const { apiVersion, kind } = object as { readonly apiVersion: string; readonly kind: string }
  return PATHS.get(`${apiVersion} ${kind}`)
}

const [DEPLOYMENTS, PODS] = ['apps/v1 Deployment', 'v1 Pod'].map((kind) => PATHS.get(kind))

/** All objects at a path, one at a time. */
function* objectsAt(path: string): Generator<unknown> {
  if (path === DEPLOYMENTS) yield* deploymentsOf(namespaces)
  else if (path === PODS) yield* podsBehind(places, pods)
  else for (const object of objectsOf(namespaces, LARGE)) if (pathOfObject(object) === path) yield object
}

const SERVED = new Set([...objectsOf(2, LARGE)].map(pathOfObject))

/** Lists whose next page has not been asked for yet. */
const open = new Map<string, Generator<unknown>>()
let lists = 0

function page(path: string, token: string | null): string {
  const list = (token === null ? undefined : open.get(token)) ?? objectsAt(path)
  if (token !== null) open.delete(token)
  const items: unknown[] = []
  let next = list.next()
  for (; next.done !== true; next = list.next()) {
    items.push(next.value)
    if (items.length === PAGE) break
  }
  const more = next.done === true ? undefined : String(++lists)
  if (more !== undefined) open.set(more, list)
  return JSON.stringify({ metadata: { resourceVersion: '1', continue: more }, items })
}

const watches = new Map<string, Set<ServerResponse>>()
const tell = (told: Told): void => void process.send?.(told)

function listOrWatch(url: URL, response: ServerResponse): void {
  const { pathname: path, searchParams } = url
  if (!BUILT_IN.has(path) && !SERVED.has(path)) notFound(response)
  else if (searchParams.get('watch') !== 'true') response.end(page(path, searchParams.get('continue')))
  else {
    response.writeHead(200).flushHeaders()
    const all = watches.get(path) ?? new Set()
    watches.set(path, all.add(response))
    response.once('close', () => all.delete(response))
    tell({ watched: path })
  }
}

const notFound = (response: ServerResponse): void =>
  void response.writeHead(404).end('{"kind":"Status","code":404,"message":"not found"}')

/** Whatever is written is taken, and found by nobody: a Lease, labels of namespaces, Events. */
async function written(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  response.writeHead(request.method === 'POST' ? 201 : 200).end(Buffer.concat(chunks))
}

const server = createServer((request, response) => {
  if (request.method === 'GET') listOrWatch(new URL(request.url ?? '', 'http://bench'), response)
  else void written(request, response)
})

let version = 1

function send(object: unknown): void {
  version += 1
  const { metadata } = object as { readonly metadata: object }
  const changed = { ...(object as object), metadata: { ...metadata, resourceVersion: String(version) } }
  const line = `${JSON.stringify({ type: 'MODIFIED', object: changed })}\n`
  for (const watch of watches.get(pathOfObject(object) ?? '') ?? []) watch.write(line)
}

/** Objects of a kind, each changed as `ChangedKind` says. @param turn other changes than those of the turn before. */
function* changes({ kind, count }: Asked, turn: number): Generator<unknown> {
  const status = { observedGeneration: turn, replicas: 3, updatedReplicas: 3, readyReplicas: turn % 4 }
  if (kind === 'Pod') yield* changedPods(count, turn)
  for (let index = 0; kind !== 'Pod' && index < count; index++) {
    const place = placeAt(index)
    const namespace = `team-${index % namespaces}`
    const number = 1 + (index % (LARGE.ingresses - 1))
    if (kind === 'Ingress') yield teamIngress({ namespace, number }, 100 + turn)
    else yield { ...(deploymentOf(place) as object), status }
  }
}

const placeAt = (index: number): Place => places[index % places.length] ?? { namespace: '', number: 0 }

function* changedPods(count: number, turn: number): Generator<unknown> {
  for (const pod of podsBehind(places, Math.min(count, pods))) {
    const { status, ...rest } = pod as {
      readonly status: { readonly conditions: readonly { readonly type: string }[] }
    }
    const conditions = status.conditions.map((one) =>
      one.type === 'Ready' ? { ...one, status: turn % 2 === 0 ? 'True' : 'False' } : one,
    )
    yield { ...rest, status: { ...status, conditions } }
  }
}

let turn = 0
process.on('message', (asked: Asked) => {
  turn += 1
  for (const object of changes(asked, turn)) send(object)
  tell({ sent: asked.count })
})
process.once('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  tell({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
