import type { Knowledge } from '../assessment/assess.ts'
import { controllerDown } from '../assessment/controller-down.ts'
import { describeChanges } from '../assessment/describe.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { nameOf } from '../core/adoption/adoption.ts'
import { handoverOrRestart } from '../core/adoption/replacing.ts'
import type { Decision } from '../core/decision/decide.ts'
import { listNames } from '../core/findings/rule.ts'
import { type OwnedWork, ownedWorkIn } from '../core/injection/owned-work.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { longest } from '../core/model/seconds.ts'
import type { Regarding } from './events.ts'
import { type FreshWorkload, readFresh } from './fresh-workload.ts'

/** What a stored workload shows of the decision that admission made about it. */
export interface StoredNews {
  readonly regarding: Regarding
  /**
   * `Protected`: its template contains Slackwater's work; `WouldProtect`: mode dry-run; `ControllerNotReady`: the
   * controller of its load balancers is down.
   */
  readonly reason: 'Protected' | 'WouldProtect' | 'ControllerNotReady'
  readonly note: string
}

/**
 * Reads a workload as the API server has it. Any client that reaches the webhook may have sent the request that led
 * here, so the result uses nothing from that request.
 * @returns undefined if the stored object shows nothing that is worth an Event.
 * @throws ApiError, and any error of the connection.
 */
export async function readStoredNews(
  { ref, reason }: { readonly ref: ObjectRef; readonly reason: StoredNews['reason'] },
  means: { readonly api: ApiServer; readonly knowledge: Knowledge },
  signal: AbortSignal,
): Promise<StoredNews | undefined> {
  const fresh = await readFresh(ref, means, signal)
  if (fresh === undefined) return undefined
  if (reason === 'ControllerNotReady') return controllerNews(fresh, means.knowledge)
  const { decision, regarding, workload } = fresh
  const ownedWork = ownedWorkIn(workload.template)
  const because = senderOf(decision)
  if (ownedWork.sleeps.size > 0)
    return { regarding, reason: 'Protected', note: `in its template: ${workOf(ownedWork)}${because}` }
  const clauses = describeChanges(decision, decision.changes).join(', ')
  if (decision.mode.mode !== 'dry-run' || decision.verdict !== 'inject' || clauses === '') return undefined
  return { regarding, reason: 'WouldProtect', note: `dry-run: would ${clauses}${because}` }
}

/** Whether a rollout is going on is not asked: the sentence holds for any. */
function controllerNews(
  { decision, regarding, workload }: FreshWorkload,
  { inventory, settings }: Knowledge,
): StoredNews | undefined {
  const down = controllerDown(decision, inventory)
  if (down === undefined) return undefined
  const isGated = settings.gateWhenControllerDown === 'on' && decision.mode.mode === 'enforce'
  const gates = isGated
    ? 'new Pods with a known TargetGroupBinding wait for it'
    : 'new Pods get no readiness gate'
  const replacing = handoverOrRestart(inventory.workload(workload.ref) ?? workload)
  return {
    regarding,
    reason: 'ControllerNotReady',
    note: `a rollout loses requests now: ${down.controller} has no ready replica, so Pods that leave stay registered, and ${gates}; restore it, then ${replacing}`,
  }
}

function workOf({ sleeps, grace }: OwnedWork): string {
  const sleep = `preStop sleep ${longest([...sleeps.values()])} s in ${listNames([...sleeps.keys()])}`
  if (grace === undefined) return sleep
  return `${sleep}, terminationGracePeriodSeconds ${grace.before ?? 'default 30'} → ${grace.after}`
}

/** What determines the sleep. */
const senderOf = ({ budget }: Decision): string =>
  budget === undefined ? '' : `; behind ${nameOf(budget.decidedBy)}`
