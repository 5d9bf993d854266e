import type { AwsController, LoadBalancer, TargetType } from './exposure.ts'
import type { Candidate } from './resolved.ts'
import type { Seconds } from './seconds.ts'

/** The values of `slackwater.dev/assume`. */
export const ASSUMPTIONS = ['alb-ip', 'alb-instance', 'nlb-ip', 'nlb-instance', 'none'] as const
export type Assumption = (typeof ASSUMPTIONS)[number]

/** The target group that an assumption stands for; `none` stands for none at all. */
export const ASSUMED_GROUP: Readonly<
  Record<Assumption, { readonly loadBalancer: LoadBalancer; readonly targetType: TargetType } | undefined>
> = {
  'alb-ip': { loadBalancer: 'alb', targetType: 'ip' },
  'alb-instance': { loadBalancer: 'alb', targetType: 'instance' },
  'nlb-ip': { loadBalancer: 'nlb', targetType: 'ip' },
  'nlb-instance': { loadBalancer: 'nlb', targetType: 'instance' },
  none: undefined,
}

/** Whose load balancer it stands for. */
export const ASSUMED_CONTROLLER: AwsController = 'lbc'

export const isAssumption = (text: string): text is Assumption =>
  (ASSUMPTIONS as readonly string[]).includes(text)

/** The annotations of a template and of its namespace, parsed; the template takes precedence. */
export interface Overrides {
  readonly sleep?: Candidate<Seconds>
  readonly shutdownSeconds?: Candidate<Seconds>
  readonly request?: Candidate<Seconds>
  /** `slackwater.dev/shutdown: graceful`: the application drains by itself on SIGTERM. */
  readonly graceful: boolean
  readonly assume?: Candidate<Assumption>
}

export const NO_OVERRIDES: Overrides = { graceful: false }
