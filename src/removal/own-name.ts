import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { JSON_PATCH, patchObject, readObject } from '../cluster/objects.ts'
import { at, isPresent, itemsOf, root } from '../kubernetes/json.ts'

/** The controllers write a status right after a change. */
const TRIES = 3

/**
 * Removes Slackwater's entry from an object's `managedFields`. A manager that restores a grace period owns it for the
 * API server, and a later server-side apply with another value would conflict with a program that no longer exists.
 * Best effort: the removal itself is already done.
 */
export async function dropOwnName(api: ApiServer, path: string, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const index = ownIndex(await readObject(api, path, signal))
      if (index < 0) return
      const query = { fieldManager: FIELD_MANAGER }
      await patchObject(api, { path, body: removalOf(index), query, contentType: JSON_PATCH }, signal)
      return
    } catch {
      // The entry has another index by now, or the object is gone.
    }
  }
}

const ownIndex = (raw: unknown): number =>
  itemsOf(at(root(raw), 'metadata', 'managedFields')).findIndex(
    (entry) =>
      at(entry, 'manager').value === FIELD_MANAGER &&
      at(entry, 'operation').value === 'Update' &&
      !isPresent(at(entry, 'subresource')),
  )

/** Tied to no version, since it changes only this entry: rejected if another entry has this index. */
function removalOf(index: number) {
  const entry = `/metadata/managedFields/${index}`
  return [
    { op: 'test', path: `${entry}/manager`, value: FIELD_MANAGER },
    { op: 'test', path: `${entry}/operation`, value: 'Update' },
    { op: 'remove', path: entry },
  ]
}
