import { createMeasurement } from '../core/measurement/create-measurement.ts'
import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import type { Measurement } from '../core/measurement/measurement.ts'
import { readAccessLogs } from './access-logs.ts'
import type { AccessLogReading, ReadingOptions, RequestConsumer } from './reading.ts'
import { LogSurvey } from './survey.ts'
import type { TimeSpan } from './time-span.ts'

interface LogsInputs {
  readonly paths: readonly string[]
  readonly leaving: readonly LeavingTarget[]
  readonly reading: ReadingOptions
  /** Only requests that were answered within it. Milliseconds since 1970. */
  readonly within: TimeSpan
  /** 5xx of this time are kept one by one. */
  readonly span?: TimeSpan
}

export interface LogsRead {
  readonly measurement: Measurement
  readonly survey: LogSurvey
  readonly reading: AccessLogReading
  /** Requests that were answered within `span`. */
  readonly inSpan: number
}

/** Reads access logs once, and measures with the departures. Never throws but for the signal's reason. */
export async function measureLogs({ paths, leaving, reading, within, span }: LogsInputs): Promise<LogsRead> {
  const measuring = createMeasurement(leaving, span === undefined ? {} : { span })
  const survey = new LogSurvey(leaving)
  let inSpan = 0
  const consumer: RequestConsumer = {
    wants: (glance) => {
      const { loadBalancer, target = '-', answered, status } = glance
      if (answered < within.from || answered > within.to) return false
      if (span !== undefined && answered >= span.from && answered <= span.to) inSpan += 1
      survey.see(glance)
      return measuring.wants(loadBalancer, target, answered, status)
    },
    take: (request) => measuring.take(request),
  }
  const read = await readAccessLogs(paths, consumer, reading)
  return { measurement: measuring.end(), survey, reading: read, inSpan }
}
