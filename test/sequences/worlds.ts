import { acceptance } from './acceptance.ts'
import { concernsRecord, RECORD } from './actions/edits.ts'
import { lastApplied, type Manifests, manifestsAfter, requestFor } from './actions/requests.ts'
import { type ChangeStep, isKept, isPatch, readsLive } from './actions/steps.ts'
import type { Reply, Requested, Stored } from './model/api-server.ts'
import { byName } from './model/compare.ts'
import { field } from './model/field-set.ts'
import { type Kind, POD_KIND, templateOf } from './model/kinds.ts'
import { problemsOf } from './model/validate.ts'
import { at, changedAt, equal, type Fields } from './model/values.ts'
import { GRACE, owns, recordIn, withoutOurs, withoutRecord } from './ours.ts'
import type { Surroundings } from './slackwater.ts'
import { type Seen, stateProblem, told } from './state.ts'

/**
 * One object in two worlds, with us and without us, step by step. What is stored with us, less our recorded work, is
 * what is stored without us; nothing else is refused, nothing else is accepted, no other rollout starts.
 */
export interface Worlds {
  readonly kind: Kind
  readonly surroundings: Surroundings
  readonly manifests: Manifests
  readonly withUs: Stored | undefined
  /** Nothing where the worlds have parted: an object was accepted because of us. */
  readonly without: Stored | undefined
  readonly apart: boolean
  /** Somebody has edited our record: it may claim what is theirs, and a Pod says nothing against it. */
  readonly tampered: boolean
  /** A text that a manifest has under our key was stored in the place of our record, while we were away. */
  readonly overwritten: boolean
}

export const beginning = (kind: Kind, manifests: Manifests): Worlds => ({
  kind,
  surroundings: { exposed: true, mode: undefined },
  manifests,
  withUs: undefined,
  without: undefined,
  apart: false,
  tampered: false,
  overwritten: false,
})

export interface Fault {
  readonly what: string
  /** What is stored with us and without us, or was refused. */
  readonly detail: unknown
}

/** What a run was worth. */
export interface Tally {
  steps: number
  accepted: number
  /** Steps in which both worlds were compared as a whole. */
  compared: number
  /** Steps after which something of ours stood. */
  protected: number
}

export const emptyTally = (): Tally => ({ steps: 0, accepted: 0, compared: 0, protected: 0 })

/** What was said to one step. */
export interface Replies {
  /** The object as the webhook meets it. */
  readonly asked: Requested
  readonly ours: Reply
  /** The same request to the same object, and nobody asks the webhook. */
  readonly skipped: Reply
  /** In the world without us. */
  readonly theirs: Reply | undefined
}

export type Outcome = { readonly worlds: Worlds } | { readonly fault: Fault }

/** Where the worlds stand after a step, or what is wrong with it. */
export function judged(worlds: Worlds, step: ChangeStep, replies: Replies, tally: Tally): Outcome {
  tally.steps += 1
  const verdict = acceptance(worlds, step, replies)
  if (verdict.what === 'fault') return { fault: verdict.fault }
  if (verdict.what === 'undone' || !replies.ours.accepted) return { worlds }
  tally.accepted += 1
  const apart = verdict.what === 'apart'
  const without = apart || replies.theirs?.accepted !== true ? undefined : replies.theirs.stored
  const manifests = manifestsAfter(worlds.manifests, step, worlds.kind)
  const after = {
    ...worlds,
    manifests,
    withUs: replies.ours.stored,
    without,
    apart,
    tampered: worlds.tampered || step.edits.some(concernsRecord),
    overwritten: worlds.overwritten || (step.away && statesRecord({ ...worlds, manifests })),
  }
  if (hasOurs(after.withUs, worlds.kind)) tally.protected += 1
  const cannotTell =
    takesOurs(step) ||
    statesRecord(after) ||
    isLeftBySource(after) ||
    isUnclear(worlds, step, replies) ||
    isOutOfRoom(worlds, after) ||
    (step.away && isStripped(worlds, after))
  if (without !== undefined && !cannotTell) tally.compared += 1
  const { asked } = replies
  const isAnswered = !step.away && !('problems' in asked) && asked.object !== after.withUs.object
  return settled(worlds, step, after, { cannotTell, asked, answered: isAnswered ? asked.by : undefined })
}

export const hasRecord = (object: Fields, { templateAt }: Kind): boolean =>
  at(object, ...templateAt, 'metadata', 'annotations', RECORD) !== undefined

/** Something stands as a record says. */
const hasOurs = (stored: Stored, kind: Kind): boolean =>
  !equal(withoutOurs(stored, undefined, kind).object, withoutRecord(stored.object, kind))

/**
 * Field management comes before admission: who writes the very number that we wrote owns nothing by it, and who lowers
 * what we raised takes it from its owner. So the owners are those of the world with us (`docs/failure-behaviour.md`).
 *
 * Compares what is stored, and puts the world without us right where the user took something of ours for theirs. */
function settled(before: Worlds, step: ChangeStep, after: Worlds, seen: Seen): Outcome {
  const { withUs, without, kind } = after
  const problem = stateProblem(before, step, after, seen)
  if (problem !== undefined) return { fault: problem }
  if (without === undefined || withUs === undefined) return { worlds: after }
  const object = seen.cannotTell ? takenOver(withUs, without.object, kind) : without.object
  return { worlds: { ...after, without: { object, managers: withUs.managers } } }
}

