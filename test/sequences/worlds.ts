import { acceptance } from './acceptance.ts'
import { concernsRecord, manifestOf, partOf } from './actions/edits.ts'
import { type Manifests, manifestsAfter, requestFor } from './actions/requests.ts'
import { type ChangeStep, isKept, isWorldStep, readsLive, type Sequence, type Step } from './actions/steps.ts'
import { decided, handled, type Reply, type Requested, requested, type Stored } from './model/api-server.ts'
import { type FieldSet, field } from './model/field-set.ts'
import { DEPLOYMENT, type Kind, POD_KIND, STATEFUL_SET, templateOf } from './model/kinds.ts'
import { equal, type Fields } from './model/values.ts'
import { owns, withoutOurs } from './ours.ts'
import { podOf } from './pods.ts'
import { admissionIn, type Surroundings } from './slackwater.ts'
import { stateProblem } from './state.ts'

/**
 * One sequence in two worlds, with us and without us, step by step. What is stored with us, less our recorded work, is
 * what is stored without us; nothing else is refused, nothing else is accepted, no other rollout starts.
 */

const KINDS: Readonly<Record<Sequence['kind'], Kind>> = {
  Deployment: DEPLOYMENT,
  StatefulSet: STATEFUL_SET,
  Pod: POD_KIND,
}

export interface Fault {
  /** Of the sequence's steps, from 0. */
  readonly step: number
  readonly what: string
  /** What is stored with us and without us, or was refused. */
  readonly detail: unknown
}

/** What a run was worth. */
export interface Tally {
  steps: number
  accepted: number
  /** Steps in which both worlds were compared. */
  compared: number
  /** Steps after which a record of ours stood. */
  protected: number
}

export const emptyTally = (): Tally => ({ steps: 0, accepted: 0, compared: 0, protected: 0 })

/** Where both worlds stand. */
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
}

/** @param look is shown the worlds after each step. */
export function faultIn(
  { kind: name, start, steps }: Sequence,
  tally: Tally = emptyTally(),
  look?: (index: number, step: Step, worlds: Worlds) => void,
): Fault | undefined {
  const kind = KINDS[name]
  const first: Step = { verb: 'apply', edits: start, away: false, force: false }
  let worlds: Worlds = {
    kind,
    surroundings: { exposed: true, mode: undefined },
    manifests: { main: manifestOf(kind), part: partOf(kind) },
    withUs: undefined,
    without: undefined,
    apart: false,
    tampered: false,
  }
  for (const [index, step] of [first, ...steps].entries()) {
    const after = isWorldStep(step) ? { worlds: changedWorld(worlds, step) } : stepped(worlds, step, tally)
    if ('fault' in after) return { step: index - 1, ...after.fault }
    worlds = after.worlds
    look?.(index - 1, step, worlds)
  }
  return undefined
}

function changedWorld(worlds: Worlds, step: Extract<Step, { verb: 'exposed' | 'namespace mode' }>): Worlds {
  const { surroundings } = worlds
  if (step.verb === 'exposed') return { ...worlds, surroundings: { ...surroundings, exposed: step.on } }
  return { ...worlds, surroundings: { ...surroundings, mode: step.mode } }
}

export type Outcome = { readonly worlds: Worlds } | { readonly fault: Omit<Fault, 'step'> }

function stepped(worlds: Worlds, step: ChangeStep, tally: Tally): Outcome {
  tally.steps += 1
  if (step.verb === 'pod') return podStep(worlds, step)
  const replies = repliesTo(worlds, step)
  const verdict = acceptance(worlds, step, replies)
  if (verdict.what === 'fault') return { fault: verdict.fault }
  if (verdict.what === 'undone' || !replies.ours.accepted) return { worlds }
  tally.accepted += 1
  const manifests = manifestsAfter(worlds.manifests, step, worlds.kind)
  const withUs = replies.ours.stored
  const apart = verdict.what === 'apart'
  const without = apart || replies.theirs?.accepted !== true ? undefined : replies.theirs.stored
  if (without !== undefined) tally.compared += 1
  const tampered = worlds.tampered || step.edits.some(concernsRecord)
  return settled(worlds, step, { ...worlds, manifests, withUs, without, apart, tampered }, { tally, replies })
}

