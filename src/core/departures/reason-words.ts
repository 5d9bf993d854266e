import { handoverCommand } from '../model/handover-command.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import type { Seconds } from '../model/seconds.ts'
import { traitsOf } from '../model/workload-kind.ts'
import type { DepartureReason } from './verdict.ts'

/** What a reason says, and what to do about it. The same words in Events, the log, the report, `explain` and the page. */
export interface ReasonWords {
  readonly id: DepartureReason['id']
  /** Pods that it holds for; 0: of how many it is true is not known, and the text is a sentence about the rollout. */
  readonly pods: number
  /** A predicate: `were cut: the delete gave a grace of 30 s, and 75 s is needed`. */
  readonly text: string
  /** What to do; absent: there is nothing to do. */
  readonly cure?: string
}

type ReasonOf<Id extends DepartureReason['id']> = Extract<DepartureReason, { readonly id: Id }>

type Words<Id extends DepartureReason['id']> = {
  /** Reasons with the same key are one clause, with the number of all their Pods. */
  readonly key: (reason: ReasonOf<Id>) => string
  /** @param be `was` or `were`; empty: of how many Pods it is true is not known. */
  readonly text: (reasons: readonly [ReasonOf<Id>, ...ReasonOf<Id>[]], be: string) => string
  /** @param isOlder Pods of the same rollout predate their hook. */
  readonly cure?: (reason: ReasonOf<Id>, workload: ObjectRef, isOlder: boolean) => string
}

/** Reasons that hold for a whole Pod are one clause; those about a container are one for each container. */
const ofPod = (): string => ''
const ofContainer = ({ container }: { readonly container: string }): string => container

const least = (times: readonly Seconds[]): number => Math.min(...times)
const most = (times: readonly Seconds[]): number => Math.max(...times)

/**
 * Nothing is to be corrected in a manifest: only Pods like them can be replaced. The mode is not known here, and in
 * another one the new Pods would have no hook either.
 */
const olderThanHook = (workload: ObjectRef): string =>
  traitsOf(workload.kind)?.isHandedOver === true
    ? `in mode enforce, run ${handoverCommand(workload)}, which replaces running Pods that still lack their hook; if it finds none, nothing is left to do: these Pods were created before their hook`
    : `see whether its running Pods have their hook: slackwater report -n ${workload.namespace} --details; if they have, nothing is left to do: these Pods were created before their hook`

const isOlderThanHook = (reason: DepartureReason): boolean =>
  reason.id === 'no-hook' || (reason.id === 'short-hook' && reason.isOurs === true)

const OUT_OF_MEMORY = 'OOMKilled'

/** `DisruptionTarget` of a Pod that the kubelet ended: memory or disk of its node, or the node's shutdown (KEP-3329). */
const BY_KUBELET = 'TerminationByKubelet'

const NODE_CURE =
  'its node ended it, for memory or disk or at its shutdown: see the conditions of the node, and drain a node before it is shut down'

const EARLY_CURES: Readonly<Record<string, string>> = {
  [OUT_OF_MEMORY]: 'raise the memory limit of the container',
  [BY_KUBELET]: NODE_CURE,
}

