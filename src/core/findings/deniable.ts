import { endsServerBy, knownLength } from '../injection/hooks.ts'
import type { PodTemplate } from '../model/workload.ts'
import type { FindingId } from './catalogue.ts'
import type { Finding } from './finding.ts'

interface Certainty {
  /** Why its answer is certain, a clause. */
  readonly why: string
  /** Whether it is for this template; absent: always. */
  readonly isCertain?: (template: PodTemplate) => boolean
}

/**
 * The findings that may refuse an apply: what they say is written in the objects themselves. The others rest on something
 * that is assumed, measured elsewhere, or may change before the Pods end: a propagation time, the default of another
 * program, an autoscaler that nobody sees, a label or an object that is applied later.
 */
export const DENIABLE: Readonly<Partial<Record<FindingId, Certainty>>> = {
  'grace-too-short': {
    why: 'a hook’s own length or a stated shutdown time does not fit into the grace period; only of hooks whose length is known',
    isCertain: (template) => !hasOpenHook(template),
  },
  'legacy-readiness-gate': {
    why: 'the gate’s name is that of controller 1.x, and no other program sets it',
  },
  'prestop-ends-server': {
    why: 'the hook’s command ends the server, and nothing comes before it',
  },
  'publish-not-ready-addresses': {
    why: 'the field is set in the Service that sends to these Pods',
  },
  'readiness-probe-missing': {
    why: 'the containers are in the template, and none of them has a probe',
  },
  'rollout-loses-capacity': {
    why: 'maxUnavailable and the lowest number of replicas are written down',
  },
}

/** With a hook of unknown length it is estimated until when requests arrive. */
const hasOpenHook = ({ containers }: PodTemplate): boolean =>
  containers.some(
    ({ preStop }) =>
      preStop !== undefined && knownLength(preStop) === undefined && endsServerBy(preStop) === undefined,
  )

/** Whether this very finding is certain enough to refuse an apply; information never is. */
export const isDeniable = ({ id, severity }: Finding, template: PodTemplate): boolean => {
  const certainty = DENIABLE[id]
  return certainty !== undefined && severity !== 'information' && (certainty.isCertain?.(template) ?? true)
}
