import fc from 'fast-check'
import { afterAll, beforeAll, expect } from 'vitest'
import { SEED, sequence } from '../sequences/actions/arbitrary.ts'
import { manifestOf, partOf } from '../sequences/actions/edits.ts'
import { type Manifests, manifestsAfter, requestFor } from '../sequences/actions/requests.ts'
import { type ChangeStep, isWorldStep, type Sequence } from '../sequences/actions/steps.ts'
import {
  decided,
  handled,
  type Reply,
  refused,
  requested,
  type Stored,
} from '../sequences/model/api-server.ts'
import { fieldsV1, pathsOf } from '../sequences/model/field-set.ts'
import { KINDS, type Kind, POD_KIND, templateOf } from '../sequences/model/kinds.ts'
import type { Managers } from '../sequences/model/ownership.ts'
import { changedAt, equal, type Fields, type Value } from '../sequences/model/values.ts'
import { podOf } from '../sequences/pods.ts'
import { beginning, emptyTally, judged, podFault, type Replies, type Worlds } from '../sequences/worlds.ts'
import { behindAlb } from './support/alb.ts'
import { inLanes } from './support/api.ts'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace } from './support/kubectl.ts'
import { AWAY, isAccepted, type Place, problemsIn, send, storedIn } from './support/real-worlds.ts'
import {
  configuration,
  HIDDEN,
  type Slackwater,
  startSlackwater,
  unregister,
  waitFor,
} from './support/slackwater.ts'

/**
 * Sequences of what people do to one object, through a real API server: the small one of the tests says the same, and with
 * us nothing else happens than without us, but for our work.
 */

const STEPS_OF_THE_MODEL = 1000
const STEPS_IN_TWO_WORLDS = 2000
/** Of some hundred sequences two were measured in which the small API server was not like the real one to the letter. */
const MOST_UNLIKE = 8

let slackwater: Slackwater
let withUs: string
let without: string

beforeAll(async () => {
  process.stdout.write(`sequences: SLACKWATER_SEED=${SEED}\n`)
  slackwater = await startSlackwater({ registers: false })
  await kubectlOk(
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    withExit(configuration(slackwater)),
  )
  withUs = await freshNamespace()
  without = await freshNamespace(HIDDEN)
  await kubectlOk(['apply', '-n', withUs, '-f', '-'], ...behindAlb('web'))
  const kind = KINDS.Deployment
  const place = { kind, namespace: withUs, name: 'probe' }
  const probe = {
    verb: 'create',
    object: heldBack(manifestOf(kind, 'probe'), kind),
    manager: 'probe',
  } as const
  await waitFor(async () => {
    const reply = await send(probe, { ...place, dryRun: true })
    return JSON.stringify(reply.body).includes('slackwater.dev/injected') ? true : undefined
  })
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
  await Promise.all([withUs, without].map(removeNamespace))
})

/** For one user nobody calls us: to them we are away. */
const withExit = (given: ReturnType<typeof configuration>) => ({
  ...given,
  webhooks: given.webhooks.map((entry) => ({
    ...entry,
    matchConditions: [
      ...conditionsOf(entry),
      { name: 'not-away', expression: `request.userInfo.username != '${AWAY}'` },
    ],
  })),
})

const conditionsOf = (entry: object): readonly unknown[] =>
  'matchConditions' in entry && Array.isArray(entry.matchConditions) ? entry.matchConditions : []

/** A fault on one line, without the annotations that are as long as they may be. */
const shortened = (fault: unknown): string =>
  JSON.stringify(fault, (_, value: unknown) =>
    typeof value === 'string' && value.length > 4000 ? `${value.slice(0, 20)}… (${value.length})` : value,
  )

/** No Pod is to run: a Deployment makes none while it is paused, a StatefulSet's find no node. */
const heldBack = (manifest: Fields, { kind, templateAt }: Kind): Fields =>
  kind === 'Deployment'
    ? changedAt(manifest, ['spec', 'paused'], () => true)
    : changedAt(manifest, [...templateAt, 'spec', 'nodeSelector'], () => ({
        'example.com/no-such-node': 'true',
      }))