/** Of reasons that hold for as many Pods, causes come before what follows from them. */
const WORDS: { readonly [Id in DepartureReason['id']]: Words<Id> } = {
  'grace-cut': {
    key: ofPod,
    text: (reasons, be) =>
      `${be} cut: the delete gave a grace of ${least(reasons.map(({ given }) => given))} s, and ${most(reasons.map(({ needed }) => needed))} s is needed (kubectl drain or delete --grace-period)`,
    cure: () =>
      'drain, evict and delete without a grace period of your own (--grace-period, --force, gracePeriodSeconds): then the grace period of the Pod applies',
  },
  'no-hook': {
    key: ofContainer,
    text: ([{ container }]) => `had no hook: container ${container} got SIGTERM at once`,
    cure: (_, workload) => olderThanHook(workload),
  },
  'short-hook': {
    key: ({ container, isOurs }) => `${container}\0${isOurs}`,
    text: (reasons) =>
      `had a hook that is too short: container ${reasons[0].container} sleeps ${least(reasons.map(({ length }) => length))} s, and ${most(reasons.map(({ needed }) => needed))} s is needed`,
    cure: ({ isOurs }, workload) =>
      isOurs === true
        ? olderThanHook(workload)
        : 'raise the hook in the manifest, or delete it so that Slackwater injects one',
  },
  'hook-failed': {
    key: ofPod,
    text: ([{ message }]) => `had a hook that failed: ${message}`,
    cure: () =>
      'delete the hook from the manifest so that Slackwater injects a sleep, which needs no program in the image',
  },
  'short-grace': {
    key: ofPod,
    text: (reasons) =>
      `had a grace period that is too short: ${least(reasons.map(({ stated }) => stated))} s, and ${most(reasons.map(({ needed }) => needed))} s is needed`,
    cure: (_, workload, isOlder) =>
      isOlder
        ? olderThanHook(workload)
        : 'raise terminationGracePeriodSeconds in the manifest, or delete it so that Slackwater sets it',
  },
  killed: {
    key: ofContainer,
    text: ([{ container }], be) =>
      `${be} killed: container ${container} still ran at the end of the grace period`,
    cure: () =>
      'let the application exit on SIGTERM, or give it more time with the annotation slackwater.dev/shutdown-seconds',
  },
  'ended-early': {
    key: ({ container, why }) => `${container}\0${why}`,
    text: ([{ container, why }]) =>
      `stopped early: container ${container} ended before its hook had (${why})`,
    cure: ({ why }) => EARLY_CURES[why] ?? 'find out why the container exits while its hook runs',
  },
  'no-gate': {
    key: ofPod,
    text: ([{ pod }], be) => `${be} replaced by a Pod without a readiness gate (first ${pod})`,
    cure: (_, { namespace }) =>
      `see the readiness-gate label of namespace ${namespace}: slackwater report -n ${namespace}`,
  },
  'gate-given-up': {
    key: ofPod,
    text: ([{ pod }], be) =>
      `${be} replaced by a Pod that was ready before its readiness gate had passed (first ${pod})`,
    cure: () => 'check the load balancer controller, and the health check of the target group',
  },
  'last-endpoint': {
    key: ofPod,
    text: () => 'left while no other Pod was ready',
    cure: () => 'run at least two replicas, with maxUnavailable 0 and a maxSurge of at least 1',
  },
  'unknown-hook': {
    key: ofContainer,
    text: ([{ container }]) => `had a hook of unknown length: container ${container}`,
    cure: () =>
      'write a hook whose length is known (preStop sleep), or delete it so that Slackwater injects one',
  },
  'node-gone': {
    key: ({ node }) => node,
    text: ([{ node }]) => `ended unseen: ${node === '' ? 'the node' : `node ${node}`} is gone`,
    cure: () => 'drain a node before it is removed',
  },
  unseen: {
    key: ofPod,
    text: (_, be) =>
      be === ''
        ? 'Slackwater did not watch all of it, so more Pods may have left unseen'
        : 'left unseen: Slackwater did not watch at that moment',
  },
  'end-unknown': {
    key: ofPod,
    text: (_, be) =>
      `${be} removed by force, or by a node that failed: how the containers ended was never reported`,
    cure: () => 'do not force a delete, nor a second one (--force --grace-period=0)',
  },
  'no-delete': {
    key: ({ why }) => why,
    text: ([{ why }], be) =>
      `${be} ended by the node without a delete (${why}): how long it waited was not reported`,
    cure: () => NODE_CURE,
  },
}

interface CountedReason {
  readonly reason: DepartureReason
  readonly pods: number
}

/** What happened, the reason that holds for most Pods first. @param counted each with its number of Pods. */
export function reasonWords(counted: readonly CountedReason[], workload: ObjectRef): readonly ReasonWords[] {
  const groups = Map.groupBy(counted, ({ reason }) => `${reason.id}\0${keyOf(reason)}`)
  const isOlder = counted.some(({ reason }) => isOlderThanHook(reason))
  return [...groups.values()]
    .flatMap((group) => wordsOf(group, workload, isOlder))
    .sort((a, b) => b.pods - a.pods || ORDER.indexOf(a.id) - ORDER.indexOf(b.id))
}

const ORDER = Object.keys(WORDS)

const keyOf = <Id extends DepartureReason['id']>(reason: ReasonOf<Id>): string =>
  (WORDS[reason.id as Id] as Words<Id>).key(reason)

function wordsOf<Id extends DepartureReason['id']>(
  group: readonly CountedReason[],
  workload: ObjectRef,
  isOlder: boolean,
): readonly ReasonWords[] {
  const [first, ...rest] = group.map(({ reason }) => reason as ReasonOf<Id>)
  if (first === undefined) return []
  const { text, cure }: Words<Id> = WORDS[first.id as Id]
  const pods = group.reduce((sum, one) => sum + one.pods, 0)
  return [
    {
      id: first.id,
      pods,
      text: text([first, ...rest], pods === 0 ? '' : pods === 1 ? 'was' : 'were'),
      ...(cure === undefined ? {} : { cure: cure(first, workload, isOlder) }),
    },
  ]
}
