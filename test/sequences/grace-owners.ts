import type { Stored } from './model/api-server.ts'
import { difference, type FieldSet, field, isEmpty, union } from './model/field-set.ts'
import type { Kind } from './model/kinds.ts'
import type { Managers } from './model/ownership.ts'
import { owns } from './ours.ts'

/**
 * Who owns the grace period. We raise it after field management: whoever then states a lower one again by an update
 * takes it from the applier that states it (`docs/failure-behaviour.md`), which is so in the world with us only.
 */

export const GRACE = 'terminationGracePeriodSeconds'

const pathTo = ({ templateAt }: Kind): readonly string[] => [...templateAt, 'spec', GRACE].map(field)

export const ownsGrace = (fields: FieldSet, kind: Kind): boolean => owns(fields, pathTo(kind))

const only = (path: readonly string[]): FieldSet => {
  const [step = '', ...rest] = path
  return rest.length === 0
    ? { members: new Set([step]), children: new Map() }
    : { members: new Set(), children: new Map([[step, only(rest)]]) }
}

/** The stored object, its grace owned by those who own it in another world. */
export function withGraceOwners(stored: Stored, others: Managers, kind: Kind): Stored {
  const grace = only(pathTo(kind))
  const managers = new Map(stored.managers)
  for (const key of new Set([...managers.keys(), ...others.keys()])) {
    const { manager, fields } = managers.get(key) ?? { manager: others.get(key)?.manager, fields: NOTHING }
    const isOwner = ownsGrace(others.get(key)?.fields ?? NOTHING, kind)
    if (manager === undefined || ownsGrace(fields, kind) === isOwner) continue
    const next = isOwner ? union(fields, grace) : difference(fields, grace)
    if (isEmpty(next)) managers.delete(key)
    else managers.set(key, { manager, fields: next })
  }
  return { object: stored.object, managers }
}

const NOTHING: FieldSet = { members: new Set(), children: new Map() }
