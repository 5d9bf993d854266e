import type { OwnedWork } from '../injection/owned-work.ts'
import type { Seconds } from '../model/seconds.ts'
import type { InjectInto, Settings } from '../model/settings.ts'
import { traitsOf } from '../model/workload-kind.ts'
import { isPodLeftOut, isReached } from './selected.ts'
import type { Subject } from './subject.ts'

const isWritten = (kind: string): boolean => traitsOf(kind)?.isWritten === true

/** Where the protection of a workload is written. */
export interface Placement {
  /**
   * `template`: here. `pods`: in each Pod at its creation. `not-here`: a Pod whose template carries the protection.
   * `left-out`: the user's selectors keep the requests away where it belongs.
   */
  readonly into: 'template' | 'pods' | 'not-here' | 'left-out'
  readonly why: string
}

interface PlacementInputs {
  readonly subject: Subject
  readonly injectInto: InjectInto
  readonly sleep: Seconds
  /** Our work in the stored template. */
  readonly storedWork: OwnedWork
}

/** The rule of `injectInto: auto`; `workloads` and `pods` force one side. */
function placementOf(inputs: PlacementInputs): Placement {
  const { subject, injectInto, sleep } = inputs
  if (subject.what === 'pod') return podPlacement(subject, injectInto)
  if (!isWritten(subject.ref.kind)) return { into: 'pods', why: whyNotWritten(subject.ref.kind) }
  if (subject.template.negativeGrace === true)
    return { into: 'pods', why: 'its grace period is negative: Kubernetes sets it to 1, only in Pods' }
  if (injectInto !== 'auto')
    return { into: injectInto === 'pods' ? 'pods' : 'template', why: `injectInto: ${injectInto}` }
  const stated = statedGrace(inputs)
  if (stated !== undefined && stated < sleep)
    return {
      into: 'pods',
      why: `its manifest states a grace period of ${stated} s, below the sleep of ${sleep} s`,
    }
  return { into: 'template', why: 'visible in the template, and works while the webhook is unavailable' }
}

interface PlacementContext extends Pick<PlacementInputs, 'subject' | 'storedWork'> {
  readonly settings: Settings
}

/** The same, as far as the user's selectors of the webhook let it be written there. */
export const placementFor = ({ settings, ...context }: PlacementContext, sleep: Seconds): Placement =>
  asSelected(placementOf({ ...context, injectInto: settings.injectInto, sleep }), { ...context, settings })

export const placementWithoutRoom = (context: PlacementContext): Placement => asSelected(NO_ROOM, context)

const NO_ROOM: Placement = { into: 'pods', why: 'its annotations leave no room for Slackwater’s record' }

/** Where the protection can be written, of where it should be. */
function asSelected(placement: Placement, { subject, settings }: PlacementContext): Placement {
  const { into, why } = placement
  if (into === 'template' && !isReached(subject, settings)) {
    if (subject.what === 'pod') return { into: 'not-here', why: 'webhook.objectSelector leaves it out' }
    return settings.injectInto === 'workloads'
      ? { into: 'left-out', why: 'webhook.objectSelector leaves it out, and injectInto: workloads its Pods' }
      : { into: 'pods', why: 'webhook.objectSelector leaves out the workload itself' }
  }
  const { selectable, template } = subject
  return into === 'pods' && selectable !== undefined && isPodLeftOut(template.labels, settings)
    ? { into: 'left-out', why: `webhook.objectSelector leaves out its Pods, where its hook belongs: ${why}` }
    : placement
}

const whyNotWritten = (kind: string): string =>
  traitsOf(kind)?.isOnlyInFiles === true
    ? `the webhook is asked only about the Pods of a ${kind}`
    : `a changed ${kind} template breaks GitOps comparison and quick rollback`

/** With `workloads`, a Pod is left to its template, unless that template is never written: a Rollout's. */
function podPlacement({ workload }: Subject, injectInto: InjectInto): Placement {
  const isNeverWritten = workload !== undefined && !isWritten(workload.ref.kind)
  if (injectInto === 'workloads' && !isNeverWritten) return { into: 'not-here', why: 'injectInto: workloads' }
  return { into: 'template', why: 'a Pod at its creation' }
}

/** A request that lowers the grace period that we raised counts as a stated grace period, like one in a file. */
function statedGrace({ subject, storedWork }: PlacementInputs): Seconds | undefined {
  const requested = subject.template.grace
  const raised = storedWork.grace?.after
  const lowered =
    requested !== undefined && raised !== undefined && requested < raised ? requested : undefined
  const stated = subject.template.stated?.grace
  if (stated === undefined) return lowered
  return lowered !== undefined && lowered < stated ? lowered : stated
}