const manifests = (kind: Kind, name: string): Manifests => ({
  main: heldBack(manifestOf(kind, name), kind),
  part: partOf(kind, name),
})

/** Steps against one object; whatever else is in the world stands still. */
const stepsOf = ({ start, steps }: Sequence): readonly ChangeStep[] => [
  { verb: 'apply', edits: start, away: false, force: false },
  ...steps.filter((step) => !isWorldStep(step)),
]

/** More than are needed: some sequences end early, and Pods that nobody owns are not for these cases. */
const sampled = (seed: number): readonly Sequence[] =>
  fc.sample(sequence, { numRuns: 1000, seed }).filter(({ kind }) => kind !== 'Pod')

const printed = (managers: Managers): Value =>
  [...managers]
    .map(([key, { fields }]) => [key, fieldsV1(fields)] as const)
    .toSorted(([a], [b]) => a.localeCompare(b))

caseOf(
  'a small API server of ours does what the real one does, without us',
  [],
  async () => {
    const tally = { steps: 0, accepted: 0 }
    const faults = await inLanes(sampled(SEED), async (one, index) =>
      tally.steps < STEPS_OF_THE_MODEL ? unlikeModel(one, `m-${index}`, tally) : undefined,
    )
    process.stdout.write(`model: ${JSON.stringify(tally)}\n`)
    const unlike = faults.filter((fault) => fault !== undefined).map(shortened)
    expect(unlike.length, JSON.stringify(unlike)).toBeLessThanOrEqual(MOST_UNLIKE)
    expect(tally.steps).toBeGreaterThanOrEqual(STEPS_OF_THE_MODEL)
  },
  300_000,
)

async function unlikeModel(one: Sequence, name: string, tally: { steps: number; accepted: number }) {
  const kind = KINDS[one.kind]
  const place = { kind, namespace: without, name }
  let held = manifests(kind, name)
  let model: Stored | undefined
  for (const [index, step] of stepsOf(one).entries()) {
    if (step.verb === 'pod') continue
    const after = manifestsAfter(held, step, kind)
    const request = requestFor(step, { kind, live: model?.object, before: held, after })
    const [ours, real] = [handled(model, request, { kind }), await send(request, place)]
    tally.steps += 1
    const fault = difference(ours, isAccepted(real) ? { accepted: true, stored: storedIn(real) } : undefined)
    if (fault !== undefined) return { at: index - 1, step, fault, real: real.body, sequence: one }
    if (!ours.accepted) continue
    tally.accepted += 1
    model = ours.stored
    held = after
  }
  return undefined
}

function difference(ours: Reply, real: Extract<Reply, { accepted: true }> | undefined): string | undefined {
  if (ours.accepted !== (real !== undefined))
    return ours.accepted ? 'refused by the real one' : 'accepted by the real one'
  if (!ours.accepted || real === undefined) return undefined
  if (!equal(ours.stored.object, real.stored.object))
    return `stored otherwise: ${JSON.stringify([ours.stored.object, real.stored.object])}`
  const [one, other] = [ours.stored, real.stored].map(({ managers }) => printed(managers))
  return equal(one, other) ? undefined : `owned otherwise: ${JSON.stringify([one, other])}`
}

caseOf(
  'whatever people do, one after another, ends as it would without us, but for our work',
  [],
  async () => {
    const tally = emptyTally()
    const faults = await inLanes(sampled(SEED + 1), async (one, index) =>
      tally.steps < STEPS_IN_TWO_WORLDS ? faultOf(one, `s-${index}`, tally) : undefined,
    )
    process.stdout.write(`two worlds: ${JSON.stringify(tally)}\n`)
    const open = faults.filter((fault) => fault !== undefined).map(shortened)
    expect(open).toEqual([])
    expect(tally.steps).toBeGreaterThanOrEqual(STEPS_IN_TWO_WORLDS)
  },
  300_000,
)

