import pino, { type Logger } from 'pino'
import { printableJson } from '../core/model/printable.ts'
import { createLogDestination } from './log-destination.ts'

interface Log {
  readonly log: Logger
  readonly dropped: () => number
  readonly end: () => void
}

/** One line of JSON for each event on standard output, written in batches so that logging delays no request. */
export function logTo(level: string): Log {
  const destination = createLogDestination({
    fd: 1,
    onRecovered: (dropped) => log.warn({ dropped }, 'log lines dropped'),
  })
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: printableJson },
    },
    destination,
  )
  // A second signal or an uncaught error ends the process without returning here; `end` may be called twice.
  process.once('exit', destination.end)
  return { log, dropped: destination.dropped, end: destination.end }
}
