import type { Logger } from 'pino'
import type { ControlLoop } from '../cluster/control-loop.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { Clock } from '../pacing/clock.ts'
import { logThrottle } from '../pacing/log-throttle.ts'
import { LastHour, type MeasuredController } from './last-hour.ts'
import { scrape } from './scrape.ts'

/** Between two scrapes: Prometheus’ own default. Milliseconds. */
const INTERVAL = 60_000
/** How often the same failure is logged. Milliseconds. A choice. */
const SAID_AGAIN = 3_600_000

interface LbcMetricsOptions {
  /** Absent: nothing is read. */
  readonly url: string | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly onScrape: (outcome: 'read' | 'failed') => void
}

/** Reads the load balancer controller's metrics, while this process leads. */
export interface LbcMetrics {
  readonly loop: ControlLoop
  /** What they say of the last hour; undefined: nothing is known. */
  readonly measured: () => MeasuredController | undefined
}

/** A failure is logged, and ends nothing: the next scrape is a minute later. */
export function createLbcMetrics({ url, clock, log, onScrape }: LbcMetricsOptions): LbcMetrics {
  const hour = new LastHour()
  const isNews = logThrottle(SAID_AGAIN, () => clock.now())
  let next = 0
  const read = async (address: string, signal: AbortSignal): Promise<void> => {
    try {
      hour.add(await scrape({ url: address, clock, signal }), clock.date().getTime())
      onScrape('read')
    } catch (error) {
      if (signal.aborted) return
      onScrape('failed')
      const problem = messageOf(error)
      if (isNews(problem))
        log.warn({ url: address, problem }, 'metrics of the load balancer controller not read')
    }
  }
  return {
    loop: {
      name: 'controller-metrics',
      regardlessOfDoubt: true,
      tick: async (signal) => {
        if (url === undefined || clock.now() < next) return
        next = clock.now() + INTERVAL
        await read(url, signal)
      },
    },
    measured: () => hour.summary(clock.date().getTime()),
  }
}
