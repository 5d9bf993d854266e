import { concernsRecord } from './actions/edits.ts'
import { type ChangeStep, isPatch } from './actions/steps.ts'
import type { Requester } from './model/api-server.ts'
import { decoded } from './model/decode.ts'
import { type Kind, templateOf } from './model/kinds.ts'
import { at, changedAt, equal, type Fields, itemsOf, without } from './model/values.ts'
import { withoutOurs, withoutRecord } from './ours.ts'
import { admissionIn } from './slackwater.ts'
import { type Fault, takesOurs, type Worlds } from './worlds.ts'

/** What must hold of what is stored after a step. */

type Problem = Fault | undefined

export interface Seen {
  /** The user wrote something that nobody can tell from our work. */
  readonly cannotTell: boolean
  /** Who asked the webhook, where that has changed something. */
  readonly answered: Requester | undefined
}

export function stateProblem(
  before: Worlds,
  step: ChangeStep,
  after: Worlds,
  { cannotTell, answered }: Seen,
): Problem {
  return (
    (cannotTell ? undefined : (difference(after) ?? optOut(before, step, after))) ??
    rollout(before, step, after) ??
    (answered === undefined || takesOurs(step) ? undefined : reinvocation(before, after, answered))
  )
}

/** A hook that is taken out of what is read leaves its mapping where ours stands in it: an empty one says nothing. */
const told = (object: Fields, { templateAt }: Kind): Fields =>
  changedAt(object, [...templateAt, 'spec', 'containers'], (list) =>
    itemsOf(list).map((one) => (equal(one['lifecycle'], {}) ? without(one, 'lifecycle') : one)),
  )

/** With us, less our work, it is what it is without us. */
function difference({ withUs, without, kind }: Worlds): Problem {
  if (withUs === undefined || without === undefined) return undefined
  const bare = told(withoutOurs(withUs, without.object, kind).object, kind)
  const like = told(withoutRecord(without.object, kind), kind)
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
  return equal(stood, stands)
    ? undefined
    : { what: 'a rollout that nobody asked for', detail: { stood, stands } }
}

const MODE = 'slackwater.dev/mode'
const MODES = ['enforce', 'dry-run', 'off']

function modeOf({ withUs, kind, surroundings }: Worlds): string {
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
