import type { Knowledge } from '../assessment/assess.ts'
import { assessTraffic } from '../assessment/traffic.ts'
import type { Finding } from '../core/findings/finding.ts'
import { WARNING_PREFIX } from '../core/findings/warning-line.ts'
import type { TrafficView } from '../core/traffic/change.ts'
import type { AdmissionRequest, Answer } from './review.ts'
import { allowed, answerWith, isLeaving, isOwned, unchecked } from './validating-answer.ts'

/** The kind of each group: what load balancers send to is written in them. */
const TRAFFIC: ReadonlyMap<string, string> = new Map([
  ['', 'Service'],
  ['gateway.networking.k8s.io', 'HTTPRoute'],
  ['networking.k8s.io', 'Ingress'],
])

/** The whole cluster, for what an update does to traffic. Absent: nothing is said about that. */
export interface ValidatingKnowledge extends Knowledge {
  readonly traffic?: TrafficView
}

export const isAboutTraffic = ({ kind: { group, kind } }: AdmissionRequest): boolean =>
  TRAFFIC.get(group) === kind

/** Judges an update of an Ingress, an HTTPRoute or a Service: where it moves traffic in one step, it says so. */
export function validateTraffic(request: AdmissionRequest, knowledge: ValidatingKnowledge): Answer {
  const { operation, subResource = '', object, oldObject } = request
  const { traffic, inventory, settings } = knowledge
  const isConcerned = operation === 'UPDATE' && subResource === '' && !isLeaving(object) && !isOwned(object)
  if (!isConcerned || traffic === undefined) return allowed('not-concerned')
  const doubt = inventory.doubt?.()
  if (doubt !== undefined) return unchecked('in-doubt', doubt)
  const assessed = assessTraffic({ stored: oldObject, raw: object }, knowledge, traffic)
  if ('problem' in assessed) return unchecked('unreadable', assessed.problem)
  return pasted(
    answerWith({ ...assessed, isCertain: () => false, isNew: () => false }, settings),
    assessed.findings,
  )
}

/** Two steps of YAML are too long for a warning: it says where they are. */
const WHERE = `${WARNING_PREFIX}both steps to paste: slackwater explain backend-switch, or the field paste of Slackwater’s log`

/** Characters. The log cuts what is longer (server/answer), and half of a manifest is not for pasting. */
const LONGEST_PASTE = 1_024

/** With what to paste, in which the names are the user's own, in the log line. */
function pasted(answer: Answer, findings: readonly Finding[]): Answer {
  const paste = findings.find((finding) => finding.paste !== undefined)?.paste
  if (answer.warnings.length === 0 || paste === undefined || paste.length > LONGEST_PASTE) return answer
  return { ...answer, warnings: [...answer.warnings, WHERE], log: { ...answer.log, paste } }
}
