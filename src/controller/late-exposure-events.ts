import { nameOf, type SeenExposure } from '../core/adoption/adoption.ts'
import { costOfReplacing, handoverOrRestart, type Replaced } from '../core/adoption/replacing.ts'
import type { Budget } from '../core/budget/budget.ts'
import { arrivalsEnd } from '../core/budget/timeline.ts'
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
  readonly replaced: Replaced
}

/** The user chooses when to roll out. The text is the same in every mode: a switch to enforce makes no second Event. */
export const unprotectedEvent = (
  regarding: Regarding,
  { exposures, budget, why, replaced }: Unprotected,
): ObjectEvent => ({
  regarding,
  type: 'Warning',
  reason: 'ExposedUnprotected',
  action: 'LeaveAlone',
  note: [
    `Pods that are older than ${sendersOf(exposures)} have no preStop hook`,
    budget === undefined ? '' : ` (needed: ${protectionText(budget)})`,
    `. Not rolled out by Slackwater: ${why}. To protect their replacements, in mode enforce: ${handoverOrRestart(replaced)}; `,
    costOfReplacing(replaced, budget === undefined ? 0 : arrivalsEnd(budget)),
  ].join(''),
})
