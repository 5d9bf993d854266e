import type { ObjectRef } from '../model/object-ref.ts'
import type { Seconds } from '../model/seconds.ts'
import { traitsOf } from '../model/workload-kind.ts'
import type { DepartureReason } from './verdict.ts'

/** What a reason says, and what to do about it. The same words in Events, the log, the report, `explain` and the page. */
export interface ReasonWords {
  readonly id: DepartureReason['id']
  /** Pods that it holds for. */
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
  /** @param be `was` or `were`. */
  readonly text: (reasons: readonly [ReasonOf<Id>, ...ReasonOf<Id>[]], be: string) => string
  readonly cure?: (reason: ReasonOf<Id>, workload: ObjectRef) => string
}

/** Reasons that hold for a whole Pod are one clause; those about a container are one for each container. */
const ofPod = (): string => ''
const ofContainer = ({ container }: { readonly container: string }): string => container

const least = (times: readonly Seconds[]): number => Math.min(...times)
const most = (times: readonly Seconds[]): number => Math.max(...times)

/** `deployment/web -n shop`, as kubectl takes it. */
const argumentOf = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind.toLowerCase()}/${name} -n ${namespace}`

const olderThanHook = (workload: ObjectRef): string =>
  traitsOf(workload.kind)?.isHandedOver === true
    ? `Pods that were created since then have their hook; to replace those that still lack it without loss: slackwater handover ${argumentOf(workload)}`
    : `see whether its Pods have their hook now: slackwater report -n ${workload.namespace} --details`

const OUT_OF_MEMORY = 'OOMKilled'

/** `DisruptionTarget` of a Pod that its node has ended (KEP-3329). */
const BY_KUBELET = 'TerminationByKubelet'

const NODE_CURE =
  'see the Events of the Pod and the conditions of its node: memory, disk, or a shutdown of the node'

const WORDS: { readonly [Id in DepartureReason['id']]: Words<Id> } = {
  'grace-cut': {
    key: ofPod,
    text: (reasons, be) =>
      `${be} cut: the delete gave a grace of ${least(reasons.map(({ given }) => given))} s, and ${most(reasons.map(({ needed }) => needed))} s is needed (kubectl drain or delete --grace-period)`,
    cure: () =>
      'drain, evict and delete without a grace period of your own (--grace-period, gracePeriodSeconds): then the grace period of the Pod applies',
  },
  'short-grace': {
    key: ofPod,
    text: (reasons) =>
      `had a grace period that is too short: ${least(reasons.map(({ stated }) => stated))} s, and ${most(reasons.map(({ needed }) => needed))} s is needed`,
    cure: () =>
      'raise terminationGracePeriodSeconds in the manifest, or delete it so that Slackwater sets it',
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
    cure: ({ why }) =>
      why === OUT_OF_MEMORY
        ? 'raise the memory limit of the container'
        : why === BY_KUBELET
          ? NODE_CURE
          : 'find out why the container exits while its hook runs',
  },
  'no-hook': {
    key: ofContainer,
    text: ([{ container }]) => `had no hook: container ${container} got SIGTERM at once`,
    cure: (_, workload) => olderThanHook(workload),
  },
  'short-hook': {
    key: ofContainer,
    text: (reasons) =>
      `had a hook that is too short: container ${reasons[0].container} sleeps ${least(reasons.map(({ length }) => length))} s, and ${most(reasons.map(({ needed }) => needed))} s is needed`,
    cure: () => 'raise the hook in the manifest, or delete it so that Slackwater injects one',
  },
  'hook-failed': {
    key: ofPod,
    text: ([{ message }]) => `had a hook that failed: ${message}`,
    cure: () =>
      'delete the hook from the manifest so that Slackwater injects a sleep, which needs no program in the image',
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
    text: ([{ node }]) => `left unseen: node ${node} is gone`,
    cure: () => 'drain a node before it is removed',
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
  unseen: { key: ofPod, text: () => 'left unseen: Slackwater did not watch at that moment' },
}

interface CountedReason {
  readonly reason: DepartureReason
  readonly pods: number
}

/** What happened, the reason that holds for most Pods first. @param counted each with its number of Pods. */
export function reasonWords(counted: readonly CountedReason[], workload: ObjectRef): readonly ReasonWords[] {
  const groups = Map.groupBy(counted, ({ reason }) => `${reason.id}\0${keyOf(reason)}`)
  return [...groups.values()].flatMap((group) => wordsOf(group, workload)).sort((a, b) => b.pods - a.pods)
}

const keyOf = <Id extends DepartureReason['id']>(reason: ReasonOf<Id>): string =>
  (WORDS[reason.id as Id] as Words<Id>).key(reason)

function wordsOf<Id extends DepartureReason['id']>(
  group: readonly CountedReason[],
  workload: ObjectRef,
): readonly ReasonWords[] {
  const [first, ...rest] = group.map(({ reason }) => reason as ReasonOf<Id>)
  if (first === undefined) return []
  const { text, cure }: Words<Id> = WORDS[first.id as Id]
  const pods = group.reduce((sum, one) => sum + one.pods, 0)
  return [
    {
      id: first.id,
      pods,
      text: text([first, ...rest], pods === 1 ? 'was' : 'were'),
      ...(cure === undefined ? {} : { cure: cure(first, workload) }),
    },
  ]
}
