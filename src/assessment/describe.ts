import type { Decision } from '../core/decision/decide.ts'
import { listNames } from '../core/findings/rule.ts'
import type { Change } from '../core/injection/desired.ts'
import { longestMeasured } from '../core/injection/measured.ts'
import { ownedWorkIn, withoutOurs } from '../core/injection/owned-work.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'

type Of<K extends Change['kind']> = Extract<Change, { readonly kind: K }>

const named = <K extends Change['kind']>(decision: Decision, changes: readonly Change[], kind: K): string => {
  const containers = changes.filter((change): change is Of<K> => change.kind === kind)
  const names = containers.map((change) =>
    'container' in change ? (decision.subject.template.containers[change.container]?.name ?? '') : '',
  )
  return listNames(names)
}

const find = <K extends Change['kind']>(changes: readonly Change[], kind: K): Of<K> | undefined =>
  changes.find((change): change is Of<K> => change.kind === kind)

/** Slackwater's work is removed, but the raised grace period stays: the API server would reject a lower one. */
function keptGrace({ subject: { template } }: Decision): readonly string[] {
  const ownedWork = ownedWorkIn(template)
  if (ownedWork.grace === undefined) return []
  const needed = longestMeasured(withoutOurs(template, ownedWork))
  return [`keep terminationGracePeriodSeconds ${template.grace} as your own: a sleep of ${needed} s needs it`]
}

/** The changes as short clauses, one per visible change. A changed record is not mentioned. */
export function describeChanges(decision: Decision, changes: readonly Change[]): readonly string[] {
  const clauses: string[] = []
  const hook = find(changes, 'add-hook')
  if (hook !== undefined)
    clauses.push(`add preStop sleep ${hook.sleep} s to ${named(decision, changes, 'add-hook')}`)
  const other = find(changes, 'replace-hook')
  if (other !== undefined)
    clauses.push(
      `set Slackwater’s preStop sleep to ${other.sleep} s on ${named(decision, changes, 'replace-hook')}`,
    )
  if (find(changes, 'remove-hook'))
    clauses.push(`remove Slackwater’s preStop from ${named(decision, changes, 'remove-hook')}`)
  if (find(changes, 'remove-handler'))
    clauses.push(`remove Slackwater’s preStop next to yours on ${named(decision, changes, 'remove-handler')}`)
  const grace = find(changes, 'set-grace')
  if (grace !== undefined)
    clauses.push(`set terminationGracePeriodSeconds ${grace.from ?? 'default 30'} → ${grace.to}`)
  const removed = find(changes, 'remove-grace')
  if (removed !== undefined)
    clauses.push(`set terminationGracePeriodSeconds ${removed.from} → default ${DEFAULT_GRACE}`)
  if (find(changes, 'remove-record') && grace === undefined && removed === undefined)
    clauses.push(...keptGrace(decision))
  const probe = find(changes, 'set-probe-grace')
  if (probe !== undefined)
    clauses.push(`keep ${probe.to} s for failing probes of ${named(decision, changes, 'set-probe-grace')}`)
  const gates = find(changes, 'add-gates')
  if (gates !== undefined)
    clauses.push(`add readiness gate ${listNames(gates.gates)}, since the load balancer controller is down`)
  return clauses
}
