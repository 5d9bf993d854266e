import { concernsRecord } from './actions/edits.ts'
import { type ChangeStep, isPatch } from './actions/steps.ts'
import { apartProblem } from './apart.ts'
import type { Requested, Requester } from './model/api-server.ts'
import { decoded } from './model/decode.ts'
import { type Kind, templateOf } from './model/kinds.ts'
import { at, changedAt, equal, type Fields, itemsOf, type Value, without } from './model/values.ts'
import { GRACE, withoutOurs, withoutRecord } from './ours.ts'
import { admissionIn } from './slackwater.ts'
import { type Fault, takesOurs, type Worlds } from './worlds.ts'

/** What must hold of what is stored after a step. */

type Problem = Fault | undefined

export interface Seen {
  /** The user wrote something that nobody can tell from our work. */
  readonly cannotTell: boolean
  /** The object as the webhook met it. */
  readonly asked: Requested
  /** Who asked the webhook, where that has changed something. */
  readonly answered: Requester | undefined
}

export function stateProblem(
  before: Worlds,
  step: ChangeStep,
  after: Worlds,
  { cannotTell, asked, answered }: Seen,
): Problem {
  return (
    (cannotTell ? difference(after, withoutDoubtful) : (difference(after) ?? optOut(before, step, after))) ??
    apartProblem(before, step, after, asked) ??
    rollout(before, step, after) ??
    (answered === undefined || takesOurs(step) ? undefined : reinvocation(before, after, answered))
  )
}

/** A hook that is taken out of what is read leaves its mapping where ours stands in it: an empty one says nothing. */
export const told = (object: Fields, { templateAt }: Kind): Fields =>
  changedAt(object, [...templateAt, 'spec', 'containers'], (list) =>
    itemsOf(list).map((one) => (equal(one['lifecycle'], {}) ? without(one, 'lifecycle') : one)),
  )

/** Everything but what may be ours or theirs. */
const withoutDoubtful: Left = (object, kind) => {
  const spec = [...kind.templateAt, 'spec']
  const bare = changedAt(object, [...spec, GRACE], () => undefined)
  const doubtful = [
    ['lifecycle', 'preStop'],
    ['livenessProbe', GRACE],
    ['startupProbe', GRACE],
  ]
  const withoutThem = (one: Fields): Fields =>
    doubtful.reduce(
      (left, keys) => (at(left, ...keys) === undefined ? left : changedAt(left, keys, () => undefined)),
      one,
    )
  return told(
    changedAt(bare, [...spec, 'containers'], (list) => itemsOf(list).map(withoutThem)),
    kind,
  )
}

/** @param left what of an object is to be compared. */
type Left = (object: Fields, kind: Kind) => Fields

/** With us, less our work, it is what it is without us. */
function difference({ withUs, without, kind }: Worlds, left: Left = told): Problem {
  if (withUs === undefined || without === undefined) return undefined
  const bare = left(withoutOurs(withUs, without.object, kind).object, kind)
  const like = left(withoutRecord(without.object, kind), kind)
  if (equal(bare, like)) return undefined
  return { what: 'differs by more than our work', detail: { with: withUs.object, bare, without: like } }
}

const templates = (worlds: Worlds, world: 'withUs' | 'without'): Fields | undefined => {
  const stored = worlds[world]
  return stored === undefined ? undefined : templateOf(stored.object, worlds.kind)
}

/** The user's template stays as it was: so does the one that is stored with us. A Pod is not rolled out. */
function rollout(before: Worlds, step: ChangeStep, after: Worlds): Problem {
  if (after.kind.kind === 'Pod') return undefined
  if (step.away || (isPatch(step) && step.edits.some(concernsRecord))) return undefined
  // What was applied last is gone, and our record with it: the text that stands there is nobody's (docs/failure-behaviour.md).
  if (step.verb === 'replace' && before.overwritten) return undefined
  const [was, is] = [templates(before, 'without'), templates(after, 'without')]
  if (was === undefined || is === undefined || !equal(was, is)) return undefined
  const [stood, stands] = [templates(before, 'withUs'), templates(after, 'withUs')]
  return equal(stood, stands) || isEmptyBack(before, after)
    ? undefined
    : { what: 'a rollout that nobody asked for', detail: { stood, stands } }
}

/** An empty lifecycle that came beside our hook went with it (docs/annotations.md), and is stated again. */
function isEmptyBack(before: Worlds, after: Worlds): boolean {
  if (before.withUs === undefined || after.withUs === undefined || after.without === undefined) return false
  const { kind } = after
  const { object: stood } = before.withUs
  const { object: stands } = after.withUs
  const isAll = equal(templateOf(told(stood, kind), kind), templateOf(told(stands, kind), kind))
  const isMore = emptyIn(stands, kind).length > emptyIn(stood, kind).length
  return isAll && isMore && equal(emptyIn(stands, kind), emptyIn(after.without.object, kind))
}

const emptyIn = (object: Fields, { templateAt }: Kind): readonly Value[] =>
  itemsOf(at(object, ...templateAt, 'spec', 'containers'))
    .filter((one) => equal(one['lifecycle'], {}))
    .flatMap(({ name }) => (name === undefined ? [] : [name]))

const MODE = 'slackwater.dev/mode'
const MODES = ['enforce', 'dry-run', 'off']

export function modeOf({ withUs, kind, surroundings }: Worlds): string {
  const labels = [
    at(withUs?.object, ...kind.templateAt, 'metadata', 'labels', MODE),
    at(withUs?.object, 'metadata', 'labels', MODE),
    surroundings.mode,
  ]
  return String(labels.find((label) => MODES.includes(String(label))) ?? 'enforce')
}

/** After an opt-out and a change of the template nothing of ours stands. */
function optOut(before: Worlds, step: ChangeStep, after: Worlds): Problem {
  const { withUs, without, kind } = after
  if (withUs === undefined || without === undefined || step.away) return undefined
  if (modeOf(after) !== 'off' || (kind.kind === 'Pod' && before.withUs !== undefined)) return undefined
  if (equal(templates(before, 'without'), templates(after, 'without'))) return undefined
  // What is stated may be the very number that stands: then the webhook is not asked.
  if (equal(templates(before, 'withUs'), templates(after, 'withUs'))) return undefined
  const stands = told(withoutRecord(withUs.object, kind), kind)
  const isClean =
    equal(stands, told(withoutOurs(withUs, undefined, kind).object, kind)) &&
    equal(stands, told(withoutRecord(without.object, kind), kind))
  return isClean ? undefined : { what: 'opted out, and ours still stands', detail: withUs.object }
}

/** Our answer applied twice is our answer: another webhook may have us asked again. */
function reinvocation(before: Worlds, after: Worlds, by: Requester): Problem {
  const { withUs, kind, surroundings } = after
  if (withUs === undefined) return undefined
  const again = admissionIn(
    surroundings,
    kind,
  )({
    operation: before.withUs === undefined ? 'CREATE' : 'UPDATE',
    next: withUs,
    old: before.withUs,
    by,
  })
  return equal(again === withUs.object ? again : decoded(again, kind), withUs.object)
    ? undefined
    : { what: 'asked again, we say otherwise', detail: { once: withUs.object, twice: again } }
}
