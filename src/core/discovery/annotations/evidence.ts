import type { Evidence, HealthCheck } from '../../model/exposure.ts'
import type { Notice } from '../../model/notice.ts'
import type { Seconds } from '../../model/seconds.ts'
import type { Written } from './written.ts'

/** The values written for the terms of one target group, and notices about unusable ones. */
export interface WrittenEvidence {
  readonly evidence: Evidence
  readonly notices: readonly Notice[]
}

interface WrittenTerms {
  readonly delay: Written<Seconds>
  readonly idle: Written<Seconds>
  readonly interval: Written<Seconds>
  readonly timeout: Written<Seconds>
  readonly threshold: Written<number>
  readonly healthy: Written<number>
  readonly termination: Written<boolean>
  readonly crossZone: Written<boolean>
  readonly check: HealthCheck
  /** What ELB refuses of the attributes. */
  readonly refused: readonly Notice[]
}

export const evidenceOf = ({
  delay,
  idle,
  interval,
  timeout,
  threshold,
  healthy,
  termination,
  crossZone,
  check,
  refused,
}: WrittenTerms): WrittenEvidence => ({
  evidence: {
    deregistrationDelay: delay.candidates,
    idleTimeout: idle.candidates,
    healthInterval: interval.candidates,
    healthTimeout: timeout.candidates,
    unhealthyThreshold: threshold.candidates,
    healthyThreshold: healthy.candidates,
    connectionTermination: termination.candidates,
    crossZone: crossZone.candidates,
    measured: [],
    healthChecks: [check],
  },
  notices: [
    ...[delay, idle, interval, timeout, threshold, healthy, termination].flatMap(({ notices }) => notices),
    ...refused,
  ],
})
