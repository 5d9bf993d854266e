import { labelOf } from '../discovery/objects/label-selector.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'
import { filtered, gateRecordOf, gateRecordText, stillSet } from './gate-record.ts'
import type { GateDecision } from './gate-state.ts'

/** All that we want to own of a Namespace: what an apply leaves out is taken back. */
export interface GateWrite {
  readonly labels: Labels
  /** The text of our annotation; absent: it goes. */
  readonly record?: string
}

/**
 * What carries out the decisions about one namespace; undefined where nothing is to be written.
 * A label that a person has removed or changed stays in the memory, so that we go on standing down.
 */
export function gateWrite(facts: NamespaceFacts, decisions: readonly GateDecision[]): GateWrite | undefined {
  const added = labelsOf(decisions, 'label')
  const taken = labelsOf(decisions, 'take-back')
  if (Object.keys(added).length + Object.keys(taken).length === 0) return undefined
  const recorded = gateRecordOf(facts).labels
  const remains = (labels: Labels) => filtered(labels, (key) => labelOf(taken, key) === undefined)
  const record = gateRecordText({ ...remains(recorded), ...added })
  return {
    labels: { ...remains(stillSet(recorded, facts.labels)), ...added },
    ...(record === undefined ? {} : { record }),
  }
}

/** Where two controllers want another value of one label, the first has it; the other then stands aside. */
const labelsOf = (decisions: readonly GateDecision[], state: GateDecision['state']): Labels =>
  Object.assign(
    {},
    ...decisions
      .filter((decision) => decision.state === state)
      .map(({ labels }) => labels)
      .reverse(),
  )
