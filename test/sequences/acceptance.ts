import { RECORD } from './actions/edits.ts'
import { type ChangeStep, isKept } from './actions/steps.ts'
import type { Requested } from './model/api-server.ts'
import { byName, nameOf } from './model/compare.ts'
import { templateOf } from './model/kinds.ts'
import type { Problem } from './model/validate.ts'
import { at, equal, fieldsOf, itemsOf, member } from './model/values.ts'
import { GRACE, recordIn } from './ours.ts'
import { modeOf } from './state.ts'
import { type Fault, hasRecord, type Replies, takesOurs, type Worlds } from './worlds.ts'

/** Who may be refused and who may be accepted because of us: the rows of `docs/failure-behaviour.md`, and no others. */

export type Acceptance =
  | { readonly what: 'done' }
  /** Refused somewhere, as it may be: the user takes the step back. */
  | { readonly what: 'undone' }
  /** Accepted because of us: what the other world would have is not known from here on. */
  | { readonly what: 'apart' }
  | { readonly what: 'fault'; readonly fault: Fault }

const fault = (what: string, detail: unknown): Acceptance => ({ what: 'fault', fault: { what, detail } })

export function acceptance(worlds: Worlds, step: ChangeStep, replies: Replies): Acceptance {
  const { ours, skipped, theirs } = replies
  if (skipped.accepted && !ours.accepted) return fault('refused by the webhook’s doing', ours.problems)
  if (!skipped.accepted && ours.accepted && !skipped.problems.every((one) => isOurAccount(one, worlds)))
    return fault('accepted only by the webhook’s doing', skipped.problems)
  if (theirs === undefined) return { what: ours.accepted ? 'apart' : 'undone' }
  if (theirs.accepted && !ours.accepted) return refusal(worlds, step, ours.problems)
  if (!theirs.accepted && ours.accepted)
    return isUntold(worlds, step, theirs.problems, replies)
      ? { what: 'apart' }
      : acceptedByUs(worlds, theirs.problems, replies)
  return { what: ours.accepted ? 'done' : 'undone' }
}

/** The rows of 'What the API server refuses without us', and a user's sleep above their grace. */
const isOurAccount = ({ what }: Problem, { kind }: Worlds): boolean =>
  what === 'no handler' ||
  what === 'handlers' ||
  what === 'sleep' ||
  what === 'annotations' ||
  (kind.kind === 'Pod' && what === 'immutable')

/** Accepted without us: refused only while we are away, for the sake of what is ours; or for the grace's owner. */
function refusal(worlds: Worlds, step: ChangeStep, problems: readonly Problem[]): Acceptance {
  if (problems.every(isOwnersConflict)) return { what: 'undone' }
  // A hook of ours that the user has taken over is theirs, and so is what the API server says of it.
  if (takesOurs(step) && problems.every(({ what }) => what === 'handlers' || what === 'sleep'))
    return { what: 'undone' }
  const isUnseen = step.away || problems.every((one) => isOfFullPod(one, worlds))
  return isUnseen && problems.every((one) => isRecorded(one, worlds))
    ? { what: 'undone' }
    : fault('refused because of us', problems)
}

/**
 * A number that we raised is not the one that its owner stated; and whoever has once made the annotations owns the mapping
 * for as long as anything stands there, a record of ours included.
 */
const isOwnersConflict = ({ what, where }: Problem): boolean =>
  what === 'conflict' && OWNED_OTHERWISE.some((place) => where.endsWith(place))

const OWNED_OTHERWISE = ['f:spec/f:terminationGracePeriodSeconds', 'f:metadata/f:annotations', `/f:${RECORD}`]

/** The webhook is not asked about the metadata of a Pod. */
const isOfFullPod = ({ what }: Problem, { kind }: Worlds): boolean =>
  kind.kind === 'Pod' && what === 'annotations'

/** The stored record has a sleep of ours in that container. */
function isRecorded(problem: Problem, { withUs, kind }: Worlds): boolean {
  if (kind.kind === 'Pod' && problem.what === 'immutable') return true
  const [container = '', , hook] = problem.where.split('.')
  if (problem.what === 'annotations') return withUs !== undefined && hasRecord(withUs.object, kind)
  const record = withUs === undefined ? undefined : recordIn(templateOf(withUs.object, kind))
  const isOurs = member(fieldsOf(at(record, 'sleep')), container) !== undefined && hook === 'preStop'
  return isOurs && ['handlers', 'no handler', 'sleep'].includes(problem.what)
}

/**
 * A second handler beside a sleep of our very length, in a way that leaves no trace: one of the two is taken for ours. What
 * sleeps longer than the grace period beside it has a row of its own.
 */
