import type { Severity } from '../core/findings/catalogue.ts'
import { handoverCommand } from '../core/model/handover-command.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import {
  type JudgedDeregistrations,
  type JudgedMeasured,
  slowDrain,
  slowMeasured,
} from './controller-slow.ts'
import {
  awaitsPerson,
  exposedRollout,
  isOutdated,
  isStateAccepted,
  isStuck,
  isSurelyRefused,
  isUngated,
  type JudgedWorkload,
  type PodShortfall,
} from './workloads.ts'

/** The part of a report that is judged. */
export interface JudgedReport {
  /** Read from outside with the caller's rights; absent: by a running Slackwater. */
  readonly audited?: object
  readonly cluster: {
    readonly doubt?: string
    readonly loadBalancerController?: {
      readonly deployment?: {
        readonly namespace: string
        readonly name: string
        readonly ready: number
      }
      readonly deregistrations?: JudgedDeregistrations
      readonly measured?: JudgedMeasured
    }
  }
  readonly missing: readonly {
    readonly part: string
    readonly problem: string
    readonly unknown?: string
  }[]
  readonly unreadable: readonly { readonly object: string; readonly problem: string }[]
  readonly workloads: readonly JudgedWorkload[]
  readonly otherPods: readonly { readonly pods: PodShortfall }[]
  readonly handovers?: readonly JudgedHandover[]
}

/** Pods of a workload that `slackwater handover` has begun to replace. */
interface JudgedHandover extends ObjectRef {
  readonly pods: readonly { readonly name: string; readonly overdue: boolean }[]
}

/** Something that needs attention, because no rollout fixes it by itself. */
export interface Concern {
  readonly id: ConcernId
  readonly severity: Severity
  /** The object to look at; absent: the concern is about the state of the inventory, or the text names the object. */
  readonly object?: ObjectRef
  /** One sentence. */
  readonly text: string
  /** What to do. */
  readonly cure: string
}

/** One rule about a workload. */
interface WorkloadRule {
  readonly severity: Severity
  readonly holds: (workload: JudgedWorkload) => boolean
  /** @param some `Deployment shop/web`, or `3 workloads` if one sentence is about several. */
  readonly text: (some: string) => string
  /** What only one workload has to say; absent: nothing. */
  readonly detail?: (workload: JudgedWorkload) => string
  readonly cure: (workload: JudgedWorkload) => string
}

const REPLACE = 'replace its Pods'

/** The most severe first. */
const WORKLOAD_RULES = {
  'refused-without-us': {
    severity: 'error',
    holds: isSurelyRefused,
    text: (some) => `the API server rejects the next apply of ${some} while Slackwater is unavailable`,
    cure: ({ refusedWithoutUs }) =>
      `set a grace period of at least ${refusedWithoutUs?.sleepSeconds} s in its manifest`,
  },
  'rollout-exposed': {
    severity: 'warning',
    holds: (workload) => exposedRollout(workload) !== undefined,
    text: (some) => `in the last rollout of ${some}, Pods left unprotected`,
    detail: (workload) => exposedRollout(workload)?.text ?? '',
    cure: (workload) => exposedRollout(workload)?.cure ?? 'see its departures in slackwater report -o json',
  },
  'gate-stuck': {
    severity: 'warning',
    holds: isStuck,
    text: (some) => `new Pods of ${some} do not pass their readiness gate`,
    cure: ({ namespace, pods }) =>
      `make the load balancer’s health check pass (${pods?.stuckGate?.reason ?? 'no reason is given'}); to go on without gates, remove the readiness-gate label of namespace ${namespace} and restart the rollout`,
  },
  'pods-older-than-hook': {
    severity: 'warning',
    holds: isOutdated,
    text: (some) => `Pods of ${some} are older than their hook and must be replaced`,
    cure: ({ pods }) => pods?.cure ?? REPLACE,
  },
  'pods-without-gate': {
    severity: 'warning',
    holds: isUngated,
    text: (some) =>
      `Pods of ${some} were created without their readiness gate: before the load balancer controller had a ready replica, before their namespace had its label, or before their TargetGroupBinding; Pods created while the controller is ready get it`,
    cure: ({ pods }) => pods?.cure ?? REPLACE,
  },
  'rollout-awaits-person': {
    severity: 'warning',
    holds: awaitsPerson,
    text: (some) =>
      `Pods of ${some} are older than their load balancer, or than Slackwater, and Slackwater does not replace them on its own`,
    cure: ({ lateExposure }) => lateExposure?.cure ?? REPLACE,
  },
  withheld: {
    severity: 'warning',
    holds: (workload) => workload.state === 'withheld' && !isStateAccepted(workload),
    text: (some) => `no sleep for ${some}: no other pod serves while a pod is replaced`,
    cure: () =>
      'run a second replica behind the same Service; for a Deployment, strategy RollingUpdate with maxSurge 1',
  },
  'too-short': {
    severity: 'warning',
    holds: (workload) => workload.state === 'short' && !isStateAccepted(workload),
    text: (some) => `${some} with a hook or grace period that is too short or unknown`,
    cure: () => 'raise the hook in the manifest, or delete it so that Slackwater injects one',
  },
  'unusable-annotation': {
    severity: 'warning',
    holds: ({ warnings }) => warnings.length > 0,
    text: (some) => `${some} with labels or annotations that could not be used`,
    cure: ({ warnings }) => `correct them: ${warnings.join('; ')}`,
  },
} as const satisfies Record<string, WorkloadRule>

