import { DEFAULT_TERMS } from '../core/budget/terms.ts'
import type { LoadBalancerEntry, MeasureDocument } from './schema.ts'

/** The first words of a file that --write-settings wrote, which it may therefore write over. */
export const WRITTEN_BY = '# Written by slackwater measure'

interface SettingsTerms {
  readonly controller: number
  readonly propagation: number
  /** Departures behind the longest time. */
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
  const used = loadBalancers.filter(({ enough }) => enough)
  if (used.length === 0) return undefined
  const n = Math.min(...used.map(({ lastRequest, propagation }) => (lastRequest ?? propagation)?.n ?? 0))
  const apart = used.filter(({ controller, propagation }) => controller && propagation)
  const isApart = apart.length === used.length
  const controller = isApart
    ? longest(used.map((one) => one.controller?.max ?? 0))
    : Math.max(controllerSetting, longest(apart.map((one) => one.controller?.max ?? 0)))
  const propagation = Math.max(
    ...used.map((one) =>
      Math.max(Math.ceil(one.propagation?.max ?? 0), Math.ceil(one.lastRequest?.max ?? 0) - controller),
    ),
  )
  return { controller, propagation: Math.max(0, propagation), n }
}

const longest = (times: readonly number[]): number => Math.ceil(Math.max(0, ...times))

/** A settings file, which `plan --settings` and the chart's values take. */
export function settingsText(
  { created, by, loadBalancers, logs }: MeasureDocument,
  terms: SettingsTerms,
): string {
  const { controller, propagation, n } = terms
  const names = loadBalancers.filter(({ enough }) => enough).map(({ loadBalancer }) => loadBalancer)
  return `${WRITTEN_BY} on ${created.slice(0, 10)} (${by}), from access logs
# of ${logs.from?.slice(0, 10)} to ${logs.to?.slice(0, 10)}, at least ${n} departures of each of:
${names.map((name) => `#   ${name}\n`).join('')}# These settings are for all load balancers of the installation, and win over what
# slackwater measure --apply stores. plan --settings and helm --values take this file.
terms:
  controllerSeconds: ${controller}
  propagationSeconds:
    alb: ${propagation}
`
}
