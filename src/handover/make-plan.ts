import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { objectPath, readObject } from '../cluster/objects.ts'
import { slowestGate } from '../core/findings/gate-time.ts'
import type { Exposure } from '../core/model/exposure.ts'
import { handoverCommand } from '../core/model/handover-command.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { add, longest, type Seconds, seconds } from '../core/model/seconds.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { ReplicaSetFacts } from '../kubernetes/controlled.ts'
import { cautionsOf } from './cautions.ts'
import { type Handed, handedOf, type JudgedPod } from './handed.ts'
import { leavingOf } from './leaving.ts'
import type { HandoverPlan, OldPod, Refusal } from './plan.ts'
import { budgetsOf, claimsOf, objectionToAdoption, objectionToClaim, objectionToState } from './preflight.ts'
import type { ListedWorkload, NamespaceReading } from './read-namespace.ts'
import { type Objection, refusalOf } from './refusals.ts'
import { tryReplacement } from './replacement.ts'

/** What can be done about one workload. */
export type Planned =
  | { readonly kind: 'plan'; readonly plan: HandoverPlan }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A sentence says why. */
  | { readonly kind: 'nothing-to-do'; readonly workload: HandoverPlan['workload']; readonly text: string }

interface Planning {
  readonly api: ApiServer
  readonly reading: NamespaceReading
  readonly signal: AbortSignal
}

/** @throws the signal's reason if it is aborted. */
export async function makePlan(workload: ListedWorkload, planning: Planning): Promise<Planned> {
  const { reading } = planning
  const { ref, owner } = workload
  const refused = (objection: Objection): Planned => ({ kind: 'refused', refusal: refusalOf(ref, objection) })
  if (owner !== undefined && ref.kind === 'ReplicaSet') return refused(owned(workload, owner))
  const handed = handedOf(workload, reading)
  const due = handed.pods.filter(({ lacks }) => lacks.length > 0)
  if (due.length + handed.begun.length === 0) return nothingToDo(handed)
  const planned = await planOf(handed, due, planning)
  if (!('id' in planned)) return { kind: 'plan', plan: planned }
  // What was begun must not be left half done: only with others nothing is begun.
  return handed.begun.length === 0
    ? refused(planned)
    : {
        kind: 'plan',
        plan: onlyBegun(
          handed,
          [`no further Pod is begun: ${planned.reason}; ${planned.alternative}`],
          reading,
        ),
      }
}

/** Nothing can be planned without what could not be listed. */
export const refusedUnread = (workload: ObjectRef, { unread }: NamespaceReading): Planned => ({
  kind: 'refused',
  refusal: refusalOf(workload, {
    id: 'not-read',
    reason: unread.join('; '),
    alternative: 'ask for the rights to list them: docs/handover.md has a ClusterRole',
  }),
})

/** What an earlier call has begun, to be taken back: nothing else matters for that. */
export function undoPlan(workload: ListedWorkload, reading: NamespaceReading): Planned {
  const handed = handedOf(workload, reading)
  const { begun, cautions } = handed
  if (begun.length > 0) return { kind: 'plan', plan: onlyBegun(handed, cautions, reading) }
  return { kind: 'nothing-to-do', workload: workload.ref, text: 'no Pod of it is being replaced' }
}

const owned = (
  { ref }: ListedWorkload,
  owner: { readonly kind: string; readonly name: string },
): Objection => ({
  id: 'owned',
  reason: `it belongs to ${owner.kind} ${owner.name}`,
  alternative: `hand that over: ${handoverCommand({ ...owner, namespace: ref.namespace })}`,
})

function nothingToDo({ workload: { ref }, pods, exposures }: Handed): Planned {
  if (pods.length > 0 && exposures.length === 0)
    return {
      kind: 'refused',
      refusal: refusalOf(ref, {
        id: 'not-exposed',
        reason: 'it is not behind a load balancer',
        alternative: `slackwater explain ${ref.kind.toLowerCase()}/${ref.name} -n ${ref.namespace} shows why`,
      }),
    }
  const text =
    pods.length === 0
      ? 'it has no running Pods'
      : `of ${pods.length} running ${pods.length === 1 ? 'Pod' : 'Pods'} none lacks its hook, grace period or readiness gate`
  return { kind: 'nothing-to-do', workload: ref, text }
}

