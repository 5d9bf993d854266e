import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { ROLLOUT } from '../../src/core/departures/waits.ts'
import { call, inLanes, pathOf } from './support/api.ts'
import { caseOf } from './support/cluster.ts'
import { compactEtcd, killApiServer, startApiServer } from './support/control-plane.ts'
import { leaver } from './support/departing.ts'
import { freshNamespace, kubectlOk, removeNamespace, stored } from './support/kubectl.ts'
import { hashOf, type PlayedGates, playGates } from './support/played-gates.ts'
import { isTrue, type WatchedPod } from './support/pod-watch.ts'
import {
  covered,
  type Draw,
  type Expected,
  FAULTS,
  type Fault,
  type FaultName,
  joinedLate,
  otherwise,
  type Stage,
  withoutGate,
} from './support/rollout-faults.ts'
import { INGRESS_CLASS, ingress, service, targetGroupBinding } from './support/shop.ts'
import { HIDDEN, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import {
  type Departures,
  departuresIn,
  differences,
  keyOf,
  rolloutEvents,
  type Verdict,
} from './support/verdicts.ts'
import { openWire, type Wire } from './support/wire.ts'

/**
 * Rollouts of real Pods in which something goes wrong, and the verdict on each, read where users read it. What is right
 * follows from the fault that was played, and stands beside it (support/rollout-faults.ts).
 */

/** The same in each run; another one draws other rollouts. */
const USUAL_SEED = 20_261_130
const SEED = Number(process.env['SLACKWATER_SEED'] ?? USUAL_SEED)
const ROLLOUTS = Number(process.env['SLACKWATER_ROLLOUTS'] ?? 100)
/** Of these, so many in each of the four cases in which something happens to all; the others have a fault each. */
const TOGETHER = Math.max(2, Math.round(ROLLOUTS * 0.05))
const EACH = Math.max(Object.keys(FAULTS).length, ROLLOUTS - 4 * TOGETHER)

const GATE_LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'
const PODS = { 'e2e-departures': 'followed' } as const
const DEPLOYMENTS = { apiVersion: 'apps/v1', plural: 'deployments' } as const

/** A machine that is full of Pods. Milliseconds. */
const PATIENCE = 180_000
/** From the end of a rollout: what is waited for to be certain, a tick, and a report. Milliseconds. */
const TOLD = 180_000
/** From a verdict to its Event. Milliseconds. */
const WRITTEN = 90_000
/** How often a rollout is played until it is as it was to be. */
const PLAYS = 5

const say = (line: string): void => void process.stderr.write(`  ${line}\n`)

const draws = fc.sample(
  fc.record({
    replicas: fc.integer({ min: 1, max: 3 }),
    sleep: fc.integer({ min: 3, max: 5 }),
    cut: fc.integer({ min: 1, max: 2 }),
  }),
  { seed: SEED, numRuns: EACH + 4 * TOGETHER },
)

const namespaces: string[] = []
const slackwaters: Slackwater[] = []
let gates: PlayedGates
let wires: readonly [Wire, Wire]
let places: { readonly gated: string; readonly ungated: string }

async function namespaceWith(labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = await freshNamespace(labels)
  namespaces.push(name)
  return name
}

beforeAll(async () => {
  process.stdout.write(`departures: SLACKWATER_SEED=${SEED} SLACKWATER_ROLLOUTS=${ROLLOUTS}\n`)
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  gates = await playGates('e2e-departures=followed')
  wires = [await openWire(), await openWire()]
  await twoReplicas()
  const leader = await leading()
  const since = await waitFor(async () => (await departuresIn(leader)).since, PATIENCE, 'the ledger')
  // A rollout that begins sooner may have lost departures to the time before the list: its verdict says so.
  await pause(Math.max(0, Date.parse(since) + ROLLOUT - Date.now()) + 1_000)
  places = { gated: await namespaceWith(), ungated: await namespaceWith({ [GATE_LABEL]: 'disabled' }) }
})
afterAll(async () => {
  await unregister()
  await Promise.all(slackwaters.map((one) => one.stop('SIGKILL')))
  for (const wire of wires) wire.close()
  await gates.end()
  await Promise.all(namespaces.map(removeNamespace))
})

/** One of them may have been killed before. */
async function twoReplicas(): Promise<void> {
  const args = ['--controller', '--report-port', '0']
  for (const { kubeconfig } of wires.slice(slackwaters.length))
    slackwaters.push(await startSlackwater({ kubeconfig, args }))
}

/** One rollout that is to come. */
interface Planned extends Stage {
  readonly what: string
}

let count = 0

/** A workload behind its load balancer, all of whose Pods serve. */
async function planned(what: string, drawn: Draw | undefined, fault: Fault): Promise<Planned> {
  if (drawn === undefined) throw new Error('not enough was drawn')
  const draw = fault.draw?.(drawn) ?? drawn
  const name = `r${String(count++).padStart(3, '0')}`
  const isHidden = fault.place === 'hidden'
  const namespace = isHidden
    ? await namespaceWith(HIDDEN)
    : places[fault.place === 'ungated' ? 'ungated' : 'gated']
  const front = [service(name), ingress(name), targetGroupBinding(namespace, name)]
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], ...front)
  if (fault.place !== 'ungated') await labelled(namespace)
  const shape = { ...fault.shape?.(draw), name, replicas: draw.replicas, labels: PODS }
  await created(namespace, leaver(shape))
  const app = { namespace, name }
  await waitFor(() => serving(app).length === draw.replicas || undefined, PATIENCE, `the Pods of ${name}`)
  if (isHidden) await kubectlOk(['label', 'namespace', namespace, `${Object.keys(HIDDEN)[0]}-`])
  return { what, app, draw, gates, restart: () => restarted(app) }
}

