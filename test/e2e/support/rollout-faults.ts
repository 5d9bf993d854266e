import { setTimeout as pause } from 'node:timers/promises'
import { ask, deletePod, evict, type Leaver, PORT, type PodName } from './departing.ts'
import { type App, hashOf, type LeftPod, type PlayedGates } from './played-gates.ts'
import { isTrue, type WatchedPod } from './pod-watch.ts'
import { waitFor } from './slackwater.ts'

/** What may go wrong in a rollout, how it is played, and the verdict that follows from it. */

/** What chance decides of one rollout. */
export interface Draw {
  readonly replicas: number
  /** S. Seconds. */
  readonly sleep: number
  /** A grace period that is shorter. Seconds. */
  readonly cut: number
}

export interface Expected {
  readonly verdict: 'covered' | 'exposed' | 'unknown'
  readonly departures: Readonly<Record<'covered' | 'exposed' | 'unknown', number>>
  /** Pods, by the id of the reason. */
  readonly reasons: Readonly<Record<string, number>>
  readonly gates: { readonly held: number; readonly of: number }
}

export interface Stage {
  readonly app: App
  readonly draw: Draw
  readonly gates: PlayedGates
  /** `kubectl rollout restart`. */
  readonly restart: () => Promise<unknown>
}

export interface Fault {
  /** Where its Pods are: `ungated`: a person has switched the gates off; `hidden`: made without Slackwater. */
  readonly place: 'gated' | 'ungated' | 'hidden'
  readonly shape?: (draw: Draw) => Omit<Leaver, 'name' | 'replicas'>
  readonly draw?: (draw: Draw) => Draw
  readonly play: (stage: Stage) => Promise<void>
  /** The kubelet tells of it, when it comes to that. */
  readonly hookFails?: true
  /** What the Pods that have left show to have been otherwise than it was to be played, because somebody was late. */
  readonly otherwise?: (left: readonly LeftPod[], draw: Draw) => string | undefined
  readonly expected: (draw: Draw) => Expected
}

/**
 * What happened otherwise than it was played, as the Pods themselves show it, whatever the ledger says: on a machine that is
 * full, the API server may not wait for a webhook, or a fault may come when the sleep is over. Such a rollout proves
 * nothing, and is played anew.
 */
export function otherwise(fault: Fault, { app, draw, gates }: Stage, old: ReadonlySet<string>) {
  const left = gates.left(app)
  const pods = [...left.map(({ pod }) => pod), ...gates.pods(app)]
  if (new Set(pods.map(hashOf)).size !== 2) return 'its template changed once more'
  const isGated = fault.place !== 'ungated'
  if (pods.some(({ spec }) => (spec.readinessGates?.length ?? 0) > 0 !== isGated))
    return isGated ? 'a Pod came without its gate' : 'a Pod came with a gate'
  const isHooked = fault.place !== 'hidden'
  const before = pods.filter((pod) => old.has(hashOf(pod)))
  if (before.some(({ spec }) => (spec.containers?.[0]?.lifecycle?.preStop !== undefined) !== isHooked))
    return isHooked ? 'a Pod came without its hook' : 'a Pod came with a hook'
  return fault.otherwise?.(left, draw)
}

/** Seconds that the application needs after SIGTERM (`shutdown-seconds`): G = S + 5, below the 30 that every Pod has. */
const SHUTDOWN = 5

const annotationsOf = ({ sleep }: Draw, shutdown = SHUTDOWN) => ({
  'slackwater.dev/sleep-seconds': String(sleep),
  'slackwater.dev/shutdown-seconds': String(shutdown),
})

const plain = (draw: Draw) => ({ annotations: annotationsOf(draw) })

const NONE = { covered: 0, exposed: 0, unknown: 0 }

/** All old Pods leave the same way. */
const all = (
  verdict: Expected['verdict'],
  { replicas }: Draw,
  ids: readonly string[] = [],
  gates = { held: replicas, of: replicas },
): Expected => ({
  verdict,
  departures: { ...NONE, [verdict]: replicas },
  reasons: Object.fromEntries(ids.map((id) => [id, replicas])),
  gates,
})

/**
 * One old Pod is deleted by somebody while the first new one still waits for its gate: its ReplicaSet makes another of the
 * old template, so that one more leaves. A single replica has no other that serves meanwhile.
 */
const one = (verdict: Expected['verdict'], { replicas }: Draw, ids: readonly string[] = []): Expected => {
  const isAlone = replicas === 1
  const own = isAlone ? 'exposed' : verdict
  const named = isAlone ? [...ids, 'last-endpoint'] : ids
  return {
    verdict: own,
    departures: {
      covered: replicas + (own === 'covered' ? 1 : 0),
      exposed: own === 'exposed' ? 1 : 0,
      unknown: own === 'unknown' ? 1 : 0,
    },
    reasons: Object.fromEntries(named.map((id) => [id, 1])),
    gates: { held: replicas, of: replicas },
  }
}

