import type { Request, Stored } from '../../sequences/model/api-server.ts'
import type { Kind } from '../../sequences/model/kinds.ts'
import { managersIn } from '../../sequences/model/ownership.ts'
import type { Problem } from '../../sequences/model/validate.ts'
import { at, changedAt, type Fields, fieldsOf, itemsOf, without } from '../../sequences/model/values.ts'
import { type ApiCall, type ApiReply, call, pathOf } from './api.ts'

/** Requests of the small API server's kind, to a real one. */

export interface Place {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
}

export interface Sent extends Place {
  /** Not stored. */
  readonly dryRun?: boolean
  /** By a user for whom the webhook is not called. */
  readonly away?: boolean
}

/** For whom the webhook is not called, as if it did not answer. */
export const AWAY = 'somebody-while-we-are-away'

const CONTENT = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

export async function send(request: Request, sent: Sent): Promise<ApiReply> {
  const wanted = request.verb === 'replace' && request.isRead ? await withUid(request, sent) : request
  const reply = await call({ ...callFor(wanted, sent), ...(sent.away ? { as: AWAY } : {}) })
  const isOfScale = request.verb === 'scale' && reply.status < 300 && !sent.dryRun
  return isOfScale ? call({ method: 'GET', path: pathOf(sent.kind, sent.namespace, sent.name) }) : reply
}

/** As a client sends it that has read it. */
async function withUid(
  request: Extract<Request, { readonly verb: 'create' | 'replace' }>,
  { kind, namespace, name }: Place,
): Promise<Request> {
  const { body } = await call({ method: 'GET', path: pathOf(kind, namespace, name) })
  const uid = at(body as Fields, 'metadata', 'uid')
  return { ...request, object: changedAt(request.object, ['metadata', 'uid'], () => uid) }
}

function callFor(request: Request, { kind, namespace, name, dryRun = false }: Sent): ApiCall {
  const query = { fieldManager: request.manager, ...(dryRun ? { dryRun: 'All' } : {}) }
  const path = pathOf(kind, namespace, name)
  switch (request.verb) {
    case 'create':
      return { method: 'POST', path: pathOf(kind, namespace), query, body: request.object }
    case 'replace':
      return { method: 'PUT', path, query, body: request.object }
    case 'patch':
      return { method: 'PATCH', path, query, contentType: CONTENT[request.type], body: request.patch }
    case 'scale': {
      const body = { spec: { replicas: request.replicas } }
      return { method: 'PATCH', path: `${path}/scale`, query, contentType: CONTENT.merge, body }
    }
    case 'apply':
      return {
        method: 'PATCH',
        path,
        query: { ...query, ...(request.force ? { force: 'true' } : {}) },
        contentType: 'application/apply-patch+yaml',
        body: request.object,
      }
  }
}

export const isAccepted = ({ status }: ApiReply): boolean => status < 300

/** What the API server and its controllers add to every object. */
const OF_THE_SERVER = [
  'managedFields',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'namespace',
]

/** An object as it is returned, in the form of the small API server. */
export function storedIn({ body }: ApiReply): Stored {
  const object = body as Fields
  const metadata = OF_THE_SERVER.reduce(without, fieldsOf(object['metadata']))
  const revision = ['metadata', 'annotations', 'deployment.kubernetes.io/revision']
  const bare = changedAt({ ...without(object, 'status'), metadata }, revision, () => undefined)
  const managers = new Map(
    [...managersIn(object)].filter(([key]) => !key.startsWith('kube-controller-manager|')),
  )
  return { object: withoutEmptyTimes(bare), managers }
}

/** Templates carry a creation time that is always null. */
const withoutEmptyTimes = (object: Fields): Fields =>
  JSON.parse(JSON.stringify(object, (_, value: unknown) => (value === null ? undefined : value))) as Fields

/** Why the API server refuses an object, in the words of the small one. */
export function problemsIn(
  { status, body }: ApiReply,
  asked: Fields | undefined,
  kind: Kind,
): readonly Problem[] {
  const causes = itemsOf(at(body as Fields, 'details', 'causes'))
  if (status === 409)
    return causes.map((cause) => ({ what: 'conflict', where: fieldPath(String(cause['field'])) }))
  const spec = fieldsOf(at(asked, ...kind.templateAt, 'spec'))
  if (causes.length === 0) return [{ what: 'patch', where: String(at(body as Fields, 'message')) }]
  return causes.map((cause) => problemOf(String(cause['message']), String(cause['field']), spec))
}

/** `.spec.template` → `f:spec/f:template`. Keys of annotations have dots of their own. */
function fieldPath(field: string): string {
  const [, path = field, key] = /^(.*\.annotations)\.(.+)$/.exec(field) ?? []
  const keys = path.split('.').filter((one) => one !== '')
  return [...keys, ...(key === undefined ? [] : [key])].map((one) => `f:${one}`).join('/')
}

const WORDS: readonly (readonly [words: string, what: Problem['what']])[] = [
  ['more than 1 handler type', 'handlers'],
  ['must specify a handler type', 'no handler'],
  ['less than terminationGracePeriodSeconds', 'sleep'],
  ['may not be more than 262144 bytes', 'annotations'],
  ['pod updates may not', 'immutable'],
  ['updates to statefulset spec', 'immutable'],
]

function problemOf(message: string, field: string, spec: Fields): Problem {
  const isOfProbe = /(liveness|startup|readiness)Probe/.test(field)
  const said = WORDS.find(([words]) => message.includes(words))?.[1] ?? 'container'
  const what = isOfProbe ? 'probe' : said
  const [, list = '', index = '', rest = ''] = /(containers|initContainers)\[(\d+)\]\.(.*)$/.exec(field) ?? []
  const name = itemsOf(spec[list])[Number(index)]?.['name']
  return { what, where: name === undefined ? field : `${String(name)}.${rest}` }
}