function isUntold(
  worlds: Worlds,
  step: ChangeStep,
  problems: readonly Problem[],
  { asked, skipped }: Replies,
): boolean {
  if (takesOurs(step)) return true
  if (isKept(step) || 'problems' in asked) return false
  const isRefused = (one: Problem): boolean =>
    one.what === 'sleep' || (one.what === 'handlers' && (skipped.accepted || isNamed(one, asked, worlds)))
  return problems.every(isRefused)
}

/**
 * A sleep of the user's above their grace is accepted with the grace that we raised. What is stated beside our work and
 * changes nothing there is accepted: the API server merges it before anybody looks.
 */
function acceptedByUs(worlds: Worlds, problems: readonly Problem[], replies: Replies): Acceptance {
  const { skipped, asked } = replies
  const left = problems.filter((one) => one.what !== 'no handler' || !isRecorded(one, worlds))
  // A text of theirs under our key goes when there is no room, and a Pod keeps what it had.
  const isOfRecord = ({ what }: Problem): boolean =>
    worlds.tampered && (what === 'annotations' || what === 'immutable')
  if (left.every(isOfRecord) || left.every(isOwnersConflict)) return { what: 'undone' }
  const isAccounted = (one: Problem): boolean =>
    one.what === 'sleep' || isOfRecord(one) || isClaimed(one, asked, worlds)
  if (left.every(isAccounted))
    return left.every((one) => isKeptAsSaid(one, worlds, replies))
      ? { what: 'apart' }
      : fault('a sleep that is not as it was said, or raised for without enforce', left)
  const isMerged = skipped.accepted || saysOurs(asked, worlds)
  return isMerged && left.every((one) => isOurAccount(one, worlds))
    ? { what: 'undone' }
    : fault('accepted because of us', problems)
}

/** A sleep of the user's stands as they said it; and where nothing but our grace period bears it, we enforce. */
function isKeptAsSaid({ what, where }: Problem, worlds: Worlds, { asked, skipped, ours }: Replies): boolean {
  if (what !== 'sleep' || 'problems' in asked || !ours.accepted) return true
  const { kind } = worlds
  const [name = '', ...keys] = where.split('.')
  const [said, stands] = [asked.object, ours.stored.object].map((object) => {
    const spec = at(object, ...kind.templateAt, 'spec')
    const containers = byName([...itemsOf(at(spec, 'containers')), ...itemsOf(at(spec, 'initContainers'))])
    return at(containers.get(name), ...keys)
  })
  // With the grace period that stands it is refused; a second handler beside it says nothing of that.
  const isOurGrace = !skipped.accepted && skipped.problems.some((one) => one.what === 'sleep')
  return equal(said, stands) && (!isOurGrace || modeOf({ ...worlds, withUs: ours.stored }) === 'enforce')
}

/**
 * A hook goes that a text under our key names, and that nobody states, where the API server would refuse it: it was ours,
 * be it that the user has damaged the record since, and it counts as theirs.
 */
function isClaimed(problem: Problem, asked: Requested, worlds: Worlds): boolean {
  const { what, where } = problem
  return what === 'handlers' && where.endsWith('.preStop') && isNamed(problem, asked, worlds)
}

/** A sleep stands there, before or in the request, of the very length that a text under our key names. */
function isNamed({ where }: Problem, asked: Requested, { kind, withUs }: Worlds): boolean {
  const [container = ''] = where.split('.')
  const objects = [withUs?.object, 'problems' in asked ? undefined : asked.object].flatMap((object) =>
    object === undefined ? [] : [object],
  )
  const lengths = objects.map((object) => {
    const one = byName(at(object, ...kind.templateAt, 'spec', 'containers')).get(container)
    return at(one, 'lifecycle', 'preStop', 'sleep', 'seconds')
  })
  return objects.some((object) => {
    const named = member(fieldsOf(at(recordIn(templateOf(object, kind)), 'sleep')), container)
    return named !== undefined && lengths.includes(named)
  })
}

/** A Pod cannot be changed: whoever states the very grace and hooks that we wrote there, or none, changes nothing. */
function saysOurs(asked: Requested, { kind, withUs }: Worlds): boolean {
  if (kind.kind !== 'Pod' || 'problems' in asked || withUs === undefined) return false
  const { before } = fieldsOf(at(recordIn(withUs.object), 'grace'))
  const grace = at(asked.object, 'spec', GRACE)
  const stands = byName(at(withUs.object, 'spec', 'containers'))
  const hooks = itemsOf(at(asked.object, 'spec', 'containers')).map((one) => [
    at(one, 'lifecycle', 'preStop'),
    at(stands.get(nameOf(one)), 'lifecycle', 'preStop'),
  ])
  const isOurs = grace === at(withUs.object, 'spec', GRACE) || grace === (before ?? 30)
  return isOurs && hooks.every(([said, stored]) => said === undefined || equal(said, stored))
}
