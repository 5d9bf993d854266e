import { manifestOf, partOf } from './actions/edits.ts'
import { manifestsAfter, requestFor } from './actions/requests.ts'
import { type ChangeStep, isWorldStep, type Sequence, type Step, type WorldStep } from './actions/steps.ts'
import { decided, handled, type Reply, requested, type Stored } from './model/api-server.ts'
import { KINDS, POD_KIND, templateOf } from './model/kinds.ts'
import { podOf } from './pods.ts'
import { admissionIn } from './slackwater.ts'
import {
  beginning,
  emptyTally,
  type Fault,
  judged,
  type Outcome,
  podFault,
  type Replies,
  type Tally,
  type Worlds,
} from './worlds.ts'

/** A fault, and where in a sequence. */
export interface Found extends Fault {
  /** Of the sequence's steps, from 0; -1: the first apply. */
  readonly step: number
}

/**
 * Runs a sequence against the small API server.
 * @param look is shown the worlds after each step.
 */
export function faultIn(
  { kind: name, start, steps }: Sequence,
  tally: Tally = emptyTally(),
  look?: (step: Step, worlds: Worlds) => void,
): Found | undefined {
  const kind = KINDS[name]
  const first: Step = { verb: 'apply', edits: start, away: false, force: false }
  let worlds = beginning(kind, { main: manifestOf(kind), part: partOf(kind) })
  for (const [index, step] of [first, ...steps].entries()) {
    const after = isWorldStep(step) ? { worlds: changedWorld(worlds, step) } : stepped(worlds, step, tally)
    if ('fault' in after) return { step: index - 1, ...after.fault }
    worlds = after.worlds
    look?.(step, worlds)
  }
  return undefined
}

const changedWorld = (worlds: Worlds, step: WorldStep): Worlds => ({
  ...worlds,
  surroundings: {
    ...worlds.surroundings,
    ...(step.verb === 'exposed' ? { exposed: step.on } : { mode: step.mode }),
  },
})

function stepped(worlds: Worlds, step: ChangeStep, tally: Tally): Outcome {
  if (step.verb !== 'pod') return judged(worlds, step, repliesTo(worlds, step), tally)
  tally.steps += 1
  const fault = podStep(worlds, step)
  return fault === undefined ? { worlds } : { fault }
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

function podStep(worlds: Worlds, { away }: ChangeStep): Fault | undefined {
  const { kind, surroundings, withUs, without } = worlds
  if (withUs === undefined || kind.kind === 'Pod') return undefined
  const create = (stored: Stored, isAsked: boolean): Reply =>
    handled(
      undefined,
      { verb: 'create', object: podOf(templateOf(stored.object, kind)), manager: 'kube-controller-manager' },
      { kind: POD_KIND, ...(isAsked ? { admission: admissionIn(surroundings, POD_KIND) } : {}) },
    )
  return podFault(worlds, create(withUs, !away), without === undefined ? undefined : create(without, false))
}
