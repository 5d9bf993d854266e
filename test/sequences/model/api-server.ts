import type { Operation } from 'fast-json-patch'
import { decoded } from './decode.ts'
import type { Kind } from './kinds.ts'
import { applied, type Managers, NOBODY, updated, withoutScaled } from './ownership.ts'
import { jsonPatched, mergePatched } from './patches.ts'
import { patchedStrategically } from './strategic-merge.ts'
import { type Problem, problemsOf } from './validate.ts'
import { changedAt, type Fields, fieldsOf } from './values.ts'

/**
 * A small API server for one object: what it makes of each kind of request, in what order (apiserver,
 * endpoints/handlers), and what it refuses. `test/e2e/sequences.e2e.ts` holds it against a real one.
 */

interface By {
  /** The field manager. */
  readonly manager: string
}

type Whole = By & {
  readonly verb: 'create' | 'replace'
  readonly object: Fields
  /** It was read in the cluster, and so has the uid in it, as what is patched has. A manifest has none. */
  readonly isRead?: true
}
type Apply = By & { readonly verb: 'apply'; readonly object: Fields; readonly force: boolean }
type Patch = By & { readonly verb: 'patch' } & (
    | { readonly type: 'json'; readonly patch: readonly Operation[] }
    | { readonly type: 'merge' | 'strategic'; readonly patch: Fields }
  )
type Scale = By & { readonly verb: 'scale'; readonly replicas: number }

export type Request = Whole | Apply | Patch | Scale

export interface Stored {
  /** Without managed fields. */
  readonly object: Fields
  readonly managers: Managers
}

export type Reply =
  | { readonly accepted: true; readonly stored: Stored }
  | { readonly accepted: false; readonly problems: readonly Problem[] }

/** What a webhook is told of a request beside the objects. */
export interface Requester {
  /** In the request's options. */
  readonly manager: string
  /** The object has the uid in it. */
  readonly isRead: boolean
}

/** Mutating admission: the object as it shall be. */
export type Admission = (request: {
  readonly operation: 'CREATE' | 'UPDATE'
  readonly next: Stored
  readonly old: Stored | undefined
  readonly by: Requester
}) => Fields

export const refused = (...problems: readonly Problem[]): Reply => ({ accepted: false, problems })

export interface Server {
  readonly kind: Kind
  /** Undefined: no webhook is called. */
  readonly admission?: Admission
}

export const handled = (stored: Stored | undefined, request: Request, server: Server): Reply =>
  decided(stored, requested(stored, request, server.kind), server)

/** An object as a request leaves it, and who made it. */
export type Requested = (Stored & { readonly by: Requester }) | Extract<Reply, { accepted: false }>

/** Admission, then validation. The scale subresource changes no template, and so no webhook asks for it. */
export function decided(stored: Stored | undefined, next: Requested, { kind, admission }: Server): Reply {
  if ('problems' in next) return next
  const operation = stored === undefined ? 'CREATE' : 'UPDATE'
  const { by, managers } = next
  const admitted = admission === undefined ? next.object : admission({ operation, next, old: stored, by })
  const object = admitted === next.object ? admitted : decoded(admitted, kind)
  const problems = problemsOf(object, stored?.object, kind)
  return problems.length > 0 ? refused(...problems) : { accepted: true, stored: { managers, object } }
}

/** The object as a request leaves it, before admission. */
export function requested(stored: Stored | undefined, request: Request, kind: Kind): Requested {
  const next = left(stored, request, kind)
  const isRead = request.verb === 'create' || request.verb === 'replace' ? request.isRead === true : true
  return 'problems' in next ? next : { ...next, by: { manager: request.manager, isRead } }
}

function left(stored: Stored | undefined, request: Request, kind: Kind): Stored | Refusal {
  if (request.verb === 'apply') return appliedTo(stored, request, kind)
  if (request.verb === 'scale') return scaled(stored, request, kind)
  if ((stored === undefined) !== (request.verb === 'create')) return MISSING
  const { object: live } = stored ?? emptyOf(kind)
  const object = request.verb === 'patch' ? bodyOf(live, request, kind) : request.object
  return object === undefined ? UNPATCHED : writtenBy(stored ?? emptyOf(kind), object, request, kind)
}

type Refusal = Extract<Reply, { accepted: false }>

const MISSING: Refusal = { accepted: false, problems: [{ what: 'missing', where: '' }] }
const UNPATCHED: Refusal = { accepted: false, problems: [{ what: 'patch', where: '' }] }
/** What an object is compared with at its creation. */
const emptyOf = ({ empty }: Kind): Stored => ({ object: empty, managers: NOBODY })

const writtenBy = (stored: Stored, body: Fields, { manager }: Request, kind: Kind): Stored => {
  const object = decoded(body, kind)
  const change = { live: stored.object, next: object, schema: kind.schema }
  return { object, managers: updated(stored.managers, { name: manager, operation: 'Update' }, change) }
}

function bodyOf(live: Fields, request: Patch, kind: Kind): Fields | undefined {
  switch (request.type) {
    case 'json':
      return jsonPatched(live, request.patch)
    case 'merge':
      return fieldsOf(mergePatched(live, request.patch))
    case 'strategic':
      return patchedStrategically(live, request.patch, kind.schema)
  }
}

function appliedTo(
  stored: Stored | undefined,
  { object, manager, force }: Apply,
  kind: Kind,
): Stored | Refusal {
  const { object: live, managers } = stored ?? emptyOf(kind)
  const result = applied(
    managers,
    { name: manager, operation: 'Apply' },
    { live, config: object, schema: kind.schema, force },
  )
  if ('conflicts' in result)
    return { accepted: false, problems: result.conflicts.map((where) => ({ what: 'conflict', where })) }
  return { managers: result.managers, object: decoded(result.object, kind) }
}

function scaled(stored: Stored | undefined, { replicas, manager }: Scale, kind: Kind): Stored | Refusal {
  if (stored === undefined || kind.kind === 'Pod') return MISSING
  const object = changedAt(stored.object, ['spec', 'replicas'], () => replicas)
  const change = { live: stored.object, next: object, schema: kind.schema }
  const scaler = { name: manager, operation: 'Update', subresource: 'scale' } as const
  return { object, managers: updated(withoutScaled(stored.managers), scaler, change) }
}