/** What is not ours is theirs from here on; under our key they have what they wrote there. */
function takenOver(withUs: Stored, theirs: Fields, kind: Kind): Fields {
  const key = [...kind.templateAt, 'metadata', 'annotations', RECORD]
  return changedAt(withoutOurs(withUs, undefined, kind).object, key, () => at(theirs, ...key))
}

/** What is ours becomes theirs in ways that have no like in the other world. */
export const takesOurs = (step: ChangeStep): boolean =>
  (isPatch(step) && step.edits.some(concernsRecord)) ||
  (readsLive(step) && step.edits.some(({ what }) => what === 'rename' || what === 'swap'))

/**
 * What the last applied manifest states stands with us, and was changed since in the other world: what we write is the
 * source's own word, be it the grace period, a hook or the grace of a probe. Or it was the very one that we wrote: its
 * manager owns nothing then, and another's apply takes away what would have stayed.
 */
function isLeftBySource({ withUs, without, kind }: Worlds): boolean {
  if (withUs === undefined || without === undefined) return false
  const spec = [...kind.templateAt, 'spec']
  const applied = lastApplied(withUs.object) ?? {}
  const [grace, other, source] = [withUs.object, without.object, applied].map((object) =>
    at(object, ...spec, GRACE),
  )
  if (grace !== other && grace === source) return true
  const [here, there, stated] = [withUs.object, without.object, applied].map((object) =>
    byName(at(object, ...spec, 'containers')),
  )
  return [...(here ?? [])].some(([name, one]) =>
    OURS_IN_CONTAINERS.some((keys) => {
      const [stands, like, said] = [one, there?.get(name), stated?.get(name)].map((two) => at(two, ...keys))
      return stands !== undefined && like === undefined && equal(stands, said)
    }),
  )
}

const OURS_IN_CONTAINERS = [
  ['lifecycle', 'preStop'],
  ['livenessProbe', GRACE],
  ['startupProbe', GRACE],
]

/** A manifest that has a text under our key writes it over our record at each apply: what is ours is told by nothing else. */
export const statesRecord = ({ manifests, kind }: Worlds): boolean =>
  hasRecord(manifests.main, kind) || hasRecord(manifests.part, kind)

/** The record has gone with all other annotations of the template. */
const isStripped = ({ kind, withUs: before }: Worlds, { withUs: after }: Worlds): boolean =>
  before !== undefined &&
  after !== undefined &&
  hasRecord(before.object, kind) &&
  at(after.object, ...kind.templateAt, 'metadata', 'annotations') === undefined

/** A stored Pod keeps what it had, and has no room for the record that tells it from the user's. */
function isOutOfRoom({ kind, withUs: before }: Worlds, { withUs: after }: Worlds): boolean {
  if (kind.kind !== 'Pod' || before === undefined || after === undefined) return false
  const record = at(before.object, 'metadata', 'annotations', RECORD)
  const isLost = record !== undefined && !hasRecord(after.object, kind)
  const withRecord = changedAt(after.object, ['metadata', 'annotations', RECORD], () => record)
  return isLost && problemsOf(withRecord, undefined, kind).some(({ what }) => what === 'annotations')
}

/**
 * The user writes the very number that stands there as ours, in a way that leaves no trace: nobody can tell it from
 * ours. A server-side applier that owned the grace already may have stated the number before ours, or ours.
 */
function isUnclear(
  { kind, withUs, manifests }: Worlds,
  step: ChangeStep,
  { asked, theirs }: Replies,
): boolean {
  if ('problems' in asked || theirs?.accepted !== true || withUs === undefined) return false
  const { unclear } = withoutOurs(asked, theirs.stored.object, kind)
  if (!isKept(step)) return unclear.length > 0
  const request = requestFor(step, { kind, live: withUs.object, before: manifests, after: manifests })
  const owned = withUs.managers.get(`${request.manager}|Apply`)?.fields
  const grace = [...kind.templateAt, 'spec', GRACE].map(field)
  return unclear.includes(GRACE) && owned !== undefined && owns(owned, grace)
}

/** The very grace that we raised it to was stated while we were away: only the workload tells so, not its Pods. */
function isStatedUnseen({ withUs, kind }: Worlds): boolean {
  if (withUs === undefined) return false
  const raised = at(recordIn(templateOf(withUs.object, kind)), 'grace', 'after')
  const path = [...kind.templateAt, 'spec', GRACE]
  const appliers = [...withUs.managers].filter(([manager]) => manager.endsWith('|Apply'))
  const isOwned = appliers.some(([, { fields }]) => owns(fields, path.map(field)))
  const isStated = isOwned || at(lastApplied(withUs.object) ?? {}, ...path) === raised
  return raised !== undefined && raised === at(withUs.object, ...path) && isStated
}

/** A Pod of the template, made in both worlds. */
export function podFault(worlds: Worlds, ours: Reply, theirs: Reply | undefined): Fault | undefined {
  if (!ours.accepted) return { what: 'a Pod of the template is refused', detail: ours.problems }
  if (theirs?.accepted !== true || worlds.tampered || isStatedUnseen(worlds)) return undefined
  const bare = told(withoutOurs(ours.stored, theirs.stored.object, POD_KIND).object, POD_KIND)
  const like = told(withoutRecord(theirs.stored.object, POD_KIND), POD_KIND)
  if (equal(bare, like)) return undefined
  return { what: 'a Pod differs by more than our work', detail: { with: ours.stored.object, without: like } }
}
