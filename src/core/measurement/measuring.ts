import type { Measurement } from './measurement.ts'
import type { RequestSeen } from './request-seen.ts'

/**
 * Reads access logs request by request, in any order: the files of a load balancer's nodes overlap in time. Synchronous,
 * bounded, without a clock. A reader asks `wants` for every line, with what stands at its beginning, and reads the rest
 * only of those that are wanted. Made by `createMeasurement(leaving, options)` (create-measurement.ts).
 */
export interface Measuring {
  /**
   * Whether the whole line is to be read and given to `take`. To be called once for every line, also for those that turn
   * out not to be wanted: it notes which times the logs cover. It allocates nothing.
   * @param loadBalancer `app/my-alb/50dc6c495c0c9188`.
   * @param target as the line has it: `10.0.1.2:8080`, `[2001:db8::1]:8080`, or `-`.
   * @param answered the line's time, in milliseconds since 1970.
   * @param status what the client got.
   */
  wants(loadBalancer: string, target: string, answered: number, status: number): boolean
  /** Each request once, whatever files overlap. One that is not wanted does no harm. */
  take(request: RequestSeen): void
  /** What all of it shows. Nothing is taken after it. */
  end(): Measurement
}

export interface MeasuringOptions {
  /** 5xx of this span are kept one by one, whatever they are from: for `whyAround`. Milliseconds since 1970. */
  readonly span?: { readonly from: number; readonly to: number }
  /** How many requests that may be lost are kept one by one; 50,000 by default. */
  readonly kept?: number
}
