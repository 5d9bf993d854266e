import type { Evidence } from '../../model/exposure.ts'
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
}

export const evidenceOf = ({
  delay,
  idle,
  interval,
  timeout,
  threshold,
  healthy,
}: WrittenTerms): WrittenEvidence => ({
  evidence: {
    deregistrationDelay: delay.candidates,
    idleTimeout: idle.candidates,
    healthInterval: interval.candidates,
    healthTimeout: timeout.candidates,
    unhealthyThreshold: threshold.candidates,
    healthyThreshold: healthy.candidates,
  },
  notices: [delay, idle, interval, timeout, threshold, healthy].flatMap(({ notices }) => notices),
})
