import { property } from '../kubernetes/json.ts'

/** How often an Event was seen. */
export interface Series {
  readonly count: number
  /** When it was last written, milliseconds since 1970; 0 where it cannot be read. */
  readonly last: number
}

const timeOf = (value: unknown): number =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : 0

/** Of an `events.k8s.io/v1` Event; one without a series was seen once. */
export function readSeries(event: unknown): Series {
  const series = property(event, 'series')
  const count = property(series, 'count')
  return {
    count: typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 1,
    last: timeOf(property(series, 'lastObservedTime') ?? property(event, 'eventTime')),
  }
}
