import type { PodCounts, Report, WorkloadEntry } from '../report/schema.ts'
import { counted, digits } from './counted.ts'

/** Something that a person has to look at; the graver first. */
export interface Concern {
  readonly text: string
  /** Objects by which it can be looked into. */
  readonly examples: readonly string[]
}

export const nameOf = ({
  kind,
  namespace,
  name,
}: Pick<WorkloadEntry, 'kind' | 'namespace' | 'name'>): string => `${kind} ${namespace}/${name}`

/** A finding that the change does not end. */
export const stays = ({ holds, severity }: WorkloadEntry['findings'][number]): boolean =>
  holds !== 'before' && severity !== 'information'

/** Pods whose template is good, so that nothing but their age is in the way: a restart is all that they need. */
export const isOutdated = ({ state, pods }: WorkloadEntry): boolean =>
  (state === 'protected' || state === 'in-pods') &&
  pods !== undefined &&
  pods.withoutHook + pods.shortHook + pods.shortGrace > 0

export const lacks = ({ withoutHook, shortHook, shortGrace, withoutGate }: PodCounts): number =>
  Math.max(withoutHook, shortHook, shortGrace, withoutGate)

/** What a person should hear of a workload: a protected one with nothing else to it is silence. */
export const isWorthTelling = (entry: WorkloadEntry): boolean =>
  (entry.state !== undefined && entry.state !== 'protected') ||
  entry.refusedWithoutUs?.likelihood === 'certain' ||
  isOutdated(entry) ||
  entry.findings.some(stays) ||
  entry.warnings.length > 0 ||
  entry.notices.some(({ severity }) => severity === 'warning')

/** What no rollout of its own accord will end. */
export function concernsOf(report: Report): readonly Concern[] {
  const { cluster, missing, unreadable } = report
  return [
    ...(cluster.doubt === undefined
      ? []
      : [
          {
            text: `load balancers are not known now, nothing new is injected: ${cluster.doubt}`,
            examples: [],
          },
        ]),
    ...lbcConcerns(report),
    ...missing.map(({ part, problem }) => ({ text: `${part} are missing here: ${problem}`, examples: [] })),
    ...workloadConcerns(report.workloads),
    ...(unreadable.length === 0
      ? []
      : [
          {
            text: `${counted(unreadable.length, 'object')} could not be read`,
            examples: unreadable.map(({ object, problem }) => `${object}: ${problem}`),
          },
        ]),
  ]
}

function lbcConcerns({ cluster: { loadBalancerController: seen } }: Report): readonly Concern[] {
  if (seen?.deployment === undefined || seen.deployment.ready > 0) return []
  return [
    {
      text: 'the load balancer controller has no ready replica: nothing is deregistered, and no sleep helps',
      examples: [`Deployment ${seen.deployment.namespace}/${seen.deployment.name}`],
    },
  ]
}

type Question = readonly [text: (count: string) => string, asks: (entry: WorkloadEntry) => boolean]

/** Nobody but a person starts the rollout that would protect it. */
export const awaitsPerson = ({ mode, lateExposure }: WorkloadEntry): boolean =>
  mode === 'enforce' && lateExposure?.verdict === 'leave'

const QUESTIONS: readonly Question[] = [
  [
    (some) => `the next apply of ${some} is refused while Slackwater is away`,
    ({ refusedWithoutUs }) => refusedWithoutUs?.likelihood === 'certain',
  ],
  [(some) => `Pods of ${some} were made before their hook and need a restart`, isOutdated],
  [(some) => `${some} would be protected by a rollout, which is for a person to start`, awaitsPerson],
  [(some) => `${some} withheld: nobody serves while a pod is replaced`, ({ state }) => state === 'withheld'],
  [
    (some) => `${some} with a hook or grace period that is too short or unknown`,
    ({ state }) => state === 'short',
  ],
  [
    (some) => `${some} with labels or annotations that could not be used`,
    ({ warnings }) => warnings.length > 0,
  ],
]

function workloadConcerns(workloads: readonly WorkloadEntry[]): readonly Concern[] {
  return QUESTIONS.flatMap(([text, asks]) => {
    const those = workloads.filter(asks)
    return those.length === 0
      ? []
      : [{ text: text(counted(those.length, 'workload')), examples: those.map(nameOf) }]
  })
}

/** `14 without a preStop hook, 3 without a readiness gate` */
export const podWords = (pods: PodCounts): readonly string[] =>
  POD_WORDS.flatMap(([key, words]) => (pods[key] === 0 ? [] : [`${digits(pods[key])} ${words}`]))

const POD_WORDS: readonly (readonly [keyof PodCounts, string])[] = [
  ['withoutHook', 'without a preStop hook'],
  ['shortHook', 'with a hook that is too short'],
  ['shortGrace', 'with a grace period that is too short'],
  ['withoutGate', 'without a readiness gate'],
  ['gateNotMet', 'whose readiness gate is not met'],
]
