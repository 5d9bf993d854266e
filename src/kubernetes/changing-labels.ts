import type { ChangingLabels } from '../core/model/workload.ts'
import { at, entriesOf, type JsonNode, membersOf, stringAt } from './json.ts'

/** Argo Rollouts sets these labels on Pods, and changes them in place (Argo Rollouts docs: ephemeral metadata). */
const METADATA = [
  ['blueGreen', 'activeMetadata'],
  ['blueGreen', 'previewMetadata'],
  ['canary', 'stableMetadata'],
  ['canary', 'canaryMetadata'],
] as const

/** Labels of one metadata: kept for every Rollout, in memory. A choice: people set one or two. */
const MOST = 50

/**
 * The labels of a Rollout that change while its Pods run, with all of their values; undefined if there are none.
 * @param spec of any workload: only an Argo Rollout has these fields.
 * @throws ShapeError
 */
export function changingLabelsIn(spec: JsonNode): ChangingLabels | undefined {
  const strategies = at(spec, 'strategy')
  const members = membersOf(strategies)
  if (members['blueGreen'] === undefined && members['canary'] === undefined) return undefined
  const values = new Map<string, Set<string>>()
  for (const [strategy, metadata] of METADATA)
    for (const [label, value] of entriesOf(at(strategies, strategy, metadata, 'labels')).slice(0, MOST)) {
      const known = values.get(label) ?? new Set()
      values.set(label, known.add(stringAt(value)))
    }
  return values.size === 0 ? undefined : values
}