const restarts = async ({ restart }: Stage): Promise<void> => void (await restart())

const nameOf = ({ metadata: { namespace, name } }: WatchedPod): PodName => ({ namespace, pod: name })

const leaves = ({ metadata }: WatchedPod): boolean => metadata.deletionTimestamp !== undefined

/** How long a machine that is full of Pods may take for each step. Milliseconds. */
const STEP = 120_000

/** @param remove deletes one of the old Pods. */
const midway =
  (remove: (pod: PodName, draw: Draw) => Promise<unknown>) =>
  async ({ app, draw, gates, restart }: Stage): Promise<void> => {
    const old = new Set(gates.pods(app).map(hashOf))
    gates.hold(app)
    await restart()
    const isNew = (pod: WatchedPod): boolean => !old.has(hashOf(pod))
    await waitFor(
      () => gates.pods(app).find((pod) => isNew(pod) && isTrue(pod, 'ContainersReady')),
      STEP,
      `a new Pod of ${app.name}`,
    )
    const staying = () => gates.pods(app).filter((pod) => !isNew(pod) && !leaves(pod) && isTrue(pod, 'Ready'))
    const [first] = staying()
    if (first === undefined) throw new Error(`${app.name} has no old Pod`)
    await remove(nameOf(first), draw)
    const isReplaced = () =>
      staying().filter(({ metadata }) => metadata.uid !== first.metadata.uid).length === draw.replicas ||
      undefined
    await waitFor(isReplaced, STEP, `an old Pod of ${app.name} in place of the deleted one`)
    gates.release(app)
  }

/** Something happens to each old Pod during its sleep. */
const asleep =
  (disturb: (pod: PodName) => Promise<unknown>) =>
  async ({ app, draw, gates, restart }: Stage): Promise<void> => {
    await restart()
    const disturbed = new Map<string, Promise<unknown>>()
    const isEach = () => {
      for (const pod of gates.pods(app).filter(leaves))
        if (!disturbed.has(pod.metadata.uid)) disturbed.set(pod.metadata.uid, disturb(nameOf(pod)))
      return disturbed.size >= draw.replicas || undefined
    }
    await waitFor(isEach, STEP, `the departures of ${app.name}`)
    await Promise.all(disturbed.values())
  }

/** When a container of a Pod that has left had ended. Milliseconds since 1970; undefined: nobody told. */
const endOf = ({ pod }: LeftPod): number | undefined => {
  const finished = pod.status.containerStatuses?.[0]?.state.terminated?.finishedAt
  return finished === undefined ? undefined : Date.parse(finished)
}

/** It ended while its sleep, with two seconds for the resolution of times, would have gone on. */
const endedAsleep = (one: LeftPod, { sleep }: Draw): boolean =>
  (endOf(one) ?? Number.POSITIVE_INFINITY) < one.asked + (sleep - 2) * 1_000

const someSleptOn = (left: readonly LeftPod[], draw: Draw): string | undefined =>
  left.every((one) => endedAsleep(one, draw))
    ? undefined
    : 'a container was disturbed when its sleep was over'

/** The kubelet had not begun when the second delete came: it takes the shorter one. */
const someCut = (left: readonly LeftPod[], draw: Draw): string | undefined =>
  left.some((one) => endedAsleep(one, draw)) ? 'the second delete came before the sleep' : undefined

/** An object that was removed by force is gone before its container's end is told. */
const noneForced = (left: readonly LeftPod[]): string | undefined =>
  left.some((one) => endOf(one) === undefined) ? undefined : 'the second delete came after the sleep'

const preStop = (hook: object) => ({ lifecycle: { preStop: hook } })

/** Long enough for something to happen during it, on a machine that is full. Seconds. */
const LONG = 10

