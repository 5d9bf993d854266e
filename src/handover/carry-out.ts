import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { deleteObject, MERGE_PATCH, patchObject } from '../cluster/objects.ts'
import {
  changeOf,
  costOf,
  type HandoverTerms,
  limitOf,
  type MetadataChange,
  markOf,
  releaseOf,
} from '../core/handover/change.ts'
import type { HandoverRecord } from '../core/handover/record.ts'
import type { PodView } from '../core/handover/scene.ts'
import type { NextStep } from '../core/handover/situation.ts'
import type { Clock } from '../pacing/clock.ts'
import { placeOf } from './paths.ts'

export type DoneStep = Exclude<NextStep, { readonly do: 'wait' | 'nothing' }>

interface Doing {
  readonly api: ApiServer
  readonly clock: Clock
  readonly namespace: string
  readonly pod: PodView
  /** Absent before the Pod is released. */
  readonly record?: HandoverRecord
  readonly terms: HandoverTerms
  /** Pods that are ready and in the Services now. */
  readonly floor: number
}

/** For writes: one that is under way is not broken off, or nobody would know whether it was done. */
export const UNABORTED = new AbortController().signal

/**
 * One step, as one write over the version that was read: so of two callers only one does it, and nothing that a
 * controller wrote in between is overwritten. @throws ApiError (isConflict, isAbsent: look again); of the connection
 */
export async function carryOut(step: DoneStep, doing: Doing): Promise<void> {
  const { api, namespace, pod } = doing
  if (step.do === 'delete') {
    const path = placeOf('Pod', namespace, pod.name)
    await deleteObject(api, { path, uid: pod.uid, version: pod.version }, UNABORTED)
  } else if (step.do === 'mark') await write(doing, step.pod, markOf())
  else if (step.do === 'unmark') await write(doing, step.pod, costOf(step.cost))
  else await write(doing, pod, changeFor(step, doing))
}

interface Where {
  readonly api: ApiServer
  readonly namespace: string
}

function changeFor(
  step: Exclude<DoneStep, { readonly do: 'delete' | 'mark' | 'unmark' }>,
  { clock, pod, record, terms, floor }: Doing,
): MetadataChange {
  const limit = limitOf(step.do, record ?? terms)
  const deadline = new Date(clock.date().getTime() + limit * 1000).toISOString()
  if (step.do === 'release') return releaseOf(pod, { terms, floor, deadline })
  if (record === undefined) throw new Error(`${step.do}: the Pod has no record`)
  return changeOf(step, { pod, record, deadline })
}

async function write({ api, namespace }: Where, pod: PodView, change: MetadataChange): Promise<void> {
  const path = placeOf('Pod', namespace, pod.name)
  const body = { metadata: { uid: pod.uid, resourceVersion: pod.version, ...change } }
  const query = { fieldManager: FIELD_MANAGER }
  await patchObject(api, { path, body, query, contentType: MERGE_PATCH }, UNABORTED)
}
