import { DEFAULT_TERMS } from '../core/budget/terms.ts'
import type { Settings } from '../core/model/settings.ts'
import { given } from '../kubernetes/json.ts'
import type { MeasuredController } from '../lbc-metrics/last-hour.ts'
import type { MeasuredControllerEntry } from './lbc-schema.ts'

/** What the controller's metrics say, beside what the budget has. */
export function measuredEntry(
  measured: MeasuredController | undefined,
  { terms, accept }: Pick<Settings, 'terms' | 'accept'>,
): MeasuredControllerEntry | undefined {
  if (measured === undefined) return undefined
  const { from, to, slowest, ...counts } = measured
  return {
    from: timeText(from),
    to: timeText(to),
    ...counts,
    ...given(
      'slowest',
      slowest && {
        at: timeText(slowest.at),
        reconciles: slowest.reconciles,
        waitedSeconds: rounded(slowest.waited),
        workedSeconds: rounded(slowest.worked),
      },
    ),
    budgeted: terms.controllerSeconds ?? DEFAULT_TERMS.controller,
    ...given('accepted', accept['controller-slow']),
  }
}

const timeText = (time: number): string => new Date(time).toISOString()
const rounded = (seconds: number): number => Math.round(seconds * 10) / 10
