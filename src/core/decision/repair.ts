import { underMaxGrace } from '../budget/caps.ts'
import { endingsOf, longestShutdown } from '../budget/containers.ts'
import { asItStands, type Desired, nothingOfOurs, recordTextOf } from '../injection/desired.ts'
import { longestAllowed } from '../injection/measured.ts'
import { isNothing, type OwnedWork, ownedWorkBy, ownedWorkIn, withoutOurs } from '../injection/owned-work.ts'
import { recordTextIn } from '../injection/record.ts'
import { hasRoomFor } from '../injection/room.ts'
import { RECORD_ANNOTATION } from '../model/keys.ts'
import { add, longer, longest, type Seconds } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import type { PodTemplate } from '../model/workload.ts'
import { podHooksOf } from './pod-hooks.ts'
import type { Subject } from './subject.ts'

export interface RepairInputs {
  readonly subject: Subject
  readonly settings: Settings
  readonly ownedWork: OwnedWork
  readonly storedWork: OwnedWork
}

/**
 * What of our work stands in a request. Where the API server would refuse it for the sake of a hook that any text under
 * our key claims, and that no source states, that text counts: nothing that a manifest or a user writes into an
 * annotation may stand in the way of the apply. A manifest in place of the object says nothing of its source any more:
 * what that stated last counts.
 */
export function ownedWorkOf(template: PodTemplate, stored: PodTemplate | undefined): OwnedWork {
  const ownedWork = ownedWorkIn(template)
  if (isRefused(template, ownedWork)) return ownedWork
  const stated = template.stated ?? stored?.stated
  const texts = [template.annotations[RECORD_ANNOTATION], stored?.annotations[RECORD_ANNOTATION]]
  // The record itself, with the same statements, has just been judged.
  const judgedText = stated === template.stated ? recordTextIn(template) : undefined
  const others = texts.filter((text) => text !== undefined && text !== judgedText)
  if (others.length === 0) return ownedWork
  const judged = { ...template, ...(stated === undefined ? {} : { stated }) }
  const claimed = others.map((text) => ownedWorkBy(text, judged)).find((claim) => isRefused(template, claim))
  if (claimed === undefined) return ownedWork
  return { ...withClaim(ownedWork, claimed), unreadable: template.witness?.isForeign === true }
}

/** Beside what is known to be ours. */
const withClaim = (ownedWork: OwnedWork, claim: OwnedWork): OwnedWork =>
  isNothing(ownedWork) || ownedWork.form !== claim.form
    ? claim
    : {
        ...ownedWork,
        sleeps: new Map([...claim.sleeps, ...ownedWork.sleeps]),
        contested: new Map([...claim.contested, ...ownedWork.contested]),
      }

const isRefused = (template: PodTemplate, { sleeps, contested }: OwnedWork): boolean =>
  contested.size > 0 || longest(sleeps.values()) > longestAllowed(template)

/**
 * What must happen in every mode, so that a user is never refused because of our work: our handler beside a
 * user's goes; where the request leaves less grace than our sleep, our work goes, or the grace is raised again
 * if templates must carry it; where its annotations leave no room for our record, our work goes. And so that what is ours
 * stays known as ours, and nothing else: a record that the source has displaced comes back, and one that names more than
 * stands lets go of it. Undefined where nothing of that is due.
 */
export function repaired(inputs: RepairInputs): Desired | undefined {
  const { subject, ownedWork } = inputs
  const { template } = subject
  const desired = due(inputs)
  const text = desired === undefined ? undefined : recordTextOf(template, ownedWork, desired)
  return text === undefined || hasRoomFor(text, template) ? desired : nothingOfOurs(template, ownedWork)
}

function due(inputs: RepairInputs): Desired | undefined {
  const { subject, ownedWork } = inputs
  const { template } = subject
  const sleep = longest(ownedWork.sleeps.values())
  if (sleep > longestAllowed(template)) return withoutConflict(inputs, sleep)
  const isTooLong = template.overfull === true && ownedWork.recorded
  const isDue =
    isRefused(template, ownedWork) ||
    isTooLong ||
    isDisplaced(template, ownedWork) ||
    isStale(subject, ownedWork)
  return isDue ? asItStands(template, ownedWork) : undefined
}

/** Something of ours stands, and the text under our key is not the one that says so. */
const isDisplaced = (template: PodTemplate, ownedWork: OwnedWork): boolean =>
  !isNothing(ownedWork) && recordTextIn(template) !== template.annotations[RECORD_ANNOTATION]

/**
 * The template becomes another one anyway, and the record names what does not stand: were that written one day, it would
 * be taken for ours. A stored Pod cannot come to that.
 */
function isStale({ what, change, template }: Subject, ownedWork: OwnedWork): boolean {
  if (what !== 'workload' || change !== 'changed') return false
  if (!ownedWork.recorded || ownedWork.unreadable) return false
  const text = recordTextOf(template, ownedWork, asItStands(template, ownedWork))
  return text !== template.annotations[RECORD_ANNOTATION]
}

function withoutConflict(inputs: RepairInputs, sleep: Seconds): Desired {
  const { subject, settings, ownedWork, storedWork } = inputs
  const { template, what } = subject
  const isLeft = settings.injectInto !== 'workloads' || what === 'pod' || template.negativeGrace === true
  if (isLeft) return nothingOfOurs(template, ownedWork)
  const wanted = underMaxGrace(add(sleep, shutdownOf(inputs)), settings)
  const grace = longer(storedWork.grace?.after ?? sleep, longer(sleep, wanted))
  return { ...asItStands(template, ownedWork), grace, graceBefore: template.grace }
}

function shutdownOf({ subject, settings, ownedWork }: RepairInputs): Seconds {
  const bare = withoutOurs(subject.template, ownedWork)
  const { overrides } = subject
  return longestShutdown(endingsOf({ pod: podHooksOf(bare, settings), settings, overrides }))
}

/** The stored template's share of ours, to be put back exactly: nothing under our key where nothing stood there. */
export const restored = (stored: PodTemplate, ownedWork: OwnedWork): Desired => ({
  ...asItStands(stored, ownedWork),
  probes: ownedWork.probes,
  recordText: stored.annotations[RECORD_ANNOTATION] ?? null,
})
