import { FINDINGS, type FindingId } from '../core/findings/catalogue.ts'
import { GATE_LABELS, MODE_LABEL } from '../core/model/keys.ts'
import { compareText } from '../core/model/object-ref.ts'
import type { NamespaceFacts } from '../core/model/workload.ts'
import { counts } from '../judgement/severity.ts'
import { STATES, type State } from '../judgement/states.ts'
import { given } from '../kubernetes/json.ts'
import { addCounts, NO_PODS } from './pod-tally.ts'
import type { GateEntry, NamespaceEntry, OtherPods, Totals, WorkloadEntry } from './schema.ts'

interface Counted {
  readonly workloads: readonly WorkloadEntry[]
  readonly otherPods: readonly OtherPods[]
  /** Number of workloads read, by namespace, including those with nothing to report. */
  readonly read: ReadonlyMap<string, number>
}

export function totalsOf({ workloads, otherPods, read }: Counted, unreadable: number): Totals {
  const refusals = workloads.flatMap(({ refusedWithoutUs }) => refusedWithoutUs ?? [])
  const certain = refusals.filter(({ likelihood }) => likelihood === 'certain').length
  return {
    namespaces: read.size,
    workloads: [...read.values()].reduce((sum, count) => sum + count, 0),
    exposed: workloads.filter(({ state }) => state !== undefined).length,
    states: statesOf(workloads),
    findings: [...findingCounts(workloads)],
    pods: podsOf(workloads, otherPods),
    refusals: { certain, ifChanged: refusals.length - certain },
    unreadable,
  }
}

function statesOf(workloads: readonly WorkloadEntry[]): Record<State, number> {
  const counts = Object.fromEntries(Object.keys(STATES).map((state) => [state, 0])) as Record<State, number>
  for (const { state } of workloads) if (state !== undefined) counts[state]++
  return counts
}

const podsOf = (workloads: readonly WorkloadEntry[], otherPods: readonly OtherPods[]) =>
  [...workloads, ...otherPods].reduce((sum, { pods }) => addCounts(sum, pods ?? NO_PODS), NO_PODS)

/** Workloads per finding: a finding about several containers of a workload counts once. */
function findingCounts(workloads: readonly WorkloadEntry[]): Totals['findings'] {
  const held = new Map<FindingId, { workloads: number; ended: number; accepted: number }>()
  for (const { findings } of workloads) {
    for (const id of new Set(findings.map((finding) => finding.id))) {
      const own = findings.filter((finding) => finding.id === id)
      const sums = held.get(id) ?? { workloads: 0, ended: 0, accepted: 0 }
      sums.workloads++
      if (own.every(({ holds }) => holds === 'before')) sums.ended++
      else if (own.every(({ accepted }) => accepted !== undefined)) sums.accepted++
      held.set(id, sums)
    }
  }
  return [...held]
    .map(([id, sums]) => ({ id, severity: FINDINGS[id].severity, ...sums }))
    .sort((a, b) => b.workloads - a.workloads || compareText(a.id, b.id))
}

interface NamespaceKnowledge {
  readonly factsOf: (name: string) => NamespaceFacts | undefined
  readonly gates: readonly (GateEntry & { readonly namespace: string })[]
}

/** The namespaces, sorted by name. */
export function namespacesOf(
  { workloads, otherPods, read }: Counted,
  { factsOf, gates }: NamespaceKnowledge,
): readonly NamespaceEntry[] {
  const ownWorkloads = Map.groupBy(workloads, ({ namespace }) => namespace)
  const ownPods = Map.groupBy(otherPods, ({ namespace }) => namespace)
  const ownGates = Map.groupBy(gates, ({ namespace }) => namespace)
  const names = [...new Set([...read.keys(), ...ownPods.keys()])].sort(compareText)
  return names.map((name) => {
    const mine = ownWorkloads.get(name) ?? []
    return {
      name,
      ...labelsOf(factsOf(name)),
      gates: (ownGates.get(name) ?? []).map(gateOf),
      workloads: read.get(name) ?? 0,
      exposed: mine.filter(({ state }) => state !== undefined).length,
      states: statesOf(mine),
      warnings: mine.flatMap(({ findings }) => findings).filter(counts).length,
      refusals: mine.filter(({ refusedWithoutUs }) => refusedWithoutUs?.likelihood === 'certain').length,
      pods: podsOf(mine, ownPods.get(name) ?? []),
    }
  })
}

const gateOf = ({ controller, state, why, cure }: GateEntry): GateEntry => ({
  controller,
  state,
  why,
  ...given('cure', cure),
})

function labelsOf(facts: NamespaceFacts | undefined) {
  const labels: Record<string, string> = {}
  for (const key of Object.values(GATE_LABELS)) {
    const value = facts?.labels[key]
    if (value !== undefined) labels[key] = value
  }
  return { ...given('mode', facts?.labels[MODE_LABEL]), labels }
}
