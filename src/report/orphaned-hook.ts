import Type from 'typebox'
import { restartOf } from '../core/adoption/replacing.ts'
import { MODE_LABEL } from '../core/model/keys.ts'
import type { WorkloadSummary } from '../core/model/workload.ts'
import type { State } from '../judgement/states.ts'

export const OrphanedHookSchema = Type.Object(
  { cure: Type.String({ description: 'How to remove it' }) },
  {
    description:
      'Its template has a hook of Slackwater’s, and no load balancer sends to it any more; absent: not so, or it is the half of a blue-green pair that is not selected now',
  },
)

interface HookedEntry {
  readonly state?: State
  readonly mode: string
  readonly present: { readonly containers: readonly { readonly ours: boolean }[] }
}

/** Our hook stands in its template, and nothing sends to its Pods: their end waits for nobody. */
export const isOrphaned = ({ state, mode, present }: HookedEntry): boolean =>
  state === undefined && mode !== 'off' && present.containers.some(({ ours }) => ours)

/** Nothing takes it away by itself: an Ingress that is being replaced must not cost the workload its protection. */
export function removalOf(workload: Pick<WorkloadSummary, 'ref' | 'live'>): string {
  const { kind, namespace, name } = workload.ref
  const label = `kubectl label ${kind.toLowerCase()}/${name} -n ${namespace} ${MODE_LABEL}=off`
  return `${label}, then ${restartOf(workload)}`
}