export const FAULTS = {
  none: { place: 'gated', shape: plain, play: restarts, expected: (draw) => all('covered', draw) },
  'kubectl delete --grace-period': {
    place: 'gated',
    shape: plain,
    play: midway((pod, { cut }) => deletePod(pod, `--grace-period=${cut}`)),
    expected: (draw) => one('exposed', draw, ['grace-cut']),
  },
  'kubectl delete --force': {
    place: 'gated',
    // Of a single one nothing is left until another comes, which begins a rollout back to its template.
    draw: (draw) => ({ ...draw, replicas: Math.max(2, draw.replicas) }),
    shape: plain,
    play: midway((pod) => deletePod(pod, '--force', '--grace-period=0')),
    expected: (draw) => one('exposed', draw, ['grace-cut']),
  },
  // The kubelet has begun with the grace period of the first one, and goes on with it.
  'a second delete that is shorter': {
    place: 'gated',
    draw: (draw) => ({ ...draw, sleep: LONG }),
    shape: plain,
    play: midway(async (pod) => {
      await deletePod(pod)
      await pause(1_000)
      await deletePod(pod, '--grace-period=1', '--ignore-not-found')
    }),
    otherwise: someCut,
    expected: (draw) => one('covered', draw),
  },
  // It slept to its end, but nobody tells: the object is gone before.
  'a second delete by force': {
    place: 'gated',
    draw: (draw) => ({ ...draw, sleep: LONG, replicas: Math.max(2, draw.replicas) }),
    shape: plain,
    play: midway(async (pod) => {
      await deletePod(pod)
      await pause(1_000)
      await deletePod(pod, '--force', '--grace-period=0', '--ignore-not-found')
    }),
    otherwise: noneForced,
    expected: (draw) => one('unknown', draw, ['end-unknown']),
  },
  'an eviction': {
    place: 'gated',
    shape: plain,
    play: midway((pod) => evict(pod)),
    expected: (draw) => one('covered', draw),
  },
  'an eviction with a shorter grace': {
    place: 'gated',
    shape: plain,
    play: midway((pod, { cut }) => evict(pod, cut)),
    expected: (draw) => one('exposed', draw, ['grace-cut']),
  },
  'a hook of its own that is too short': {
    place: 'gated',
    shape: (draw) => ({ ...plain(draw), container: preStop({ sleep: { seconds: 1 } }) }),
    play: restarts,
    expected: (draw) => all('exposed', draw, ['short-hook']),
  },
  // Its program is not in the image.
  'a hook of its own that fails': {
    place: 'gated',
    shape: (draw) => ({
      ...plain(draw),
      container: preStop({ exec: { command: ['/bin/sleep', String(draw.sleep)] } }),
    }),
    play: restarts,
    hookFails: true,
    expected: (draw) => all('exposed', draw, ['hook-failed']),
  },
  // It lasts as long as is needed, which only the program knows.
  'a hook of its own of unknown length': {
    place: 'gated',
    shape: (draw) => ({
      ...plain(draw),
      container: preStop({ httpGet: { path: `/wait?seconds=${draw.sleep + 1}`, port: PORT } }),
    }),
    play: restarts,
    expected: (draw) => all('unknown', draw, ['unknown-hook']),
  },
  'Pods that predate their hook': {
    place: 'hidden',
    shape: plain,
    play: restarts,
    expected: (draw) => all('exposed', draw, ['no-hook']),
  },
  'no gate: a person has switched it off': {
    place: 'ungated',
    shape: plain,
    play: restarts,
    expected: (draw) => all('exposed', draw, ['no-gate'], { held: 0, of: draw.replicas }),
  },
  // G = S + 2, which its template states; it would need a minute.
  'a container that ignores SIGTERM': {
    place: 'gated',
    shape: (draw) => ({
      annotations: annotationsOf(draw, 2),
      grace: draw.sleep + 2,
      env: { LINGER_SECONDS: '60' },
    }),
    play: restarts,
    expected: (draw) => all('exposed', draw, ['killed']),
  },
  'out of memory during the sleep': {
    place: 'gated',
    draw: (draw) => ({ ...draw, sleep: LONG }),
    shape: (draw) => ({ ...plain(draw), container: { resources: { limits: { memory: '48Mi' } } } }),
    play: asleep((pod) => ask(pod, 'allocate')),
    otherwise: someSleptOn,
    expected: (draw) => all('exposed', draw, ['ended-early']),
  },
  'an exit during the sleep': {
    place: 'gated',
    draw: (draw) => ({ ...draw, sleep: LONG }),
    shape: plain,
    play: asleep((pod) => ask(pod, 'exit')),
    otherwise: someSleptOn,
    expected: (draw) => all('exposed', draw, ['ended-early']),
  },
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof FAULTS

/** New Pods are not behind a gate, since its webhook is away and its failurePolicy is Ignore. */
export const withoutGate = (draw: Draw): Expected =>
  all('exposed', draw, ['no-gate'], { held: 0, of: draw.replicas })

export const covered = (draw: Draw): Expected => all('covered', draw)

/** Seen to its end, but not from its begin. */
export const joinedLate = (draw: Draw): Expected => ({
  ...all('covered', draw),
  verdict: 'unknown',
  reasons: { unseen: 0 },
})
