import type { Decision } from '../core/decision/decide.ts'
import { type Change, changesTo } from '../core/injection/desired.ts'
import { standingIn } from '../core/injection/standing.ts'

/**
 * The changes for a file that people commit: the same hooks and grace as the webhook's, without its record,
 * also where the webhook leaves the template to its Pods. Once committed they are the user's own: planning
 * again finds nothing to change.
 */
export function plainChanges(decision: Decision): readonly Change[] {
  const { subject, protection, changes, verdict } = decision
  if (decision.mode.mode === 'off') return changes
  if (verdict === 'withhold' || protection === undefined) return []
  const standing = standingIn(subject.template)
  const all = changesTo(subject.template, standing, protection.desired)
  return all.flatMap((change): readonly Change[] => {
    if (change.kind !== 'write-record') return [change]
    return standing.recorded ? [{ kind: 'remove-record', from: 'annotation' }] : []
  })
}
