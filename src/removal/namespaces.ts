import { OPTED_OUT } from '../assessment/opt-out.ts'
import { ApiError, isAbsent, isConflict } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { bodyOf, type StoredNamespace, storedFrom } from '../cluster/gate-apply.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { APPLY_PATCH, objectPath, patchObject, readObject } from '../cluster/objects.ts'
import { gateDecisions } from '../core/gates/gate-decision.ts'
import type { GateInjector } from '../core/gates/gate-needs.ts'
import { gateRecordOf } from '../core/gates/gate-record.ts'
import type { GateDecision } from '../core/gates/gate-state.ts'
import { type GateWrite, gateWrite } from '../core/gates/gate-write.ts'
import { GATES_ANNOTATION, MODE_LABEL } from '../core/model/keys.ts'
import { compareText } from '../core/model/object-ref.ts'
import { resolve } from '../core/model/resolved.ts'
import type { NamespaceFacts } from '../core/model/workload.ts'
import { BUSY, type NamespaceRemoval } from './removal.ts'

/** What a Namespace carries of Slackwater's work. */
type NamespaceInspection = NamespaceRemoval & { readonly write?: GateWrite }

/** Labels are removed whatever the state of the load balancer controller. */
const NOTHING_SEEN: GateInjector = {
  gateWebhooks: [],
  gateInjection: resolve([
    {
      value: true,
      origin: { rank: 'assumed', source: { kind: 'default', of: 'AWS Load Balancer Controller' } },
    },
  ]),
}

/** Namespaces that carry Slackwater's record, by name. @throws ApiError; any error of the connection. */
export async function findNamespaces(
  api: ApiServer,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<readonly NamespaceRemoval[]> {
  const found: NamespaceRemoval[] = []
  const take = (raw: unknown): void => {
    const stored = storedFrom(raw)
    const inspection = stored === undefined ? undefined : inspectNamespace(stored.facts)
    if (inspection !== undefined) found.push(withoutWrite(inspection))
  }
  if (namespace !== undefined) take(await readObject(api, pathOf(namespace), signal))
  else
    for await (const { objects } of pagesOf({ api, listed: LISTED, signal }))
      for (const one of objects) take(one)
  return found.sort((a, b) => compareText(a.name, b.name))
}

const LISTED = { path: '/api/v1/namespaces', apiVersion: 'v1', kind: 'Namespace' }

const pathOf = (name: string): string =>
  objectPath({ apiVersion: 'v1', plural: 'namespaces', namespace: '', name })

const withoutWrite = ({ write: _, ...removal }: NamespaceInspection): NamespaceRemoval => removal

/** Undefined if Slackwater never wrote to the namespace, or if it is being deleted. */
function inspectNamespace(facts: NamespaceFacts): NamespaceInspection | undefined {
  const { name, annotations } = facts
  if (annotations[GATES_ANNOTATION] === undefined || facts.deleting === true) return undefined
  if (gateRecordOf(facts).unreadable) return { name, labels: {}, state: 'left', why: UNREADABLE }
  const decisions = decided(facts)
  const labels = Object.assign({}, ...decisions.map(({ ownedLabels }) => ownedLabels))
  const write = gateWrite(facts, decisions)
  if (write !== undefined) return { name, state: 'would-take-back', labels, write }
  const forbidden = decisions.find(({ state }) => state === 'forbidden')
  return forbidden === undefined
    ? { name, labels: {}, state: 'stays', why: 'the record of a label that a user has removed or changed' }
    : { name, labels, state: 'left', why: forbidden.why }
}

const UNREADABLE = `its annotation ${GATES_ANNOTATION} cannot be read: what Slackwater wrote is unknown`

/** Uses the decision of `namespaceLabels: off`, without mode labels, which must not affect it. */
function decided(facts: NamespaceFacts): readonly GateDecision[] {
  const { [MODE_LABEL]: _, ...labels } = facts.labels
  const namespaces = [{ ...facts, labels }]
  return gateDecisions({ exposed: [], namespaces, settings: OPTED_OUT, controller: NOTHING_SEEN })
}

/**
 * Writes only over the version that was read; retries once if another client wrote in between. @throws any error of
 * the connection.
 */
export async function takeLabelsBack(
  api: ApiServer,
  found: NamespaceRemoval,
  signal: AbortSignal,
): Promise<NamespaceRemoval> {
  try {
    return (await attempt(api, found, signal)) ?? (await attempt(api, found, signal)) ?? left(found, BUSY)
  } catch (error) {
    if (isAbsent(error)) return { ...found, state: 'taken-back' }
    if (error instanceof ApiError) return left(found, `the API server answered: ${error.message}`)
    throw error
  }
}

export const left = (found: NamespaceRemoval, why: string): NamespaceRemoval => ({
  ...found,
  state: 'left',
  why,
})

/** @returns undefined if another client wrote in between. */
async function attempt(
  api: ApiServer,
  found: NamespaceRemoval,
  signal: AbortSignal,
): Promise<NamespaceRemoval | undefined> {
  const path = pathOf(found.name)
  const stored = storedFrom(await readObject(api, path, signal))
  const inspection = stored === undefined ? undefined : inspectNamespace(stored.facts)
  if (stored === undefined || inspection === undefined) return { ...found, state: 'taken-back' }
  if (inspection.write === undefined) return withoutWrite(inspection)
  const written = await apply(api, { path, stored, write: inspection.write }, signal)
  if (written === undefined) return undefined
  // An apply removes only fields that Slackwater's field manager owns: restoring a backup may have lost that
  // ownership.
  const after = storedFrom(written)
  const stands = after !== undefined && inspectNamespace(after.facts)?.write !== undefined
  return stands
    ? left(withoutWrite(inspection), 'its labels belong to another field manager')
    : { ...withoutWrite(inspection), state: 'taken-back' }
}

async function apply(
  api: ApiServer,
  {
    path,
    stored,
    write,
  }: { readonly path: string; readonly stored: StoredNamespace; readonly write: GateWrite },
  signal: AbortSignal,
): Promise<unknown> {
  const query = { fieldManager: FIELD_MANAGER }
  try {
    return await patchObject(
      api,
      { path, body: bodyOf(stored, write), query, contentType: APPLY_PATCH },
      signal,
    )
  } catch (error) {
    if (isConflict(error)) return undefined
    throw error
  }
}
