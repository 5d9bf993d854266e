import type { LedgerEvent } from '../../../src/core/departures/event.ts'
import type { Ledger, News } from '../../../src/core/departures/ledger.ts'
import type { ContainerFacts, Need, PodFacts } from '../../../src/core/departures/pod-facts.ts'
import type { ObjectRef } from '../../../src/core/model/object-ref.ts'
import { seconds } from '../../../src/core/model/seconds.ts'

/** A moment, in seconds after the begin of the test, as milliseconds since 1970. */
export const t = (second: number): number => 1_700_000_000_000 + second * 1_000

export const WEB: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'web' }

/** All defaults, ip × ALB (design, section 2). */
export const NEED: Need = { sleep: seconds(45), grace: seconds(75), gated: true }

export const GATE = 'target-health.elbv2.k8s.aws/web'

export const container = (name = 'app', length: number | 'unknown' | 'none' = 45): ContainerFacts => ({
  name,
  ...(length === 'none'
    ? {}
    : { hook: { ...(length === 'unknown' ? {} : { length: seconds(length) }), isOurs: true } }),
})

/** A Pod that was created at `created` and was ready, its gate passed, 20 s later. */
export function pod(name: string, created: number, over: Partial<PodFacts> = {}): PodFacts {
  return {
    uid: `uid-${name}`,
    ref: { kind: 'Pod', namespace: 'shop', name },
    workload: WEB,
    revision: 'a',
    created: t(created),
    ip: '10.0.0.1',
    node: 'node-1',
    grace: seconds(75),
    containers: [container()],
    gates: [{ type: GATE, passed: t(created + 19) }],
    containersReady: t(created + 5),
    ready: t(created + 20),
    ...over,
  }
}

/** The same without its readiness: as it is created. */
export function born(facts: PodFacts): PodFacts {
  const { ready: _, containersReady: __, ...rest } = facts
  return { ...rest, notReady: facts.created, gates: facts.gates.map(({ type }) => ({ type })) }
}

export const deleted = (facts: PodFacts, at: number, grace: number = facts.grace): PodFacts => ({
  ...facts,
  deletion: { at: t(at), grace: seconds(grace) },
})

/** All its containers have ended. */
export const ended = (facts: PodFacts, at: number, exitCode = 143, reason?: string): PodFacts => ({
  ...facts,
  containers: facts.containers.map((one) => ({
    ...one,
    end: { at: t(at), exitCode, ...(reason === undefined ? {} : { reason }) },
  })),
})

/** Tells a ledger events, each at its second, and adds up the news. */
export function tell(ledger: Ledger) {
  const all = {
    departures: [] as News['departures'][number][],
    rollouts: [] as News['rollouts'][number][],
    gates: [] as number[],
  }
  const take = (event: LedgerEvent) => {
    const { departures, rollouts, gatesPassed } = ledger.take(event)
    all.departures.push(...departures)
    all.rollouts.push(...rollouts)
    all.gates.push(...gatesPassed)
  }
  return {
    news: all,
    take,
    pod: (at: number, facts: PodFacts, need: Need | 'none' = NEED) =>
      take({ kind: 'pod', at: t(at), pod: facts, ...(need === 'none' ? {} : { need }) }),
    gone: (at: number, facts: PodFacts, last?: PodFacts) =>
      take({ kind: 'gone', at: t(at), uid: facts.uid, ...(last === undefined ? {} : { pod: last }) }),
    listed: (at: number, ...pods: readonly PodFacts[]) =>
      take({ kind: 'listed', at: t(at), uids: new Set(pods.map(({ uid }) => uid)) }),
    tick: (at: number) => take({ kind: 'tick', at: t(at) }),
  }
}
