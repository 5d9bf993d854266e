import type { Budget } from '../budget/budget.ts'
import type { LeftAlone } from '../findings/rule.ts'
import {
  asItStands,
  type Change,
  changesTo,
  type Desired,
  nothingOfOurs,
  recordTextOf,
} from '../injection/desired.ts'
import { ownedWorkIn } from '../injection/owned-work.ts'
import { recordTextIn } from '../injection/record.ts'
import { hasRoomFor } from '../injection/room.ts'
import type { Draft } from '../model/draft.ts'
import type { Exposure } from '../model/exposure.ts'
import { refText } from '../model/object-ref.ts'
import { seconds } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import { exposuresFor } from './assumed-exposure.ts'
import { type EffectiveMode, effectiveMode } from './mode.ts'
import { noOverlap, withOverlap } from './overlap.ts'
import { type Placement, placementFor, placementWithoutRoom } from './placement.ts'
import { type Protection, protectionOf } from './protection.ts'
import { ownedWorkOf, type RepairInputs, repaired, restored } from './repair.ts'
import { kindLeftAlone, outOfScope } from './scope.ts'
import type { Subject } from './subject.ts'

/**
 * What is done about a subject, in one word.
 * - `inject`: written here; `inject-in-pods`: into each Pod at its creation; `by-template`: left to the Pod's template;
 * - `complete`: every container has the user's own hook, or ours is already correct;
 * - `grace-only`: every container has the user's own hook, and only the grace period changes, to cover it;
 * - `withhold`: no other Pod could serve meanwhile; `no-sleep`: a limit, or an explicit 0, leaves no sleep;
 * - `not-exposed`: not behind a load balancer; `out-of-scope`: Slackwater must not change it; `opted-out`: mode off;
 * - `unchanged`: the template is unchanged; `restore`: as stored except for our work, which is put back.
 */
export type Verdict =
  | 'inject'
  | 'inject-in-pods'
  | 'by-template'
  | 'complete'
  | 'grace-only'
  | 'withhold'
  | 'no-sleep'
  | 'not-exposed'
  | 'out-of-scope'
  | 'opted-out'
  | 'unchanged'
  | 'restore'

/** What is done about one object, and why: plain data. Findings and timing are computed separately, by `aftermath`. */
export interface Decision {
  readonly subject: Subject
  readonly mode: EffectiveMode
  readonly verdict: Verdict
  /** The reason for the verdict, a clause in plain words. */
  readonly why: string
  readonly exposures: readonly Exposure[]
  readonly budget?: Budget
  /** The kind is left alone, a load balancer sends to its Pods, and this is what they would need. */
  readonly leftAlone?: LeftAlone & { readonly budget: Budget }
  /** Full protection of this template, even if only its Pods get it. */
  readonly protection?: Protection
  /** What a Pod of this template carries after the changes; absent if no protection was computed. */
  readonly desired?: Desired
  /** The changes that are made in every mode. */
  readonly repair: readonly Change[]
  /** The changes in the modes enforce and off; includes the repair. */
  readonly changes: readonly Change[]
}

/** The changes that this decision's own mode allows. */
export const allowedChanges = ({ mode, repair, changes }: Decision): readonly Change[] =>
  mode.mode === 'dry-run' ? repair : changes

/**
 * Decides what to change in this workload or Pod, and why. Pure: the same inputs always give the same answer.
 * @param discovered the target groups that send to the subject's Pods, as far as the cluster's objects show.
 */
export const decide = (subject: Subject, discovered: readonly Exposure[], settings: Settings): Decision =>
  withMissingGates(decideOn(situationOf(subject, discovered, settings)))

/** Pods that are left as they are, or whose annotations say that no load balancer sends to them. */
const UNGATED: readonly Verdict[] = ['not-exposed', 'opted-out', 'out-of-scope', 'restore', 'unchanged']

/** Adds the readiness gates that a new Pod lacks because the load balancer controller is down. */
function withMissingGates(decision: Decision): Decision {
  const { subject, verdict, changes } = decision
  const { missingGates: gates = [] } = subject
  if (gates.length === 0 || UNGATED.includes(verdict)) return decision
  return { ...decision, changes: [...changes, { kind: 'add-gates', gates }] }
}

