import type { FindingId } from '../core/findings/catalogue.ts'

/** The state of a workload behind a load balancer. */
export const STATES = {
  protected: 'nothing to change, and no hook or grace period is too short',
  'would-change': 'hook or grace period would be written into its template at its next change',
  'in-pods': 'its template is not changed; its Pods get both at their creation',
  short: 'nothing to change, but a hook is too short or of unknown length, or the grace period is too short',
  withheld: 'no other pod can serve meanwhile: a sleep would only lengthen the outage',
  'left-alone': 'opted out, out of scope, the limits leave no sleep, or a change that could not be proven',
} as const
export type State = keyof typeof STATES

/** The findings that stand for a state. If every one of them is accepted, so is the state. */
export const STATE_FINDINGS: Readonly<Partial<Record<State, readonly FindingId[]>>> = {
  // What a user's hook, or a limit, leaves open.
  short: [
    'prestop-ends-server',
    'prestop-missing',
    'prestop-too-short',
    'prestop-unknown-length',
    'grace-too-short',
    'sidecar-dies-first',
    'sleep-capped',
  ],
  withheld: ['outage-on-replacement'],
  'left-alone': ['exposed-not-covered', 'sleep-capped'],
}
