import { leastReplicas, type ScaledWorkload } from '../../model/replicas.ts'
import { type Remark, type Rule, remarkIf } from '../rule.ts'

/**
 * Nobody can serve while a pod is replaced: a sleep would lengthen the outage, so none is injected. Where nobody states
 * how many pods there are, several are assumed, and that is said.
 */
export const outageOnReplacement: Rule = {
  id: 'outage-on-replacement',
  check: ({ outage, outageIfOne, workload }) => {
    if (outage === undefined) return ifOne(outageIfOne)
    const cure = cureOf(workload)
    const message = `${outage}: no sleep is injected`
    const brief = 'no pod serves while one is replaced'
    return [{ message, brief, ...(cure === undefined ? {} : { action: cure }) }]
  },
}

/** Where the catalogue's does not help: more replicas do nothing about Recreate, nor about a Service that selects one Pod. */
function cureOf(workload: ScaledWorkload | undefined): string | undefined {
  const kind = workload?.replacement.kind
  if (kind === 'recreate') return 'use strategy RollingUpdate'
  if (workload === undefined || leastReplicas(workload) !== 1) return 'let its Service select several pods'
  return kind === 'in-place' ? 'run two replicas' : undefined
}

const UNKNOWN =
  'replicas is not set, more than one is assumed; if there is one, its replacement is an outage: set replicas'

const ifOne = (why: string | undefined): readonly Remark[] =>
  remarkIf(why !== undefined, () => ({
    message: UNKNOWN,
    severity: 'information',
    brief: 'replicas is not set, more than one is assumed',
    action: 'set replicas',
  }))