async function created(namespace: string, body: object): Promise<void> {
  const answer = await call({ method: 'POST', path: pathOf(DEPLOYMENTS, namespace), body })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
}

const labelled = (namespace: string) =>
  waitFor(
    async () =>
      (await stored(['namespace', namespace])).metadata.labels?.[GATE_LABEL] === 'enabled' || undefined,
    PATIENCE,
    `the label of ${namespace}`,
  )

const serving = (app: Stage['app']): readonly WatchedPod[] =>
  gates.pods(app).filter((pod) => isTrue(pod, 'Ready') && pod.metadata.deletionTimestamp === undefined)

/** As `kubectl rollout restart` does it. */
async function restarted({ namespace, name }: Stage['app']): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() }
  const { status } = await call({
    method: 'PATCH',
    path: pathOf(DEPLOYMENTS, namespace, name),
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { template: { metadata: { annotations } } } },
  })
  if (status !== 200) throw new Error(`restart of ${name}: ${status}`)
}

/** Until only Pods of one template are there, and all serve. @param old the templates of before. */
const rolledOut = ({ app, draw }: Stage, old: ReadonlySet<string>) =>
  waitFor(
    () => {
      const pods = gates.pods(app)
      const isDone = pods.length === draw.replicas && pods.every((pod) => !old.has(hashOf(pod)))
      return (isDone && serving(app).length === draw.replicas) || undefined
    },
    PATIENCE,
    `the end of the rollout of ${app.name}`,
  )

const templatesOf = ({ app }: Stage): ReadonlySet<string> => new Set(gates.pods(app).map(hashOf))

/** @returns what happened otherwise. */
async function played(rollout: Planned, fault: Fault): Promise<string | undefined> {
  const old = templatesOf(rollout)
  await fault.play(rollout)
  await rolledOut(rollout, old)
  const { replicas } = rollout.draw
  if (fault.hookFails === true && (await failedHooks(rollout)) < replicas)
    return 'the kubelet did not tell of each failed hook'
  return otherwise(fault, rollout, old)
}

async function failedHooks({ app: { namespace, name } }: Planned): Promise<number> {
  const options = ['-n', namespace, '--field-selector', 'reason=FailedPreStopHook', '-o', 'name']
  const { out } = await kubectlOk(['get', 'events', ...options])
  return new Set(out.split('\n').filter((line) => line.startsWith(`event/${name}-`))).size
}

/** One that is as it was to be; those that were not count for nothing. */
async function playedWell(what: FaultName, draw: Draw): Promise<Planned> {
  const fault: Fault = FAULTS[what]
  const reasons: string[] = []
  for (let nth = 0; nth < PLAYS; nth++) {
    const rollout = await planned(what, draw, fault)
    const reason = await played(rollout, fault)
    if (reason === undefined) return rollout
    say(`${rollout.app.name}, ${what}: played anew, since ${reason}`)
    reasons.push(reason)
  }
  throw new Error(`${what} could not be played: ${reasons.join('; ')}`)
}

/** As the leader tells them, once it has told each. */
async function told(rollouts: readonly Planned[]): Promise<ReadonlyMap<string, Verdict>> {
  const leader = await leading()
  let departures: Departures | undefined
  const isTold = async () => {
    // A machine that is full may be too late with one answer.
    const now = await departuresIn(leader).catch(() => undefined)
    departures = now ?? departures
    // One that goes on is the newest of its workload.
    const ended = new Set(
      (now === undefined ? [] : newestOf(now)).flatMap(([key, { ended: at }]) =>
        at === undefined ? [] : [key],
      ),
    )
    if (rollouts.every(({ app }) => ended.has(keyOf(app)))) return true
    await pause(2_000)
    return undefined
  }
  await waitFor(isTold, TOLD).catch(() => undefined)
  return new Map(departures === undefined ? [] : newestOf(departures))
}

