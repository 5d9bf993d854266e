import type { SelectingObject, SelectingService } from '../core/handover/leave-labels.ts'
import { at, given, integerAt, isPresent, optional, root, stringAt, stringsAt } from './json.ts'
import { selectorAt } from './narrow-selector.ts'

/** Undefined: it selects no Pods. @throws ShapeError */
export function toSelectingService(raw: unknown): SelectingService | undefined {
  const node = root(raw)
  const selector = stringsAt(at(node, 'spec', 'selector'))
  if (Object.keys(selector).length === 0) return undefined
  return { name: stringAt(at(node, 'metadata', 'name')), selector }
}

/** A PodDisruptionBudget or a PodMonitor; undefined: it selects no Pods. @throws ShapeError */
export function toSelectingObject(raw: unknown): SelectingObject | undefined {
  const node = root(raw)
  const selector = at(node, 'spec', 'selector')
  if (!isPresent(selector)) return undefined
  return { name: stringAt(at(node, 'metadata', 'name')), pods: selectorAt(selector) }
}

export interface DisruptionBudgetState extends SelectingObject {
  /** Healthy Pods, and how many its controller wants; absent: it has not been looked at. */
  readonly current?: number
  readonly desired?: number
}

/** Undefined: it selects no Pods. @throws ShapeError */
export function toDisruptionBudgetState(raw: unknown): DisruptionBudgetState | undefined {
  const selecting = toSelectingObject(raw)
  const status = at(root(raw), 'status')
  return (
    selecting && {
      ...selecting,
      ...given('current', optional(integerAt, at(status, 'currentHealthy'))),
      ...given('desired', optional(integerAt, at(status, 'desiredHealthy'))),
    }
  )
}
