import type { HandoverRecord, Spare } from './record.ts'
import { mayLeave, type PodView, type Scene } from './scene.ts'
import { type HandoverSituation, type NextStep, waitForOthers } from './situation.ts'

/**
 * Taking a released Pod back makes its ReplicaSet delete one Pod, by this order (pkg/controller, ActivePodsWithRanks):
 * without a node, pending, not ready, the lowest deletion cost, and only then others. One that is not ready may be ready
 * by then, so the Pod that shall go always gets the lowest cost there is, and must be one whose hook is long enough;
 * failing that, one that serves nobody yet. The released Pod itself gets the highest cost.
 */
export const LOWEST_COST = String(-(2 ** 31))
/** The API server takes 32 bits (core validation, ValidatePodSpecificAnnotations). */
export const HIGHEST_COST = String(2 ** 31 - 1)

/**
 * How a released Pod that its Services select comes back to its ReplicaSet, or how it leaves all the same because
 * that is safer: if its ReplicaSet is no longer wanted, it would be deleted at once; if nothing but unprotected Pods
 * are there, one of them would be.
 */
export function takeBack(
  record: HandoverRecord,
  { scene, waited }: HandoverSituation,
  pod: PodView,
): NextStep {
  const { standing, replicaSet, members } = scene
  if (standing === 'unsettled')
    return { do: 'wait', state: 'replacing', for: 'the controller of its workload' }
  if (standing !== 'current' || replicaSet === undefined || replicaSet.replicas === 0)
    return finish(record, scene)
  const surplus = members.length + 1 - replicaSet.replicas
  if (surplus > 1) return { do: 'wait', state: 'replacing', for: 'its ReplicaSet to be scaled' }
  if (surplus < 1) return { do: 'readopt' }
  // It would be the first to go, though load balancers may still send to it.
  if (!pod.isReady && (mayLeave(scene, record) || waited < record.sleep * 1000)) return finish(record, scene)
  const spare = spareAmong(record, { scene, waited }, pod)
  return spare === undefined ? finish(record, scene) : { do: 'readopt', spare }
}

function spareAmong(
  record: HandoverRecord,
  situation: Pick<HandoverSituation, 'scene' | 'waited'>,
  pod: PodView,
): Spare | undefined {
  const newest = situation.scene.members.toSorted((a, b) => (a.created < b.created ? 1 : -1))
  const hooked = newest.filter((one) => isHooked(one, record))
  const able = hooked.length > 0 ? hooked : newest.filter(({ isReady }) => !isReady)
  const going = able.find((one) => isFree(one, record, { ...situation, pod }))
  if (going === undefined) return undefined
  const { name, uid, cost } = going
  return { name, uid, ...(cost === undefined ? {} : { cost }) }
}

/**
 * Whether those that stay without it are enough: one that has just come is not sent to yet. After S another one that is
 * not ready does not become so, and goes in its place.
 */
function isFree(
  one: PodView,
  { floor, sleep }: HandoverRecord,
  { scene, waited, pod }: Pick<HandoverSituation, 'scene' | 'waited'> & { readonly pod: PodView },
): boolean {
  // Marked already: it goes for another one that comes back.
  if (one.cost === LOWEST_COST) return false
  if (!one.isReady) return true
  const { members, serving, replicaSet } = scene
  const others = members.filter(({ uid }) => uid !== one.uid)
  if (waited >= sleep * 1000 && others.some(({ isReady }) => !isReady)) return true
  const staying =
    others.filter(({ uid, isReady }) => isReady && serving.has(uid)).length + Number(pod.isReady)
  return staying >= Math.min(floor, replicaSet?.replicas ?? 0)
}

const isHooked = ({ hook }: PodView, { sleep }: HandoverRecord): boolean =>
  hook !== undefined && hook >= sleep

/** Leaving loses nothing: load balancers send to it until it has left for S. */
const finish = (record: HandoverRecord, scene: Scene): NextStep =>
  mayLeave(scene, record) ? { do: 'leave' } : waitForOthers(scene)

/** From the moment when the record names the spare Pod; whoever goes on, does this to its end. */
export function nextOfReadopting(
  record: HandoverRecord,
  situation: HandoverSituation,
  pod: PodView,
): NextStep {
  const isBack = Object.hasOwn(pod.labels, record.releaseLabel)
  return isBack ? settled(record, situation, pod) : notYet(record, situation, pod)
}

function notYet(record: HandoverRecord, { scene, goal, spare }: HandoverSituation, pod: PodView): NextStep {
  const { standing, replicaSet, members } = scene
  const surplus = members.length + 1 - (replicaSet?.replicas ?? 0)
  const isGood =
    goal === 'take-back' &&
    standing === 'current' &&
    (surplus < 1 ? !isLost(record, members) : surplus === 1 && maySpare(record, members, pod))
  // Before its spare Pod is unmarked: of two calls only one has its way with the Pod that is to come back.
  if (!isGood) return { do: 'reconsider' }
  return spare !== undefined && spare.cost !== LOWEST_COST ? { do: 'mark', pod: spare } : { do: 'adopt' }
}

const isLost = ({ spare }: HandoverRecord, members: readonly PodView[]): boolean =>
  spare !== undefined && !members.some(({ uid }) => uid === spare.uid)

/** Whether the Pod that the record names may go as it is by now, and goes before the one that comes back. */
function maySpare(record: HandoverRecord, members: readonly PodView[], pod: PodView): boolean {
  const named = members.find(({ uid }) => uid === record.spare?.uid)
  const isFirst = !pod.isReady && members.every(({ isReady }) => isReady)
  return named !== undefined && !isFirst && (isHooked(named, record) || !named.isReady)
}

function settled(record: HandoverRecord, { scene, spare }: HandoverSituation, pod: PodView): NextStep {
  const { replicaSet, members } = scene
  if (replicaSet === undefined && pod.owner === undefined) return { do: 'reconsider' }
  const isOwned = replicaSet === undefined || pod.owner === replicaSet.uid
  // The members may have been listed before it was one.
  const owned = members.filter(({ uid }) => uid !== pod.uid).length + 1
  if (!isOwned || owned > (replicaSet?.replicas ?? owned))
    return { do: 'wait', state: 'replacing', for: 'its ReplicaSet to take it back' }
  return unmarked(record, spare) ?? { do: 'clear' }
}

/** A spare Pod that is being deleted keeps the lowest cost: it matters no more. */
export function unmarked(
  { spare: recorded }: HandoverRecord,
  spare: PodView | undefined,
): NextStep | undefined {
  if (recorded === undefined || spare === undefined || spare.isDeleting || spare.cost !== LOWEST_COST)
    return undefined
  if (spare.cost === recorded.cost) return undefined
  return { do: 'unmark', pod: spare, ...(recorded.cost === undefined ? {} : { cost: recorded.cost }) }
}
