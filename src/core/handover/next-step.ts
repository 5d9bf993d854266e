import { type HandoverRecord, parseHandover } from './record.ts'
import { mayLeave, type PodView, readyIn } from './scene.ts'
import { type HandoverSituation, type NextStep, waitForOthers } from './situation.ts'
import { nextOfReadopting, takeBack, unmarked } from './take-back.ts'

/** The next step of a Pod to be replaced or to be taken back, from wherever an earlier call has left it. */
export function nextStep(situation: HandoverSituation): NextStep {
  const { pod, goal } = situation
  if (pod === undefined || pod.isOver) return { do: 'nothing', state: 'done' }
  if (pod.isDeleting) return { do: 'wait', state: 'ending', for: 'its containers to end' }
  const parsed = parseHandover(pod.handover)
  if (parsed.kind === 'problem') return { do: 'nothing', state: 'failed', note: parsed.problem }
  if (parsed.kind === 'none')
    return goal === 'replace' ? released(situation, pod) : { do: 'nothing', state: 'undone' }
  return nextOf(parsed.record, situation, pod)
}

function released({ scene }: HandoverSituation, { owner }: PodView): NextStep {
  const { standing, replicaSet } = scene
  if (standing === 'unsettled')
    return { do: 'wait', state: 'replacing', for: 'the controller of its workload' }
  if (standing === 'current' && replicaSet !== undefined && owner === replicaSet.uid) return { do: 'release' }
  return { do: 'nothing', state: 'failed', note: 'it no longer belongs to the ReplicaSet' }
}

function nextOf(record: HandoverRecord, situation: HandoverSituation, pod: PodView): NextStep {
  const { scene, goal, spare } = situation
  if (record.step === 'readopting') return nextOfReadopting(record, situation, pod)
  const unmark = unmarked(record, spare)
  if (unmark !== undefined) return unmark
  // Not by us: its ReplicaSet has it again, and may delete another Pod. If there is none, nobody else would end it.
  if (Object.hasOwn(pod.labels, record.releaseLabel))
    return { do: scene.replicaSet === undefined && pod.owner === undefined ? 'reconsider' : 'clear' }
  if (record.step === 'returning') return nextOfReturning(record, situation, pod)
  if (record.step === 'released') {
    if (goal === 'take-back') return takeBack(record, situation, pod)
    return mayLeave(scene, record) ? { do: 'leave' } : waitForOthers(scene)
  }
  return nextOfLeaving(record, situation, pod)
}

function nextOfLeaving(record: HandoverRecord, situation: HandoverSituation, pod: PodView): NextStep {
  const { goal, waited } = situation
  if (isSelected(record, pod)) return { do: 'leave' }
  if (goal === 'take-back' && wouldComeBack(record, situation, pod)) return { do: 'return' }
  if (goal === 'replace' && pod.isReady && isMissed(record, situation)) return { do: 'return' }
  if (record.step === 'ending') return { do: 'delete' }
  if (waited >= record.sleep * 1000) return { do: 'end' }
  return { do: 'wait', state: 'leaving', for: 'load balancers to stop sending' }
}

/** Once it has returned, which takes as long as to see whether those that are ready serve. */
function wouldComeBack(record: HandoverRecord, situation: HandoverSituation, pod: PodView): boolean {
  const { scene } = situation
  const serving = new Set(scene.members.filter(({ isReady }) => isReady).map(({ uid }) => uid))
  return takeBack(record, { ...situation, scene: { ...scene, serving } }, pod).do === 'readopt'
}

/** A Pod that came is not ready any more, or gone, and this one could still serve in its place. */
const isMissed = ({ floor }: HandoverRecord, { scene }: HandoverSituation): boolean =>
  scene.standing === 'current' &&
  scene.replicaSet !== undefined &&
  readyIn(scene) < Math.min(floor, scene.replicaSet.replicas)

/** Whether a Service may select it again, because one has put a label back that had been taken off. */
const isSelected = ({ leaveLabels }: HandoverRecord, { labels }: PodView): boolean =>
  leaveLabels.some((key) => Object.hasOwn(labels, key))

function nextOfReturning(record: HandoverRecord, situation: HandoverSituation, pod: PodView): NextStep {
  const { scene, goal, waited } = situation
  if (goal === 'replace') return mayLeave(scene, record) ? { do: 'leave' } : waitForOthers(scene)
  if (waited < record.healthy * 1000)
    return { do: 'wait', state: 'leaving', for: 'its targets to be healthy again' }
  return takeBack(record, situation, pod)
}
