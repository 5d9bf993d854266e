import type { Decision } from '../core/decision/decide.ts'
import type { Finding } from '../core/findings/finding.ts'
import type { Settings } from '../core/model/settings.ts'

/** It ends with a label of the namespace: the object itself need not change. */
const OF_NAMESPACE: Finding['id'] = 'readiness-gate-missing'

/**
 * The findings that stand in an object as it is about to be stored, after every webhook has changed it.
 *
 * - `throughout`: it stands there, whatever Slackwater does.
 * - `after`: only a change that is not in the object would bring it.
 * - `before`: a change would end it, and is not in the object: because of dry-run, or because another webhook has taken
 *   it out, or because Slackwater did not answer in time. Where the change is yet to come, it does not stand for long:
 *   in mode enforce the Pods of a template that is left to them get theirs at their creation, and a namespace its label.
 */
export const storedFindings = (
  findings: readonly Finding[],
  { mode, verdict }: Pick<Decision, 'mode' | 'verdict'>,
  { namespaceLabels }: Pick<Settings, 'namespaceLabels'>,
): readonly Finding[] => {
  const isToCome = (id: Finding['id']): boolean =>
    mode.mode === 'enforce' &&
    (id === OF_NAMESPACE ? namespaceLabels === 'enforce' : verdict === 'inject-in-pods')
  return findings.filter(({ holds, id }) => holds === 'throughout' || (holds === 'before' && !isToCome(id)))
}
