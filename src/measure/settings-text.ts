import { DEFAULT_TERMS } from '../core/budget/terms.ts'
import { printable } from '../core/model/printable.ts'
import type { LoadBalancerEntry, MeasureDocument } from './schema.ts'

/** The first words of a file that --write-settings wrote, which it may therefore write over. */
export const WRITTEN_BY = '# Written by slackwater measure'

interface SettingsTerms {
  readonly controller: number
  readonly propagation: number
  /** The fewest departures of a load balancer that counts. */
  readonly n: number
}

/**
 * The settings of an installation are for all of its load balancers: the longest of what was measured. Where C is in what was
 * measured it stays as it is set, because it also counts for NLBs, and P is what is left: the sum is the same.
 * @param controllerSetting C as the installation sets it, seconds.
 * @returns undefined: of no load balancer there are enough departures.
 */
export function settingsTerms(
  loadBalancers: readonly LoadBalancerEntry[],
  controllerSetting: number = DEFAULT_TERMS.controller,
): SettingsTerms | undefined {
  const used = loadBalancers.flatMap((one) =>
    one.terms ? [{ ...one.terms, n: fewest(one, one.terms) }] : [],
  )
  if (used.length === 0) return undefined
  const apart = used.flatMap(({ basis, controllerSeconds }) =>
    basis === 'deregistration' && controllerSeconds !== undefined ? [controllerSeconds] : [],
  )
  const controller = Math.max(...apart, ...(apart.length === used.length ? [] : [controllerSetting]))
  const propagation = Math.max(
    ...used.map(({ basis, propagationSeconds: P }) => (basis === 'deletion' ? P - controller : P)),
  )
  return {
    controller,
    propagation: Math.max(0, propagation),
    n: Math.min(...used.map(({ n }) => n)),
  }
}

/** Departures that the terms of a load balancer are from: C may be from fewer than P. */
function fewest(
  { lastRequest, controller, propagation }: LoadBalancerEntry,
  { basis, controllerSeconds }: NonNullable<LoadBalancerEntry['terms']>,
): number {
  if (basis === 'deletion') return lastRequest?.n ?? 0
  const samples = controllerSeconds === undefined ? [propagation] : [controller, propagation]
  return Math.min(...samples.map((sample) => sample?.n ?? 0))
}

/** A settings file, which `plan --settings` and the chart's values take. */
export function settingsText(
  { created, by, loadBalancers, logs }: MeasureDocument,
  terms: SettingsTerms,
): string {
  const { controller, propagation, n } = terms
  const names = loadBalancers
    .filter(({ terms: found }) => found !== undefined)
    .map(({ loadBalancer }) => loadBalancer)
  return `${WRITTEN_BY} on ${created.slice(0, 10)} (${by}), from access logs
# of ${logs.from?.slice(0, 10)} to ${logs.to?.slice(0, 10)}, at least ${n} departures of each of:
${names.map((name) => `#   ${printable(name)}\n`).join('')}# These settings are for all load balancers of the installation, and win over what
# slackwater measure --apply stores. plan --settings and helm --values take this file.
terms:
  controllerSeconds: ${controller}
  propagationSeconds:
    alb: ${propagation}
`
}
