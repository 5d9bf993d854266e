import { leastReplicas, ofMinimum, type ScaledWorkload } from '../../model/replicas.ts'
import { type DisruptionBudget, NO_SURROUNDINGS } from '../../model/surroundings.ts'
import type { CountOrPercent } from '../../model/workload.ts'
import { allowedEvictions } from '../evictions.ts'
import { atObject } from '../paste.ts'
import { listNames, type Remark, type Rule } from '../rule.ts'

/**
 * A PodDisruptionBudget that allows no eviction: a drain waits for it until it times out, and then the node goes with
 * the pods on it. A drain leaves the pods of DaemonSets alone. Where the number of replicas is not known, only what
 * blocks with any number is certain.
 */
export const drainBlocked: Rule = {
  id: 'drain-blocked',
  check: ({ workload, surroundings: { disruptionBudgets } = NO_SURROUNDINGS }) => {
    if (workload === undefined || workload.ref.kind === 'DaemonSet') return []
    if (leastReplicas(workload) === 0) return []
    return [
      ...severalBudgets(disruptionBudgets.map(({ name }) => name)),
      ...disruptionBudgets.flatMap((budget) => {
        const blocked = blockedBy(budget, workload)
        return blocked === undefined ? [] : [remarkOn(budget, workload, blocked)]
      }),
    ]
  },
}

interface Blocked {
  /** `minAvailable 3` */
  readonly has: string
  /** Of how many replicas, where that decides. */
  readonly replicas?: number
}

function remarkOn(
  { name, minAvailable }: DisruptionBudget,
  workload: ScaledWorkload,
  { has, replicas }: Blocked,
): Remark {
  const all = replicas === undefined ? '' : ` of ${replicas} replicas${ofMinimum(workload)}`
  const ref = { kind: 'PodDisruptionBudget', namespace: workload.ref.namespace, name }
  return {
    about: name,
    message: `PodDisruptionBudget ${name} has ${has}${all}: no pod can be evicted, so a node drain hangs: set maxUnavailable: 1`,
    brief: `PodDisruptionBudget ${name}: ${has}${replicas === undefined ? '' : ` of ${replicas}`}`,
    // Next to `minAvailable` the API server refuses it.
    paste: atObject(ref, {
      spec: { ...(minAvailable === undefined ? {} : { minAvailable: null }), maxUnavailable: 1 },
    }),
  }
}

/** The eviction API refuses a pod that several select (kubernetes 1.35, pkg/registry/core/pod/storage/eviction.go). */
const severalBudgets = (names: readonly string[]): readonly Remark[] =>
  names.length < 2
    ? []
    : [
        {
          about: 'several',
          brief: `${names.length} PodDisruptionBudgets select the same pods`,
          action: 'keep one of them',
          message: `PodDisruptionBudgets ${listNames(names)} select the same pods: the eviction API refuses them, so a node drain hangs: keep one`,
        },
      ]

function blockedBy(budget: DisruptionBudget, workload: ScaledWorkload): Blocked | undefined {
  const { isShared, minAvailable, maxUnavailable } = budget
  if (maxUnavailable !== undefined && amountOf(maxUnavailable) === 0)
    return { has: `maxUnavailable ${textOf(maxUnavailable)}` }
  if (minAvailable === undefined) return undefined
  const has = `minAvailable ${textOf(minAvailable)}`
  if ('percent' in minAvailable && minAvailable.percent >= 100) return { has }
  const replicas = leastReplicas(workload)
  if (replicas === undefined || isShared || allowedEvictions(budget, replicas) > 0) return undefined
  return { has, replicas }
}

const amountOf = (value: CountOrPercent): number => ('count' in value ? value.count : value.percent)

const textOf = (value: CountOrPercent): string => ('count' in value ? `${value.count}` : `${value.percent} %`)