async function faultOf(one: Sequence, name: string, tally: ReturnType<typeof emptyTally>) {
  const kind = KINDS[one.kind]
  let worlds = beginning(kind, manifests(kind, name))
  for (const [index, step] of stepsOf(one).entries()) {
    if (step.verb === 'pod') {
      tally.steps += 1
      const fault = await podStep(worlds, step)
      if (fault !== undefined) return { at: index - 1, step, ...fault, sequence: one }
      continue
    }
    const replies = await repliesTo(worlds, step, name)
    const outcome = judged(worlds, step, replies, tally)
    if ('fault' in outcome) return { at: index - 1, step, ...outcome.fault, sequence: one }
    if (!isAlike(outcome.worlds, replies)) return undefined
    worlds = outcome.worlds.apart ? worlds : outcome.worlds
  }
  return undefined
}

/**
 * The world without us is a real one: what the user has taken over of ours is not written there, nor who owns what. There a
 * sequence ends.
 */
function isAlike({ withUs: ours, without: theirs }: Worlds, replies: Replies): boolean {
  if (replies.theirs?.accepted !== true || !replies.ours.accepted) return true
  const { object, managers } = replies.theirs.stored
  const isOurs = (path: string) =>
    path.endsWith('f:terminationGracePeriodSeconds') || path.endsWith('f:sleep/f:seconds')
  const owners = (all: Managers) =>
    [...all].flatMap(([key, { fields }]) => pathsOf(fields, key).filter(isOurs)).toSorted()
  const isTold = theirs === undefined || theirs.object === object
  return isTold && equal(owners(managers), owners(ours?.managers ?? new Map()))
}

/** Nothing is stored unless both worlds accept it: so they stay side by side. */
async function repliesTo(worlds: Worlds, step: ChangeStep, name: string): Promise<Replies> {
  const { kind, withUs: ours, without: theirs } = worlds
  const after = manifestsAfter(worlds.manifests, step, kind)
  const requestOn = (stored: Stored | undefined) =>
    requestFor(step, { kind, live: stored?.object, before: worlds.manifests, after })
  const asked = requested(ours, requestOn(ours), kind)
  const ask = async (stored: Stored | undefined, place: Place, dryRun: boolean): Promise<Reply> => {
    const away = step.away && place.namespace === withUs
    const reply = await send(requestOn(stored), { ...place, dryRun, away })
    if (isAccepted(reply)) return { accepted: true, stored: storedIn(reply) }
    return refused(...problemsIn(reply, 'problems' in asked ? undefined : asked.object, kind))
  }
  const [here, there] = [withUs, without].map((namespace) => ({ kind, namespace, name }))
  if (here === undefined || there === undefined) throw new Error('no namespaces')
  const isTaken = (await ask(ours, here, true)).accepted
  const other = await ask(theirs, there, !isTaken)
  const own = await ask(ours, here, !other.accepted)
  return { asked, skipped: decided(ours, asked, { kind }), ours: own, theirs: other }
}

async function podStep(worlds: Worlds, { away }: ChangeStep) {
  const { kind, withUs: ours, without: theirs } = worlds
  if (ours === undefined || theirs === undefined) return undefined
  const create = async (stored: Stored, namespace: string): Promise<Reply> => {
    const made = podOf(templateOf(stored.object, kind))
    // The volume of a token would have another name in each.
    const object = changedAt(made, ['spec', 'automountServiceAccountToken'], () => false)
    const request = { verb: 'create', object, manager: 'kube-controller-manager' } as const
    const reply = await send(request, { kind: POD_KIND, namespace, name: '', dryRun: true, away })
    if (!isAccepted(reply)) return refused(...problemsIn(reply, undefined, POD_KIND))
    const pod = storedIn(reply)
    return {
      accepted: true,
      stored: { ...pod, object: changedAt(pod.object, ['metadata', 'name'], () => undefined) },
    }
  }
  return podFault(worlds, await create(ours, withUs), await create(theirs, without))
}
