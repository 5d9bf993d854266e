import { workloadOutOfScope } from '../decision/scope.ts'
import { AWS_CONTROLLER_NAMES } from '../model/aws-controllers.ts'
import type { Exposure, Progress } from '../model/exposure.ts'
import { refText } from '../model/object-ref.ts'
import type { Mode, Settings } from '../model/settings.ts'
import type { LiveFacts, WorkloadSummary } from '../model/workload.ts'
import { handoverOrRestart, intoOf } from './replacing.ts'

/**
 * How long after its creation a workload counts as newborn. Milliseconds; a choice (docs/failure-behaviour.md, late
 * exposure). A load balancer takes minutes until it first answers, so a rollout within this time disturbs no clients.
 */
export const BIRTH = 600_000

/** An exposure of a workload, and how it came about. */
export interface SeenExposure {
  readonly exposure: Exposure
  readonly progress: Progress
  /** It already existed when Slackwater started. */
  readonly isFromStart: boolean
}

export interface AdoptionContext {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly settings: Pick<Settings, 'adopt' | 'daemonSets' | 'injectInto' | 'webhook'>
  /** The workload's effective mode. */
  readonly mode: Mode
  /** Slackwater never changes anything in these namespaces. */
  readonly excludedNamespaces: readonly string[]
  /** Why the user's selectors of the webhook leave it out; absent: they do not. */
  readonly leftOut?: string
  readonly exposures: readonly SeenExposure[]
  /**
   * The namespace's readiness-gate label is set, or will not be set: Pods created now get the same gates as later ones.
   */
  readonly gateSettled: boolean
}

/**
 * What to do with a workload whose Pods may have been created before their load balancer was known.
 * - `not-exposed`: not behind a load balancer; `protected`: its template has its hooks, or it was rolled out once and its
 *   Pods have them; `untouched`: out of scope;
 * - `adopt`: roll it out once, now; `wait`: perhaps soon;
 * - `leave`: the user chooses the moment. `why` continues "not rolled out by Slackwater: ", `cure` is a command or a
 *   step.
 *
 * Of the template, only its labels and whether it has hooks are checked here. Whether hooks would be written at all is
 * up to the decision.
 */
export type AdoptionVerdict =
  | { readonly kind: 'not-exposed' | 'protected' | 'adopt' }
  | { readonly kind: 'untouched' | 'wait'; readonly why: string }
  | { readonly kind: 'leave'; readonly why: string; readonly cure: string }

/** The rule about late exposure, shared by the controller and the report. */
export function adoptionOf(workload: WorkloadSummary, context: AdoptionContext): AdoptionVerdict {
  const { live } = workload
  if (live === undefined) return { kind: 'untouched', why: 'it is not a stored object' }
  if (!live.unhooked || live.adopted) return { kind: 'protected' }
  const [exposure, ...others] = context.exposures
  if (exposure === undefined) return { kind: 'not-exposed' }
  const why = untouched(workload, context)
  if (why !== undefined) return { kind: 'untouched', why }
  const hindrance = hindranceOf({ live, context, exposure, others })
  const due = hindrance ?? delayOf(exposure, context) ?? { kind: 'adopt' }
  return dueIn(context, due, workload)
}

function untouched(workload: WorkloadSummary, context: AdoptionContext): string | undefined {
  const { namespace } = workload.ref
  if (context.mode === 'off') return 'mode off'
  if (context.excludedNamespaces.includes(namespace)) return `namespace ${namespace} is excluded`
  if (context.leftOut !== undefined) return context.leftOut
  return workloadOutOfScope(workload, context.settings)
}

/**
 * Adjusts the verdict to the mode. In `enforce`, Slackwater acts or replacing the Pods is enough; otherwise the
 * mode has to change first.
 */
function dueIn({ mode, settings }: AdoptionContext, due: Due, workload: WorkloadSummary): AdoptionVerdict {
  const replacing = handoverOrRestart({ ...workload, injectInto: intoOf(workload, settings) })
  if (mode === 'enforce') return due.kind === 'leave' ? { ...due, cure: replacing } : due
  const cure = `mode enforce, then ${replacing}`
  return { kind: 'leave', why: due.kind === 'leave' ? due.why : WOULD_ADOPT, cure }
}

const WOULD_ADOPT = 'the mode is dry-run'

type Due =
  | { readonly kind: 'adopt' }
  | { readonly kind: 'wait'; readonly why: string }
  | { readonly kind: 'leave'; readonly why: string }

interface Birth {
  readonly live: LiveFacts
  readonly context: AdoptionContext
  readonly exposure: SeenExposure
  readonly others: readonly SeenExposure[]
}

const leave = (why: string): Due => ({ kind: 'leave', why })

/** Why the workload or its load balancer does not count as new. Lasting reasons come before temporary ones. */
function hindranceOf({ live, context, exposure, others }: Birth): Due | undefined {
  const { progress } = exposure
  const all = [exposure, ...others]
  if (context.settings.adopt === 'off') return leave('the setting adopt is off')
  if (live.recorded) return leave('Slackwater has written its template once already')
  const known = all.find(({ isFromStart }) => isFromStart)
  if (known !== undefined) return leave(`${nameOf(known)} existed before Slackwater started`)
  if (others.length > 0) return leave(`${all.length} target groups send to it, not exactly one`)
  if (progress.isMadeByHand)
    return leave(`${nameOf(exposure)} was created by hand: it may already be serving`)
  if (live.rolledOut) return leave('it may have been rolled out before')
  if (context.now - live.created >= BIRTH) return leave('it was created more than ten minutes ago')
  if (progress.address === 'known') return leave(`the load balancer of ${nameOf(exposure)} has an address`)
  if (live.paused) return leave('it is paused: no change of its template starts a rollout')
  return undefined
}

/** What to wait for, so that one rollout is enough. */
function delayOf({ exposure, progress }: SeenExposure, { gateSettled }: AdoptionContext): Due | undefined {
  if (!progress.isBound)
    return {
      kind: 'wait',
      why: `${AWS_CONTROLLER_NAMES[exposure.controller]} has created no TargetGroupBinding yet`,
    }
  if (!gateSettled) return { kind: 'wait', why: 'the namespace is about to get its readiness-gate label' }
  return undefined
}

/** `Ingress shop/web`: the object for which the load balancer was created. */
export function nameOf({ exposure }: Pick<SeenExposure, 'exposure'>): string {
  const [[first]] = exposure.because
  return first !== undefined && 'object' in first ? refText(first.object) : exposure.id
}
