import type { ChangeStep } from './actions/steps.ts'
import type { Requested, Stored } from './model/api-server.ts'
import { type Kind, templateOf } from './model/kinds.ts'
import { problemsOf } from './model/validate.ts'
import { at, changedAt, equal, type Fields } from './model/values.ts'
import { GRACE, withoutOurs, withoutRecord } from './ours.ts'
import { modeOf, told } from './state.ts'
import { type Fault, hasRecord, statesRecord, takesOurs, type Worlds } from './worlds.ts'

/**
 * What must hold after an object was accepted because of us. Nothing tells any more what would be stored without us:
 * what was asked does, less what is ours by its own record.
 */

/** Where the record tells what is ours, in a workload that was there before. */
export function apartProblem(
  before: Worlds,
  step: ChangeStep,
  after: Worlds,
  asked: Requested,
): Fault | undefined {
  const isTold = ![before, after].some((one) => one.tampered || one.overwritten || statesRecord(one))
  if (!isTold || step.away || takesOurs(step) || after.kind.kind === 'Pod') return undefined
  if (before.withUs === undefined || after.withUs === undefined || 'problems' in asked) return undefined
  const change = { stored: before.withUs, asked, stands: after.withUs, kind: after.kind }
  if (before.apart && isSame(change, bare)) return rollout(change)
  return after.apart && modeOf(after) === 'off' && isAskedToGo(change) ? optOut(change) : undefined
}

interface Change {
  readonly stored: Stored
  readonly asked: Stored
  readonly stands: Stored
  readonly kind: Kind
}

type Left = (one: Stored, kind: Kind) => Fields

const bare: Left = (one, kind) => withoutOurs(one, undefined, kind).object
const toldBare: Left = (one, kind) => told(bare(one, kind), kind)
const whole: Left = ({ object }) => object

const isSame = ({ stored, asked, kind }: Change, left: Left): boolean =>
  equal(templateOf(left(asked, kind), kind), templateOf(left(stored, kind), kind))

/** What is stated may be the very number that stands: then the webhook is not asked. */
const isAskedToGo = (change: Change): boolean => !isSame(change, whole) && !isSame(change, toldBare)

function rollout({ stored, asked, stands, kind }: Change): Fault | undefined {
  if (equal(templateOf(stored.object, kind), templateOf(stands.object, kind))) return undefined
  const detail = { stored: stored.object, asked: asked.object, stands: stands.object }
  return { what: 'a rollout that nobody asked for, apart', detail }
}

/** The grace period that stood stays where a sleep of the user's needs it, and is theirs. */
function optOut({ asked, stands, kind }: Change): Fault | undefined {
  const said = toldBare(asked, kind)
  const path = [...kind.templateAt, 'spec', GRACE]
  const problems = problemsOf(said, undefined, kind).map(({ what }) => what)
  // A handler beside ours, or none: acceptance.ts looks after those.
  if (problems.some((what) => what === 'handlers' || what === 'no handler')) return undefined
  const isNeeded = problems.includes('sleep')
  const wanted = isNeeded ? changedAt(said, path, () => at(asked.object, ...path)) : said
  const left = told(withoutRecord(stands.object, kind), kind)
  const isClean = equal(templateOf(left, kind), templateOf(wanted, kind)) && !hasRecord(stands.object, kind)
  const detail = { asked: asked.object, stands: stands.object, wanted }
  return isClean ? undefined : { what: 'opted out, and ours still stands, apart', detail }
}
