import { add, longer, longest, type Seconds, seconds } from '../model/seconds.ts'
import type { Budget, ExposureBudget } from './budget.ts'
import { evaluate, sum, type TermName, term } from './expression.ts'
import { endsAtDelay } from './formulas.ts'

/**
 * What the load balancer does to a pod after its deletion.
 * - `unaware`: it does not know yet, and sends as before;
 * - `stopping`: it knows, but some nodes still send;
 * - `finishing`: nothing new comes; what was begun may end.
 */
export type PhaseKind = 'unaware' | 'stopping' | 'finishing'

export interface Phase {
  readonly kind: PhaseKind
  readonly term: TermName
  readonly from: Seconds
  readonly to: Seconds
}

/** The terms that follow one another for each row, and what each means for the pod. */
const PHASES: Readonly<Record<ExposureBudget['row'], readonly (readonly [PhaseKind, TermName])[]>> = {
  'alb-ip': [
    ['unaware', 'C'],
    ['stopping', 'P'],
    ['finishing', 'R'],
  ],
  'nlb-ip': [
    ['unaware', 'C'],
    ['stopping', 'P'],
    ['finishing', 'R'],
  ],
  'nlb-ip-terminating': [
    ['unaware', 'C'],
    ['stopping', 'P'],
    ['finishing', 'R'],
  ],
  'alb-instance': [
    ['stopping', 'K'],
    ['finishing', 'I'],
  ],
  'nlb-instance-cluster': [
    ['stopping', 'K'],
    ['finishing', 'R'],
  ],
  'nlb-instance-local': [
    ['unaware', 'H'],
    ['stopping', 'L'],
  ],
  // As if another pod of the Service were on the node; where there is none, it sends for as long as the pod lives.
  'instance-local-unaware': [
    ['stopping', 'K'],
    ['finishing', 'R'],
  ],
}

/**
 * What the load balancer does after a pod's deletion (second 0), phase by phase. What an ALB
 * has open ends when the deregistration delay does, and so over an NLB with connection termination.
 */
export function phasesOf({ row, terms }: ExposureBudget): readonly Phase[] {
  const secondsOf = (name: TermName): Seconds => terms[name].value
  const limit = endsAtDelay(row) ? evaluate(sum(term('C'), term('D')), secondsOf) : undefined
  const phases: Phase[] = []
  let from = seconds(0)
  for (const [kind, name] of PHASES[row]) {
    const end = add(from, secondsOf(name))
    const to = kind === 'finishing' && limit !== undefined && limit < end ? longer(from, limit) : end
    if (to > from) phases.push({ kind, term: name, from, to })
    from = to
  }
  return phases
}

/** Until when requests or flows still arrive after a pod's deletion, of the target group that notices last. */
export const arrivalsEnd = ({ perExposure }: Pick<Budget, 'perExposure'>): Seconds =>
  longest(
    perExposure.flatMap((one) => phasesOf(one).flatMap(({ kind, to }) => (kind === 'finishing' ? [] : [to]))),
  )
