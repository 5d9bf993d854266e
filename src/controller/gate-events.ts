import type { GateDecision, GateState } from '../core/gates/gate-state.ts'
import type { NamespaceFacts } from '../core/model/workload.ts'
import type { ObjectEvent, Regarding } from './events.ts'

/** In the namespace itself, where its users find it with `kubectl get events`. */
const regarding = ({ name, uid = '' }: NamespaceFacts): Regarding => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  namespace: name,
  name,
  uid,
})

type Words = Pick<ObjectEvent, 'type' | 'reason' | 'action'>

/** Events for changes that were made. */
const DONE: Partial<Record<GateState, Words>> = {
  label: { type: 'Normal', reason: 'ReadinessGatesOn', action: 'Label' },
  'take-back': { type: 'Normal', reason: 'ReadinessGateLabelTakenBack', action: 'Unlabel' },
}

/** Events for states that a user should know of and can change; the report shows the others. */
const SAID: Partial<Record<GateState, Words>> = {
  'would-label': { type: 'Normal', reason: 'ReadinessGatesWanted', action: 'Report' },
  'would-take-back': { type: 'Normal', reason: 'ReadinessGateLabelUnwanted', action: 'Report' },
  'held-back': { type: 'Warning', reason: 'ReadinessGatesHeldBack', action: 'HoldBack' },
  'on-hold': { type: 'Warning', reason: 'ReadinessGatesOnHold', action: 'HoldBack' },
  'stood-down': { type: 'Normal', reason: 'LabelRemovedByPerson', action: 'StandDown' },
  paused: { type: 'Warning', reason: 'ReadinessGatesPaused', action: 'Report' },
  cannot: { type: 'Warning', reason: 'ReadinessGatesImpossible', action: 'Report' },
}

/** A label that stands where Slackwater would not have set it stays: a user may know why. */
const RISK: Words = { type: 'Warning', reason: 'ReadinessGatesMayBlock', action: 'LeaveAlone' }

export function doneEvent(facts: NamespaceFacts, decision: GateDecision): ObjectEvent | undefined {
  const words = DONE[decision.state]
  const verb = decision.state === 'label' ? 'set' : 'released'
  return (
    words && {
      regarding: regarding(facts),
      ...words,
      note: `${verb} ${labelsText(decision)}: ${decision.why}`,
    }
  )
}

/** The Event for a state without a change; undefined if the state is not worth an Event. */
export function eventOf(facts: NamespaceFacts, decision: GateDecision): ObjectEvent | undefined {
  const { warning } = decision
  if (warning !== undefined) return { regarding: regarding(facts), ...RISK, note: warning }
  const words = SAID[decision.state]
  return words && { regarding: regarding(facts), ...words, note: noteOf(decision) }
}

/** The API server's message names the other manager and the field. */
export const conflictEvent = (facts: NamespaceFacts, message: string): ObjectEvent => ({
  regarding: regarding(facts),
  type: 'Warning',
  reason: 'ReadinessGateLabelConflict',
  action: 'LeaveAlone',
  note: message,
})

const noteOf = (decision: GateDecision): string => {
  const { why, cure } = decision
  const wish = Object.keys(decision.labels).length === 0 ? '' : `not done: ${labelsText(decision)}: `
  return `${wish}${why}${cure === undefined ? '' : `; to fix it: ${cure}`}`
}

const labelsText = ({ labels }: GateDecision): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
