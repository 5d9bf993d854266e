import { labelOf } from '../discovery/objects/label-selector.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'
import { filtered, gateRecordOf, gateRecordText, stillSet } from './gate-record.ts'
import type { GateDecision } from './gate-state.ts'

/** Everything that Slackwater is to own of a Namespace: a server-side apply removes what it leaves out. */
export interface GateWrite {
  readonly labels: Labels
  /** The text of our annotation; absent: the annotation is removed. */
  readonly record?: string
}

/**
 * The write for the decisions about one namespace; undefined if there is nothing to write. A label that a user has
 * removed or changed stays in the record, so that Slackwater does not set it again.
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

/**
 * If two controllers require different values of one label, the first one's is set; the other reports `set-otherwise`.
 */
const labelsOf = (decisions: readonly GateDecision[], state: GateDecision['state']): Labels =>
  Object.assign(
    {},
    ...decisions
      .filter((decision) => decision.state === state)
      .map(({ labels }) => labels)
      .reverse(),
  )