/** Every concern with its meaning, in the order in which they are reported. */
export const CONCERNS = {
  'inventory-in-doubt':
    'the copy of the cluster is incomplete or stale: nothing new is injected; in an audit: not all load balancers are known',
  'controller-not-ready': 'the load balancer controller has no ready replica',
  'controller-slow':
    'the load balancer controller would deregister Pods later than the budget waits; not if that is accepted in the settings',
  'part-missing': 'a resource could not be listed completely: it is missing in the report',
  'handover-unfinished':
    '`slackwater handover` has ended without having replaced a Pod: it belongs to no ReplicaSet, or no load balancer sends to it',
  'refused-without-us':
    'the API server rejects the next apply of a workload’s manifest while Slackwater is unavailable',
  'rollout-exposed':
    'Pods left unprotected in the last rollout of a workload, and why; until its next rollout is covered',
  'gate-stuck':
    'new Pods wait for their readiness gate longer than its health check needs; where Slackwater set the label, it labels no further namespace meanwhile',
  'pods-older-than-hook': 'Pods are older than their hook: replacing them is enough',
  'pods-without-gate':
    'Pods lack only their readiness gate: replacing them while the controller is ready is enough',
  'rollout-awaits-person':
    'Pods are older than their load balancer, or than Slackwater: you choose when they are replaced',
  withheld: 'no other pod serves while a pod is replaced, so no sleep is injected; not if that is accepted',
  'too-short': 'a user’s hook or grace period is too short, or of unknown length; not if that is accepted',
  'unusable-annotation': 'labels or annotations could not be used, or a change could not be proven',
  unreadable: 'an object could not be read',
} as const satisfies Record<keyof typeof WORKLOAD_RULES, string> & Record<string, string>
export type ConcernId = keyof typeof CONCERNS

/** @returns one concern for each object or missing part; the most severe first. */
export const concernsOf = (report: JudgedReport): readonly Concern[] => [
  ...doubtOf(report),
  ...lbcOf(report),
  ...slowOf(report),
  ...report.missing.map((one) => missingOf(one, report)),
  ...(report.handovers ?? []).flatMap(unfinishedOf),
  ...concernsAbout(report.workloads),
  ...report.unreadable.map(unreadableOf),
]

const doubtOf = ({ audited, cluster: { doubt } }: JudgedReport): readonly Concern[] =>
  doubt === undefined
    ? []
    : [{ id: 'inventory-in-doubt', severity: 'error', ...(audited ? partial(doubt) : stale(doubt)) }]

const stale = (doubt: string) => ({
  text: `nothing new is injected: ${doubt}`,
  cure: 'see cluster.watches, and "watch failed" in Slackwater’s log',
})

const partial = (doubt: string) => ({
  text: `not all load balancers are known (${doubt}): workloads are judged without those, and none is called protected or not behind a load balancer`,
  cure: RIGHTS,
})

const RIGHTS = 'get the permission to list it (docs/audit.md has the ClusterRole), or run this again'

