import { ApiError, isAbsent, isConflict } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { JSON_PATCH, patchObject, readObject } from '../cluster/objects.ts'
import { at, root, ShapeError, stringAt } from '../kubernetes/json.ts'
import type { PatchOperation } from '../kubernetes/patch.ts'
import { rolloutProgress } from '../kubernetes/rollout-progress.ts'
import { hasOurs, inspectWorkload } from './inspect.ts'
import { dropOwnName } from './own-name.ts'
import { BUSY } from './removal.ts'

/**
 * The result for one workload.
 * - `taken-back`: stored, and its rollout begins; `gone`: it contains none of Slackwater's work any more;
 * - `put-back`: admission restores the work within the very request that removes it. Nothing was changed.
 */
export type TakenBack =
  | { readonly outcome: 'taken-back'; readonly changes: readonly string[] }
  | { readonly outcome: 'left' | 'stays'; readonly why: string }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'put-back' }

interface Target {
  readonly api: ApiServer
  readonly path: string
  readonly namespace: string
}

/**
 * Removes Slackwater's work from one workload's template, only over the version that was read; retries once if
 * another client wrote in between. @throws any error of the connection.
 */
export async function takeBack(target: Target, signal: AbortSignal): Promise<TakenBack> {
  try {
    return (await attempt(target, signal)) ?? (await attempt(target, signal)) ?? BUSY_TARGET
  } catch (error) {
    if (isAbsent(error)) return { outcome: 'gone' }
    if (error instanceof ApiError)
      return { outcome: 'left', why: `the API server answered: ${error.message}` }
    if (error instanceof ShapeError) return { outcome: 'left', why: error.message }
    throw error
  }
}

const BUSY_TARGET: TakenBack = { outcome: 'left', why: BUSY }

/** @returns undefined if another client wrote in between. */
async function attempt(
  { api, path, namespace }: Target,
  signal: AbortSignal,
): Promise<TakenBack | undefined> {
  const raw = await readObject(api, path, signal)
  const inspection = inspectWorkload(raw, namespace)
  if (inspection.kind === 'nothing') return { outcome: 'gone' }
  if (inspection.kind !== 'owned') return { outcome: inspection.kind, why: inspection.why }
  const before = rolloutProgress(raw)
  if (before.state !== 'done' && before.state !== 'by-itself-never')
    return { outcome: 'left', why: `another rollout of it is not done: ${before.why}` }
  try {
    const isStored = await write({ api, path }, { raw, operations: inspection.operations }, signal)
    if (!isStored) return { outcome: 'put-back' }
    await dropOwnName(api, path, signal)
    return { outcome: 'taken-back', changes: inspection.changes }
  } catch (error) {
    if (isConflict(error)) return undefined
    throw error
  }
}

/** First with `dryRun=All`. @returns false if admission restored the work. @throws ApiError */
async function write(
  { api, path }: { readonly api: ApiServer; readonly path: string },
  { raw, operations }: { readonly raw: unknown; readonly operations: readonly PatchOperation[] },
  signal: AbortSignal,
): Promise<boolean> {
  const written = { path, body: [...operations, onlyOver(raw)], contentType: JSON_PATCH } as const
  const query = { fieldManager: FIELD_MANAGER }
  const tried = await patchObject(api, { ...written, query: { ...query, dryRun: 'All' } }, signal)
  return !hasOurs(tried) && !hasOurs(await patchObject(api, { ...written, query }, signal))
}

/** A condition in a JSON patch: the API server answers 409 if the object has changed. */
const onlyOver = (raw: unknown) => ({
  op: 'replace',
  path: '/metadata/resourceVersion',
  value: stringAt(at(root(raw), 'metadata', 'resourceVersion')),
})
