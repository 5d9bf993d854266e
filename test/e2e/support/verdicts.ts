import { kubectlOk } from './kubectl.ts'
import { report } from './report.ts'
import type { Expected } from './rollout-faults.ts'
import type { Slackwater } from './slackwater.ts'

/** Verdicts as users read them: in the report, and on their workloads. */

export interface Verdict {
  readonly workload: { readonly namespace: string; readonly name: string }
  readonly ended?: string
  readonly verdict: Expected['verdict']
  readonly text: string
  readonly departures: Expected['departures']
  readonly gates: Expected['gates']
  readonly reasons: readonly { readonly id: string; readonly pods: number; readonly text: string }[]
}

export interface Departures {
  readonly ledger: 'here' | 'elsewhere' | 'nowhere'
  readonly since?: string
  readonly followed: number
  readonly outcomes: Expected['departures']
  readonly rollouts: readonly Verdict[]
  readonly others: readonly { readonly pod: string; readonly outcome: Expected['verdict'] }[]
}

export async function departuresIn(slackwater: Slackwater): Promise<Departures> {
  const { out, err } = await report(slackwater, '-o', 'json')
  const { departures } = JSON.parse(out) as { readonly departures?: Departures }
  if (departures === undefined) throw new Error(`the report has no departures: ${err}`)
  return departures
}

export const keyOf = ({ namespace, name }: Verdict['workload']): string => `${namespace}/${name}`

export interface RolloutEvent {
  readonly type: string
  readonly reason: string
  readonly note: string
}

/** Events about rollouts, by their workload. */
export async function rolloutEvents(): Promise<ReadonlyMap<string, readonly RolloutEvent[]>> {
  const { out } = await kubectlOk(['get', 'events.events.k8s.io', '-A', '-o', 'json'])
  const { items } = JSON.parse(out) as {
    readonly items: readonly (RolloutEvent & { readonly regarding: Verdict['workload'] })[]
  }
  const about = items.filter(({ reason }) => reason.startsWith('Rollout'))
  return Map.groupBy(about, ({ regarding }) => keyOf(regarding))
}

/** What differs, in words; nothing where all is as expected. */
export function differences(expected: Expected, verdict: Verdict | undefined): readonly string[] {
  if (verdict === undefined) return ['there is no verdict']
  const told = {
    verdict: verdict.verdict,
    departures: verdict.departures,
    reasons: Object.fromEntries(verdict.reasons.map(({ id, pods }) => [id, pods])),
    gates: { held: verdict.gates.held, of: verdict.gates.of },
  }
  const parts = ['verdict', 'departures', 'reasons', 'gates'] as const
  return parts.flatMap((part) => {
    const [wanted, got] = [sorted(expected[part]), sorted(told[part])]
    return wanted === got ? [] : [`${part} ${got}, expected ${wanted}`]
  })
}

const sorted = (value: string | object): string =>
  typeof value === 'string'
    ? value
    : JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))))