function lbcOf({ cluster: { loadBalancerController: seen } }: JudgedReport): readonly Concern[] {
  if (seen?.deployment === undefined || seen.deployment.ready > 0) return []
  const { namespace, name } = seen.deployment
  return [
    {
      id: 'controller-not-ready',
      severity: 'error',
      object: { kind: 'Deployment', namespace, name },
      text: 'the load balancer controller has no ready replica: nothing is deregistered, no sleep helps, and new Pods get no readiness gate from it',
      cure: `restore it before you roll out or drain anything: kubectl describe deployment/${name} -n ${namespace}`,
    },
  ]
}

/** About the cluster, whatever the number of workloads. What was measured comes first. */
function slowOf({ cluster: { loadBalancerController: seen } }: JudgedReport): readonly Concern[] {
  if (seen === undefined) return []
  const { deployment, deregistrations, measured } = seen
  const object = deployment && {
    object: { kind: 'Deployment', namespace: deployment.namespace, name: deployment.name },
  }
  const slow = [measured && slowMeasured(measured), deregistrations && slowDrain(deregistrations)]
  return slow.flatMap((one) =>
    one === undefined ? [] : [{ id: 'controller-slow', severity: 'warning', ...object, ...one }],
  )
}

const missingOf = (
  { part, problem, unknown }: JudgedReport['missing'][number],
  { audited }: JudgedReport,
): Concern => ({
  id: 'part-missing',
  severity: 'warning',
  text: `${part} are missing in this report: ${problem}${unknown === undefined ? '' : `; ${unknown}`}`,
  cure: audited ? RIGHTS : 'give Slackwater the permission to list them, or run this again',
})

/** In a row with the command that goes on, since no text of the report stands beside the Pod. */
function unfinishedOf({ pods, ...object }: JudgedHandover): readonly Concern[] {
  const names = pods.filter(({ overdue }) => overdue).map(({ name }) => name)
  if (names.length === 0) return []
  const command = handoverCommand(object)
  return [
    {
      id: 'handover-unfinished',
      severity: 'warning',
      object,
      text: `the handover of ${refText(object)} was interrupted: ${names.length === 1 ? `Pod ${names[0]} is` : `${names.length} Pods (first ${names[0]}) are`} not replaced`,
      cure: `to go on: ${command}; to take it back: ${command} --undo`,
    },
  ]
}

const unreadableOf = ({ object, problem }: JudgedReport['unreadable'][number]): Concern => ({
  id: 'unreadable',
  severity: 'warning',
  text: `${object}: ${problem}`,
  cure: 'correct the object, or make it smaller',
})

/** About its manifest, or about what has been: they stand beside the one about its Pods. */
const BESIDE_PODS: readonly ConcernId[] = ['refused-without-us', 'rollout-exposed', 'unusable-annotation']

const workloadIds = Object.keys(WORKLOAD_RULES) as (keyof typeof WORKLOAD_RULES)[]

function concernsAbout(workloads: readonly JudgedWorkload[]): readonly Concern[] {
  const byId = Map.groupBy(workloads.flatMap(concernsOfOne), ({ id }) => id)
  return workloadIds.flatMap((id) => byId.get(id) ?? [])
}

/** A workload stands under one concern about its Pods, the first that holds, and under those beside it. */
function concernsOfOne(workload: JudgedWorkload): readonly Concern[] {
  const held = workloadIds.filter((id) => WORKLOAD_RULES[id].holds(workload))
  const aboutPods = held.filter((id) => !BESIDE_PODS.includes(id))
  const { kind, namespace, name } = workload
  const object = { kind, namespace, name }
  return held
    .filter((id) => BESIDE_PODS.includes(id) || id === aboutPods[0])
    .map((id) => {
      const { severity, text, detail, cure }: WorkloadRule = WORKLOAD_RULES[id]
      const words = [text(refText(object)), ...(detail === undefined ? [] : [detail(workload)])].join(': ')
      return { id, severity, object, text: words, cure: cure(workload) }
    })
}

/** The text for several workloads with one concern; undefined: each is reported separately. */
export const inOneSentence = (id: string): ((some: string) => string) | undefined =>
  isWorkloadRule(id) ? WORKLOAD_RULES[id].text : undefined

const isWorkloadRule = (id: string): id is keyof typeof WORKLOAD_RULES => Object.hasOwn(WORKLOAD_RULES, id)