/** The report has the newest first. */
const newestOf = ({ rollouts }: Departures): readonly (readonly [string, Verdict])[] =>
  rollouts.map((one) => [keyOf(one.workload), one] as const).filter(isFirst)

const isFirst = (
  [key]: readonly [string, Verdict],
  index: number,
  all: readonly (readonly [string, Verdict])[],
) => all.findIndex(([other]) => other === key) === index

const leading = () =>
  waitFor(
    async () => {
      for (const one of slackwaters)
        if ((await one.metric('slackwater_leader').catch(() => 0)) === 1) return one
      return undefined
    },
    PATIENCE,
    'a leader',
  )

/** Report and Event say of each what is expected. @returns what differs, in words. */
async function wrong(
  rollouts: readonly { readonly rollout: Planned; readonly expected: Expected }[],
): Promise<readonly string[]> {
  const verdicts = await told(rollouts.map(({ rollout }) => rollout))
  const events = await toldOf(rollouts.map(({ rollout }) => rollout))
  const found = rollouts.flatMap(({ rollout: { what, app, draw }, expected }) => {
    const verdict = verdicts.get(keyOf(app))
    const faults = [
      ...differences(expected, verdict),
      ...eventFaults(expected, verdict, events.get(keyOf(app))),
    ]
    const { replicas, sleep, cut } = draw
    const about = `${app.name}, ${what}, ${replicas} replicas, S ${sleep}, cut ${cut}`
    return faults.map((fault) => `${about}: ${fault}; ${verdict?.text ?? ''}`)
  })
  for (const line of found) say(line)
  return found
}

/** Events are written after the verdicts are there to be read. */
async function toldOf(rollouts: readonly Planned[]): ReturnType<typeof rolloutEvents> {
  const isEach = async () => {
    const events = await rolloutEvents()
    return rollouts.every(({ app }) => events.has(keyOf(app))) ? events : undefined
  }
  return waitFor(isEach, WRITTEN).catch(() => rolloutEvents())
}

const REASONS = { covered: 'RolloutCovered', exposed: 'RolloutExposed', unknown: 'RolloutUnknown' } as const

function eventFaults(
  { verdict }: Expected,
  reported: Verdict | undefined,
  events: Awaited<ReturnType<typeof rolloutEvents>> extends ReadonlyMap<string, infer E>
    ? E | undefined
    : never,
): readonly string[] {
  const [event, ...more] = events ?? []
  if (event === undefined || more.length > 0) return [`${events?.length ?? 0} Events, expected 1`]
  const type = verdict === 'exposed' ? 'Warning' : 'Normal'
  const isSaid = event.note.includes(reported?.text ?? 'no verdict')
  return event.type === type && event.reason === REASONS[verdict] && isSaid
    ? []
    : [`the Event says ${event.type} ${event.reason}: ${event.note}`]
}

const several = (from: number): readonly (Draw | undefined)[] => draws.slice(from, from + TOGETHER)

const PLAIN: Fault = FAULTS.none

caseOf(
  'a fault in each',
  ['pods', 'controllers'],
  async () => {
    const names = Object.keys(FAULTS) as FaultName[]
    const drawn = draws.slice(0, EACH).map((draw, index) => ({ draw, what: names[index % names.length] }))
    const rollouts = await inLanes(drawn, async ({ draw, what = 'none' }) => {
      const rollout = await playedWell(what, draw)
      return { rollout, expected: FAULTS[what].expected(rollout.draw) }
    })
    say(`${rollouts.length} rollouts`)
    expect(await wrong(rollouts)).toEqual([])
  },
  900_000,
)