export interface Replies {
  /** The object as the webhook meets it. */
  readonly asked: Requested
  readonly ours: Reply
  /** The same request to the same object, and nobody asks the webhook. */
  readonly skipped: Reply
  /** In the world without us. */
  readonly theirs: Reply | undefined
}

function repliesTo(
  { kind, surroundings, manifests, withUs, without, apart }: Worlds,
  step: ChangeStep,
): Replies {
  const after = manifestsAfter(manifests, step, kind)
  const requestOn = (stored: Stored | undefined) =>
    requestFor(step, { kind, live: stored?.object, before: manifests, after })
  const asked = requested(withUs, requestOn(withUs), kind)
  const skipped = decided(withUs, asked, { kind })
  const admission = admissionIn(surroundings, kind)
  return {
    asked,
    skipped,
    ours: step.away ? skipped : decided(withUs, asked, { kind, admission }),
    theirs: apart ? undefined : handled(without, requestOn(without), { kind }),
  }
}

/** Compares what is stored, and puts the world without us right where the user took something of ours for theirs. */
function settled(before: Worlds, step: ChangeStep, after: Worlds, { tally, replies }: Settling): Outcome {
  const { withUs, without, kind } = after
  if (withUs === undefined) return { worlds: after }
  const cannotTell = takesOurs(step) || isUnclear(before, step, replies)
  const problem = stateProblem(before, step, after, cannotTell)
  if (problem !== undefined) return { fault: problem }
  if (hasRecord(withUs.object, kind)) tally.protected += 1
  if (without === undefined) return { worlds: after }
  const { object } = cannotTell ? withoutOurs(withUs, undefined, kind) : without
  return { worlds: { ...after, without: { object, managers: withUs.managers } } }
}

interface Settling {
  readonly tally: Tally
  readonly replies: Replies
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
  return unclear.includes(GRACE) && owned !== undefined && ownsGrace(owned, kind)
}

const GRACE = 'terminationGracePeriodSeconds'

const ownsGrace = (fields: FieldSet, { templateAt }: Kind): boolean =>
  owns(fields, [...templateAt, 'spec', GRACE].map(field))

const hasRecord = (object: Fields, kind: Kind): boolean =>
  !equal(withoutOurs({ object, managers: new Map() }, undefined, kind).object, object)

/** What is ours becomes theirs in ways that have no like in the other world. */
export const takesOurs = (step: ChangeStep): boolean =>
  step.edits.some(concernsRecord) ||
  (readsLive(step) && step.edits.some(({ what }) => what === 'rename' || what === 'swap'))

function podStep(worlds: Worlds, { away }: ChangeStep): Outcome {
  const { kind, surroundings, withUs, without, tampered } = worlds
  if (withUs === undefined || kind.kind === 'Pod') return { worlds }
  const create = (stored: Stored, isAsked: boolean): Reply =>
    handled(
      undefined,
      { verb: 'create', object: podOf(templateOf(stored.object, kind)), manager: 'kube-controller-manager' },
      { kind: POD_KIND, ...(isAsked ? { admission: admissionIn(surroundings, POD_KIND) } : {}) },
    )
  const ours = create(withUs, !away)
  if (!ours.accepted) return { fault: { what: 'a Pod of the template is refused', detail: ours.problems } }
  const theirs = without === undefined ? undefined : create(without, false)
  if (theirs === undefined || !theirs.accepted || tampered) return { worlds }
  const bare = withoutOurs(ours.stored, theirs.stored.object, POD_KIND).object
  const like = withoutOurs({ ...theirs.stored, managers: new Map() }, theirs.stored.object, POD_KIND).object
  return equal(bare, like)
    ? { worlds }
    : {
        fault: {
          what: 'a Pod differs by more than our work',
          detail: { with: ours.stored.object, without: like },
        },
      }
}
