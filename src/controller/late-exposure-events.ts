import { nameOf, restartCost, type SeenExposure } from '../core/adoption/adoption.ts'
import type { Budget } from '../core/budget/budget.ts'
import { phasesOf, sentUntil } from '../core/budget/timeline.ts'
import type { ObjectEvent, Regarding } from './events.ts'

/** Seconds. */
interface Protection {
  readonly sleep: number
  readonly grace: number
}

const protectionText = ({ sleep, grace }: Protection): string => `sleep ${sleep} s, grace ${grace} s`

/** The load balancers of the exposures; a reported workload has at least one. */
export const sendersOf = (exposures: readonly SeenExposure[]): string =>
  [...new Set(exposures.map(nameOf))].join(' and ')

interface Adopted extends Protection {
  readonly exposures: readonly SeenExposure[]
  /** Where its hooks are. */
  readonly into: 'template' | 'pods'
}

/** The workload has been rolled out once. */
export const adoptedEvent = (
  regarding: Regarding,
  { exposures, into, ...protection }: Adopted,
): ObjectEvent => ({
  regarding,
  type: 'Normal',
  reason: 'Adopted',
  action: 'RollOut',
  note: `rolled out once: its load balancer (${sendersOf(exposures)}) came after it; ${into === 'pods' ? 'each new Pod gets ' : ''}${protectionText(protection)}`,
})

interface Unprotected {
  readonly exposures: readonly SeenExposure[]
  /** The sleep and grace that its Pods would get. */
  readonly budget?: (Protection & Pick<Budget, 'perExposure'>) | undefined
  readonly why: string
  readonly cure: string
}

/** The user chooses when to roll out. */
export const unprotectedEvent = (
  regarding: Regarding,
  { exposures, budget, why, cure }: Unprotected,
): ObjectEvent => ({
  regarding,
  type: 'Warning',
  reason: 'ExposedUnprotected',
  action: 'LeaveAlone',
  note: [
    `Pods that are older than ${sendersOf(exposures)} have no preStop hook`,
    budget === undefined ? '' : ` (needed: ${protectionText(budget)})`,
    `. Not rolled out by Slackwater: ${why}. To protect the next ones: ${cure}; `,
    restartCost(sentUntil(budget?.perExposure.flatMap(phasesOf) ?? [])),
  ].join(''),
})