caseOf(
  'the load balancer controller stops in the middle',
  ['pods', 'controllers'],
  async () => {
    const rollouts = await Promise.all(several(EACH).map((draw) => planned('no controller', draw, PLAIN)))
    const isUngated = (index: number): boolean => index % 2 === 1
    onTestFinished(() => gates.goOn())
    gates.stop()
    for (const [index, { app }] of rollouts.entries()) if (isUngated(index)) gates.letPass(app)
    const old = rollouts.map(templatesOf)
    await Promise.all(rollouts.map(({ restart }) => restart()))
    const hasNew = ({ app }: Planned, index: number) =>
      gates.pods(app).some((pod) => old[index]?.has(hashOf(pod)) === false && isTrue(pod, 'ContainersReady'))
    await waitFor(() => rollouts.every(hasNew) || undefined, PATIENCE, 'new Pods')
    await pause(3_000)
    // With the gate nobody leaves as long as no target is registered.
    for (const [index, { app }] of rollouts.entries())
      if (!isUngated(index))
        expect(gates.pods(app).filter(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([])
    gates.goOn()
    await Promise.all(rollouts.map((rollout, index) => rolledOut(rollout, old[index] ?? new Set())))
    const expected = rollouts.map((rollout, index) => ({
      rollout,
      expected: isUngated(index) ? withoutGate(rollout.draw) : covered(rollout.draw),
    }))
    expect(await wrong(expected)).toEqual([])
  },
  600_000,
)

caseOf(
  'every connection to the API server breaks again and again: nothing is missed',
  ['pods', 'controllers'],
  async () => {
    const rollouts = await Promise.all(
      several(EACH + TOGETHER).map((draw) => planned('a broken watch', draw, PLAIN)),
    )
    const over = new AbortController()
    onTestFinished(() => over.abort())
    const cutting = (async () => {
      while (!over.signal.aborted) {
        for (const wire of wires) wire.cut()
        await pause(2_000)
      }
    })()
    const reasons = await Promise.all(rollouts.map((rollout) => played(rollout, PLAIN)))
    over.abort()
    await cutting
    expect(reasons.filter((one) => one !== undefined)).toEqual([])
    expect(await wrong(rollouts.map((rollout) => ({ rollout, expected: covered(rollout.draw) })))).toEqual([])
  },
  600_000,
)

caseOf(
  'the leader is killed in the middle: the other judges what it has seen, and no more',
  ['pods', 'controllers'],
  async () => {
    await twoReplicas()
    const rollouts = await Promise.all(
      several(EACH + 2 * TOGETHER).map((draw) => planned('another leader', draw, PLAIN)),
    )
    const old = rollouts.map(templatesOf)
    for (const { app } of rollouts) gates.hold(app)
    await Promise.all(rollouts.map(({ restart }) => restart()))
    const hasNew = ({ app }: Planned, index: number) =>
      gates.pods(app).some((pod) => old[index]?.has(hashOf(pod)) === false && isTrue(pod, 'ContainersReady'))
    await waitFor(() => rollouts.every(hasNew) || undefined, PATIENCE, 'new Pods')
    // The first ones go on while nobody leads; the others wait until the other leads and has read the Pods.
    const isUnseen = (index: number): boolean => index % 2 === 0
    const leader = await leading()
    await leader.stop('SIGKILL')
    slackwaters.splice(slackwaters.indexOf(leader), 1)
    const release = (isNow: boolean) => {
      for (const [index, { app }] of rollouts.entries()) if (isUnseen(index) === isNow) gates.release(app)
    }
    release(true)
    const other = await leading()
    const isKept = async () => (await departuresIn(other)).ledger === 'here' || undefined
    await waitFor(isKept, PATIENCE, 'the ledger of the new leader')
    release(false)
    await Promise.all(rollouts.map((rollout, index) => rolledOut(rollout, old[index] ?? new Set())))
    const late = rollouts.filter((_, index) => !isUnseen(index))
    expect(await wrong(late.map((rollout) => ({ rollout, expected: joinedLate(rollout.draw) })))).toEqual([])
    const verdicts = await told([])
    const unseen = rollouts.filter((_, index) => isUnseen(index)).map(({ app }) => verdicts.get(keyOf(app)))
    say(
      `of ${unseen.length} rollouts without a leader ${unseen.filter((one) => one !== undefined).length} have a verdict`,
    )
    expect(unseen.filter((one) => one !== undefined && one.verdict !== 'unknown')).toEqual([])
  },
  600_000,
)

caseOf(
  'the watch expires in the middle (410): what was missed is unknown',
  ['pods', 'controllers', 'control plane'],
  async () => {
    const rollouts = await Promise.all(
      several(EACH + 3 * TOGETHER).map((draw) => planned('an expired watch', draw, PLAIN)),
    )
    const old = rollouts.map(templatesOf)
    await Promise.all(rollouts.map(({ restart }) => restart()))
    const leaves = ({ app }: Planned) =>
      gates.pods(app).some(({ metadata }) => metadata.deletionTimestamp !== undefined)
    await waitFor(() => rollouts.some(leaves) || undefined, PATIENCE, 'a Pod that leaves')
    await killApiServer()
    try {
      await compactEtcd()
    } finally {
      await startApiServer()
    }
    await Promise.all(rollouts.map((rollout, index) => rolledOut(rollout, old[index] ?? new Set())))
    const verdicts = await told(rollouts)
    const texts = rollouts.map(({ app }) => verdicts.get(keyOf(app)))
    say(`${texts.filter((one) => one !== undefined).length} of ${texts.length} have a verdict`)
    for (const one of texts) say(`${one?.verdict}: ${one?.text}`)
    expect(texts.filter((one) => one !== undefined && one.verdict !== 'unknown')).toEqual([])
  },
  600_000,
)