function decideOn(situation: Situation): Decision {
  const { subject, settings, mode } = situation
  if (subject.change === 'same') return unchanged(situation)
  const context = contextOf(situation)
  if (subject.change === 'same-but-ours') return restore(context)
  const excluded = outOfScope(subject, settings)
  if (excluded !== undefined) return outside(context, excluded)
  const decision = mode.mode === 'off' ? optOut(context) : protect(context)
  if (subject.isStoredPod !== true || decision.changes.length === 0) return decision
  return { ...outside(context, 'it runs already: only a new Pod gets a hook'), repair: [], changes: [] }
}

/** All that an unchanged template is decided by. */
interface Situation {
  readonly subject: Subject
  readonly settings: Settings
  readonly mode: EffectiveMode
  readonly exposures: readonly Exposure[]
}

interface Context extends Situation, RepairInputs {}

function situationOf(subject: Subject, discovered: readonly Exposure[], settings: Settings): Situation {
  const { modeLabels: own, namespaceMode: namespace } = subject
  const mode = effectiveMode({ own, namespace, installation: settings.mode })
  return { subject, settings, mode, exposures: exposuresFor(subject, discovered) }
}

function contextOf({ subject, settings, mode, exposures }: Situation): Context {
  const { template, stored } = subject
  const ownedWork = ownedWorkOf(template, stored)
  return { subject, settings, mode, exposures, ownedWork, storedWork: ownedWorkIn(stored) }
}

interface Outcome {
  readonly verdict: Verdict
  readonly why: string
  readonly desired?: Desired
  readonly protection?: Protection
}

function outcome(context: Context, { verdict, why, desired, protection }: Outcome): Decision {
  const { subject, ownedWork, mode, exposures } = context
  const due = repaired(context)
  const repair = due === undefined ? [] : changesTo(subject.template, ownedWork, due)
  const changes = desired === undefined ? repair : changesTo(subject.template, ownedWork, desired)
  const decision: Draft<Decision> = { subject, mode, verdict, why, exposures, repair, changes }
  if (protection === undefined) return decision
  if (protection.budget !== undefined) decision.budget = protection.budget
  decision.protection = protection
  decision.desired = desired ?? protection.desired
  return decision
}

/** What a workload of a kind that is left alone would need is computed for display only. */
function outside(context: Context, why: string): Decision {
  const { subject, settings, exposures, mode } = context
  const decision = outcome(context, { verdict: 'out-of-scope', why })
  const leftAlone = kindLeftAlone(subject, settings)
  if (leftAlone === undefined || exposures.length === 0 || mode.mode === 'off') return decision
  const { budget } = protectionOf(context)
  return budget === undefined ? decision : { ...decision, leftAlone: { ...leftAlone, budget } }
}

/** In a stored Pod only our record can be removed. It is removed if the annotations leave no room for it. */
function unchanged({ subject, mode, exposures }: Situation): Decision {
  const { what, template, stored } = subject
  const isTooLong = what === 'pod' && template.overfull === true && ownedWorkOf(template, stored).recorded
  const repair: readonly Change[] = isTooLong ? [{ kind: 'remove-record', from: 'annotation' }] : []
  const why = 'the template is unchanged'
  return { subject, mode, verdict: 'unchanged', why, exposures, repair, changes: repair }
}

/**
 * The request drops or overwrites our work and changes nothing else: our work is put back, so that no rollout starts.
 * In a stored Pod the record is left out if its annotations leave no room for one; hooks and grace period always come
 * back.
 */
function restore(context: Context): Decision {
  const { subject, ownedWork, storedWork } = context
  const { stored, template } = subject
  const whole = restored(stored ?? template, storedWork)
  const fits = subject.what === 'workload' || hasRoomFor(whole.recordText ?? '', template)
  const desired = fits ? whole : { ...whole, recordText: null }
  const decision = outcome(context, {
    verdict: 'restore',
    why: 'the request only drops what Slackwater wrote',
    desired,
  })
  return { ...decision, repair: changesTo(template, ownedWork, desired) }
}

/** Work that a Pod got from its template is removed with the template's next change, not Pod by Pod. */
function optOut(context: Context): Decision {
  const { subject, ownedWork } = context
  const why = 'mode off'
  if (subject.what === 'pod' && subject.owner !== undefined)
    return outcome(context, { verdict: 'opted-out', why })
  return outcome(context, { verdict: 'opted-out', why, desired: nothingOfOurs(subject.template, ownedWork) })
}

