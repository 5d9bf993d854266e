import { at, isPresent, itemsOf, optional, root, stringAt } from './json.ts'

/** The state of a Pod that its spec does not show. */
export interface PodStatus {
  /** Pending or Running, and not being deleted. */
  readonly alive: boolean
  /** RFC 3339 in UTC, so text order is time order; empty if unknown. */
  readonly created: string
  /** Types of the conditions that are True. */
  readonly met: ReadonlySet<string>
}

/** @throws ShapeError naming the field, what was expected and what is there. */
export function toPodStatus(raw: unknown): PodStatus {
  const node = root(raw)
  const phase = optional(stringAt, at(node, 'status', 'phase')) ?? 'Pending'
  const met = itemsOf(at(node, 'status', 'conditions')).filter(
    (condition) => at(condition, 'status').value === 'True',
  )
  return {
    alive: ['Pending', 'Running'].includes(phase) && !isPresent(at(node, 'metadata', 'deletionTimestamp')),
    created: optional(stringAt, at(node, 'metadata', 'creationTimestamp')) ?? '',
    met: new Set(met.map((condition) => stringAt(at(condition, 'type')))),
  }
}
