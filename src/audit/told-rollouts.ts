import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { objectPath } from '../cluster/objects.ts'
import { toldRollout } from '../core/departures/rollout-event.ts'
import { compareText, type ObjectRef } from '../core/model/object-ref.ts'
import { messageOf } from '../core/model/thrown.ts'
import { given, property } from '../kubernetes/json.ts'
import type { RolloutSummary } from '../report/departures-schema.ts'

/** As many as a ledger has of one workload. */
const MOST = 3

interface ToldRollouts {
  /** The newest first; an API server keeps Events for an hour. */
  readonly rollouts: readonly RolloutSummary[]
  /** Why they are not known; absent: they are. */
  readonly problem?: string
}

/**
 * What a running Slackwater has told of a workload's last rollouts, by the Events on it. Of the core API, as `kubectl
 * describe` reads them: the ClusterRole `view` has that permission.
 */
export async function toldRollouts(
  { kind, namespace, name }: ObjectRef,
  api: ApiServer,
  signal: AbortSignal,
): Promise<ToldRollouts> {
  const path = objectPath({ apiVersion: 'v1', plural: 'events', namespace })
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`
  const listed = { path, apiVersion: 'v1', kind: 'Event' }
  const found: RolloutSummary[] = []
  try {
    for await (const { objects } of pagesOf({ api, listed, signal, fieldSelector }))
      found.push(...objects.flatMap((event) => summaryOf(event, name)))
    return { rollouts: found.sort((a, b) => compareText(b.ended ?? '', a.ended ?? '')).slice(0, MOST) }
  } catch (error) {
    return isAbsent(error) ? { rollouts: [] } : { rollouts: [], problem: messageOf(error) }
  }
}

/** Whatever an Event has that is not ours tells nothing. */
function summaryOf(raw: unknown, name: string): readonly RolloutSummary[] {
  const text = (...keys: readonly string[]): string => {
    const value = keys.reduce(property, raw)
    return typeof value === 'string' ? value : ''
  }
  if (text('reportingComponent') !== 'slackwater' || text('involvedObject', 'name') !== name) return []
  const told = toldRollout(text('reason'), text('message'))
  if (told === undefined || told.text === '') return []
  const ended = [text('series', 'lastObservedTime'), text('eventTime')].find(
    (time) => !Number.isNaN(Date.parse(time)),
  )
  return [{ ...told, ...given('ended', ended && new Date(ended).toISOString()) }]
}