function protect(context: Context): Decision {
  const { subject, exposures, mode } = context
  const insists = mode.byItself && mode.mode === 'enforce'
  const overlapping = insists ? exposures : withOverlap(exposures, subject.workload)
  const protection = protectionOf({ ...context, exposures: overlapping })
  if (exposures.length > 0 && overlapping.length === 0 && protection.sleep === 0)
    return withhold(context, protection.desired)
  if (isWithoutRoom(context, protection)) return placed(context, protection, placementWithoutRoom(context))
  if (
    subject.what === 'workload' &&
    subject.template.negativeGrace === true &&
    protection.budget !== undefined
  )
    return placed(context, protection, placementFor(context, protection.sleep))
  if (protection.injected === 0) return notInjected(context, protection)
  return placed(context, protection, placementFor(context, protection.sleep))
}

/**
 * The stored record no longer fits; an earlier call for the same request may already have removed it. Or the
 * annotations are too long, and the record to be written does not fit either.
 */
function isWithoutRoom({ subject, ownedWork }: Context, { desired }: Protection): boolean {
  const { template, stored } = subject
  const kept = stored === undefined ? undefined : recordTextIn(stored)
  if (kept !== undefined) return !hasRoomFor(kept, template)
  if (template.overfull !== true) return false
  const text = recordTextOf(template, ownedWork, desired)
  return text !== undefined && !hasRoomFor(text, template)
}

const withoutContainers = ({ workload }: Subject): string =>
  workload?.templateOf === undefined
    ? 'it has no containers'
    : `its Pods use the template of ${refText(workload.templateOf)}: change that one`

function placed(context: Context, protection: Protection, { into, why }: Placement): Decision {
  if (into === 'pods') return leftToPods(context, { verdict: 'inject-in-pods', why, protection })
  if (into === 'left-out') return outcome(context, { verdict: 'out-of-scope', why })
  if (into === 'not-here') return outcome(context, { verdict: 'by-template', why, protection })
  const { desired } = protection
  const decision = outcome(context, { verdict: 'inject', why, desired, protection })
  return decision.changes.length > 0
    ? decision
    : { ...decision, verdict: 'complete', why: 'already complete' }
}

/**
 * Our existing work stays, and the record is reduced to it: a stale entry could later claim the user's own values. What
 * it says of an adoption stays too.
 */
function leftToPods(context: Context, left: Outcome): Decision {
  const decision = outcome(context, left)
  const { template } = context.subject
  const { ownedWork, storedWork } = context
  const adopted = ownedWork.adopted ?? storedWork.adopted
  const reduced = repaired(context) ?? asItStands(template, ownedWork)
  const kept = adopted === undefined ? reduced : { ...reduced, adopted }
  const fits = hasRoomFor(recordTextOf(template, ownedWork, kept) ?? '', template)
  return { ...decision, changes: changesTo(template, ownedWork, fits ? kept : reduced) }
}

/** No other Pod could serve while this one sleeps. The budget is computed anyway, for display. */
function withhold(context: Context, desired: Desired): Decision {
  const { subject, exposures } = context
  const why = noOverlap(subject.workload) ?? 'each Service that selects it selects this one pod'
  return outcome(context, {
    verdict: 'withhold',
    why,
    desired,
    protection: protectionOf({ ...context, exposures }),
  })
}

function notInjected(context: Context, protection: Protection): Decision {
  const { desired, sleep, budget } = protection
  if (context.subject.template.containers.length === 0)
    return outcome(context, { verdict: 'out-of-scope', why: withoutContainers(context.subject) })
  if (budget === undefined && sleep === 0) return notExposed(context, protection)
  if (sleep > 0) return usersHooks(context, protection)
  const why = budget?.explicitSleep === undefined ? 'the limits leave no sleep' : 'sleep-seconds is 0'
  return outcome(context, { verdict: 'no-sleep', why, desired, protection })
}

/** If the template is not written, its grace period stays too: its Pods get the longer one. */
function usersHooks(context: Context, protection: Protection): Decision {
  const { desired } = protection
  const why = 'every hook is the user’s'
  const complete = outcome(context, { verdict: 'complete', why, desired, protection })
  const placement = placementFor(context, seconds(0))
  const kinds = new Set(complete.changes.map(({ kind }) => kind))
  if (kinds.has('set-grace') && placement.into !== 'template') return placed(context, protection, placement)
  return kinds.has('set-grace') || kinds.has('remove-grace')
    ? { ...complete, verdict: 'grace-only' }
    : complete
}

function notExposed(context: Context, protection: Protection): Decision {
  const why =
    context.subject.overrides.assume?.value === 'none'
      ? 'slackwater.dev/assume: none'
      : 'not behind a load balancer'
  return outcome(context, { verdict: 'not-exposed', why, desired: protection.desired })
}