async function planOf(
  handed: Handed,
  due: readonly JudgedPod[],
  { api, reading, signal }: Planning,
): Promise<HandoverPlan | Objection> {
  const state = objectionToState(handed, reading)
  if (state !== undefined) return state
  const [replicaSet] = handed.replicaSets
  if (replicaSet === undefined)
    return {
      id: 'rollout-in-progress',
      reason: 'none of its ReplicaSets has Pods',
      alternative: 'run it again when it has Pods',
    }
  const leaving = leavingOf(handed, replicaSet, reading)
  if ('id' in leaving) return leaving
  const further =
    objectionToAdoption(handed, reading, leaving.releaseLabel) ??
    (await objectionToClaims(handed, { api, reading, signal }))
  if (further !== undefined) return further
  const exposures = handed.exposures
  const gated = exposures.some(({ targetType }) => targetType.value === 'ip')
  const { workload } = handed
  const tried = await tryReplacement({ api, reading, workload, replicaSet, isGated: gated, signal })
  if ('id' in tried) return tried
  const pods = due.filter(({ lacks }) => lacks.some((lack) => !tried.lacks.includes(lack)))
  if (pods.length + handed.begun.length === 0) return noGain(due)
  return {
    workload: workload.ref,
    replicaSet: refOf(replicaSet, reading),
    releaseLabel: leaving.releaseLabel,
    leaveLabels: leaving.leaveLabels,
    services: leaving.services,
    disruptionBudgets: budgetsOf(handed, reading),
    sleep: longest([
      tried.sleep,
      ...handed.pods.flatMap(({ decision }) => decision.budget?.needed.sleep ?? []),
    ]),
    healthy: healthyTime(exposures, handed),
    gated,
    pods: [...handed.begun.map(begunPod), ...pods.map(oldPod)],
    cautions: [...reading.cautions, ...handed.cautions, ...leaving.cautions, ...cautionsOf(exposures)],
  }
}

async function objectionToClaims(
  handed: Handed,
  { api, reading: { namespace }, signal }: Planning,
): Promise<Objection | undefined> {
  for (const name of claimsOf(handed)) {
    const path = objectPath({ apiVersion: 'v1', plural: 'persistentvolumeclaims', namespace, name })
    try {
      const objection = objectionToClaim(await readObject(api, path, signal))
      if (objection !== undefined) return objection
    } catch (error) {
      signal.throwIfAborted()
      if (isAbsent(error)) continue
      return {
        id: 'not-read',
        reason: `its volume ${name} cannot be read: ${messageOf(error)}`,
        alternative: 'ask for the right to read it: docs/handover.md has a ClusterRole',
      }
    }
  }
  return undefined
}

const noGain = (due: readonly JudgedPod[]): Objection => ({
  id: 'no-hook',
  reason: `a replacement, tried as a dry run, would lack the same: ${[...new Set(due.flatMap(({ lacks }) => lacks))].join(', ')}`,
  alternative: 'change the template: slackwater explain shows what it needs',
})

/** Only what an earlier call has begun with: its records on the Pods say all that is needed. */
function onlyBegun(handed: Handed, cautions: readonly string[], reading: NamespaceReading): HandoverPlan {
  const [replicaSet] = handed.replicaSets
  return {
    workload: handed.workload.ref,
    replicaSet: replicaSet === undefined ? handed.workload.ref : refOf(replicaSet, reading),
    ...{ releaseLabel: '', leaveLabels: [], services: [], disruptionBudgets: [], gated: false },
    ...{ sleep: seconds(0), healthy: seconds(0) },
    pods: handed.begun.map(begunPod),
    cautions,
  }
}

const refOf = ({ name }: ReplicaSetFacts, { namespace }: NamespaceReading) => ({
  kind: 'ReplicaSet',
  namespace,
  name,
})

const begunPod = ({ name, uid }: Handed['begun'][number]): OldPod => ({ name, uid, lacks: [] })
const oldPod = ({ pod: { name, uid }, lacks }: JudgedPod): OldPod => ({ name, uid, lacks })

/** Until the load balancer sends to a target again: with ip targets its health checks, else kube-proxy's rules. */
function healthyTime(exposures: readonly Exposure[], { pods }: Handed): Seconds {
  const noticed = pods
    .flatMap(({ decision }) => decision.budget?.perExposure ?? [])
    .map(({ exposure, terms }) => (exposure.targetType.value === 'ip' ? terms.C : terms.K).value)
  return add(longest(noticed), slowestGate(exposures).time)
}
