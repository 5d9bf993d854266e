import { type LabelSelector, selectsObject } from '../discovery/objects/label-selector.ts'
import { compareText } from '../model/object-ref.ts'
import type { Labels } from '../model/workload.ts'
import { type NetworkPolicyFacts, policyEffect } from './network-policies.ts'

/** A Service with a selector. */
export interface SelectingService {
  readonly name: string
  /** Not empty. */
  readonly selector: Labels
}

/** Whatever else selects Pods by labels: a PodDisruptionBudget, a monitor. */
export interface SelectingObject {
  readonly name: string
  readonly pods: LabelSelector
}

interface Departing {
  readonly namespace: string
  readonly namespaceLabels?: Labels
  /** Labels of the Pods that are to leave, each set once. */
  readonly labels: readonly Labels[]
  /** At least one: those that select some of them, and none by the release label. */
  readonly services: readonly SelectingService[]
  /** Taken off before. */
  readonly releaseLabel: string
  readonly policies: readonly NetworkPolicyFacts[]
  /** PodDisruptionBudgets: one that goes on to select a Pod which has left counts it as healthy, and allows an eviction too many. */
  readonly budgets: readonly SelectingObject[]
  /** Better left alone: monitors. */
  readonly others: readonly SelectingObject[]
}

/** The labels to take off; NetworkPolicies that no longer restrict the Pods then, and budgets that go on to count them. */
type LeaveLabels =
  | {
      readonly found: true
      readonly labels: readonly string[]
      readonly lifted: readonly string[]
      readonly counting: readonly string[]
    }
  /** Whatever is taken off, these policies would cut traffic. */
  | { readonly found: false; readonly policies: readonly string[] }

/**
 * Labels that are tried in every combination. A choice: a selector rarely has more than five, and twelve make 4,095
 * combinations.
 */
const TRIED = 12

export const selectedBy = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)

export const withoutLabels = (labels: Labels, keys: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)))

/** The fewest labels without which none of the Services selects the Pods; among these, those that least else needs. */
export function leaveLabels(departing: Departing): LeaveLabels {
  const { services } = departing
  const keysOf = ({ selector }: SelectingService) => Object.keys(selector)
  const uses = new Map<string, number>()
  for (const key of services.flatMap(keysOf)) uses.set(key, (uses.get(key) ?? 0) + 1)
  // Those of most Services first: what is not tried is of few.
  const keys = [...uses].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).map(([key]) => key)
  const choices = combinations(keys.slice(0, TRIED)).filter((choice) =>
    services.every((service) => keysOf(service).some((key) => choice.includes(key))),
  )
  return bestOf(choices.length === 0 ? [keys] : choices, departing)
}

/** Longer choices are weighed only if each of the shorter ones would cut something. */
function bestOf(choices: readonly (readonly string[])[], departing: Departing): LeaveLabels {
  let least: Weighed | undefined
  for (const [, sameLength] of [...Map.groupBy(choices, ({ length }) => length)].sort(([a], [b]) => a - b)) {
    const [best] = sameLength.map((labels) => weigh(labels, departing)).sort(compare)
    if (best?.cut.length === 0) {
      const { labels, lifted, counting } = best
      return { found: true, labels, lifted, counting }
    }
    least ??= best
  }
  return { found: false, policies: least?.cut ?? [] }
}

interface Weighed {
  readonly labels: readonly string[]
  readonly cut: readonly string[]
  readonly lifted: readonly string[]
  readonly counting: readonly string[]
  /** What else would no longer select the Pods. */
  readonly others: number
}

function weigh(labels: readonly string[], departing: Departing): Weighed {
  const { namespace, namespaceLabels, policies, budgets, others, releaseLabel } = departing
  const changes = departing.labels.map((before) => ({
    namespace,
    ...(namespaceLabels === undefined ? {} : { namespaceLabels }),
    before,
    after: withoutLabels(before, [releaseLabel, ...labels]),
  }))
  const effects = changes.map((change) => policyEffect(policies, change))
  const counting = budgets.filter(({ pods }) =>
    changes.some(({ before, after }) => selectsObject(pods, before) && selectsObject(pods, after)),
  )
  const lost = others.filter(({ pods }) =>
    changes.some(({ before, after }) => selectsObject(pods, before) && !selectsObject(pods, after)),
  )
  return {
    labels,
    cut: [...new Set(effects.flatMap(({ cut }) => cut))].sort(compareText),
    lifted: [...new Set(effects.flatMap(({ lifted }) => lifted))].sort(compareText),
    counting: counting.map(({ name }) => name).sort(compareText),
    others: lost.length,
  }
}

const compare = (a: Weighed, b: Weighed): number =>
  a.cut.length - b.cut.length ||
  a.lifted.length - b.lifted.length ||
  a.counting.length - b.counting.length ||
  a.others - b.others ||
  compareText(a.labels.join(), b.labels.join())

/** Every choice of at least one, each in code-unit order. */
function combinations(keys: readonly string[]): readonly (readonly string[])[] {
  let all: readonly (readonly string[])[] = [[]]
  for (const key of keys) all = [...all, ...all.map((some) => [...some, key])]
  return all.filter((some) => some.length > 0).map((some) => [...some].sort(compareText))
}
