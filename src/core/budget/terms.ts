import type { Exposure, LoadBalancer } from '../model/exposure.ts'
import type { Overrides } from '../model/overrides.ts'
import {
  assumed,
  type Candidate,
  declared,
  explicit,
  type Provenance,
  type Resolved,
  resolveOver,
} from '../model/resolved.ts'
import { type Seconds, seconds } from '../model/seconds.ts'
import type { Settings, TermSettings } from '../model/settings.ts'
import type { TermName } from './expression.ts'
import { measuredTerms } from './measured-terms.ts'

const slackwaterDefault: Provenance = { kind: 'default', of: 'Slackwater' }
const aws: Provenance = { kind: 'default', of: 'AWS' }
const lbc: Provenance = { kind: 'default', of: 'AWS Load Balancer Controller' }

/**
 * Default terms. AWS publishes neither C nor P; each figure says where it comes from.
 * - C 5: measured 0.15 to 0.97 s on an idle cluster with one target group; 5 covers queues and throttling
 *   (LBC pkg/aws/throttle/defaults.go).
 * - P 25 for ALB: sleeps of 5, 15 and 25 s failed in the field, 35 to 60 worked. 120 for NLB: new flows for
 *   two minutes (LBC issues 2366 and 3270), AWS advises a deregistration delay of at least 120.
 * - R 10: the articles' load tests time out there; an ALB's own connect time-out.
 * - K 10: kube-proxy's update takes 10 to 30 s in the field (LBC issue 2106), one second on an idle node.
 * - J 5: our choice.
 * - L 40: an NLB stops 30 to 40 s after a target was found unhealthy (aws/containers-roadmap issue 470).
 */
export const DEFAULT_TERMS = {
  controller: seconds(5),
  propagation: { alb: seconds(25), nlb: seconds(120) },
  request: seconds(10),
  kubeProxy: seconds(10),
  margin: seconds(5),
  unhealthyLag: seconds(40),
} as const

/** AWS's defaults: ELB target-group attribute deregistration_delay.timeout_seconds; idle timeouts of ALB and NLB. */
export const AWS_DEFAULTS = {
  deregistrationDelay: seconds(300),
  idleTimeout: { alb: seconds(60), nlb: seconds(350) },
} as const

/** LBC's health check for instance targets with externalTrafficPolicy Local (pkg/service/model_build_target_group.go). */
const LOCAL_HEALTH_CHECK = { interval: seconds(10), threshold: 2, timeout: seconds(6) } as const

/** What the terms of one exposure are resolved from. */
interface TermInputs {
  readonly exposure: Exposure
  readonly settings: Pick<Settings, 'terms' | 'observed'>
  readonly overrides: Overrides
}

/** Each term of one exposure's budget, with its origin. */
export type Terms = Readonly<Record<TermName, Resolved<Seconds>>>

/** A setting as a candidate; a list of none where nobody wrote it. */
export const written = (value: Seconds | undefined, name: string): readonly Candidate<Seconds>[] =>
  value === undefined ? [] : [explicit(value, { kind: 'setting', name: `terms.${name}` })]

/** A classic load balancer is reached and idles out as an ALB does. */
const familyOf = (loadBalancer: LoadBalancer): 'alb' | 'nlb' => (loadBalancer === 'nlb' ? 'nlb' : 'alb')

/** R is the same for every exposure. */
export const resolveRequest = (settings: TermSettings, { request }: Overrides): Resolved<Seconds> =>
  resolveOver(
    [...(request === undefined ? [] : [request]), ...written(settings.requestSeconds, 'requestSeconds')],
    assumed(DEFAULT_TERMS.request, slackwaterDefault),
  )

/** Every term but A, which each container has for itself. */
export function resolveTerms(inputs: TermInputs): Omit<Terms, 'A'> {
  const { exposure, overrides } = inputs
  const settings = inputs.settings.terms
  const family = familyOf(exposure.loadBalancer.value)
  const { evidence } = exposure
  return {
    ...timeToLeave(inputs, family),
    R: resolveRequest(settings, overrides),
    K: resolveOver(
      written(settings.kubeProxySeconds, 'kubeProxySeconds'),
      assumed(DEFAULT_TERMS.kubeProxy, slackwaterDefault),
    ),
    J: resolveOver(
      written(settings.marginSeconds, 'marginSeconds'),
      assumed(DEFAULT_TERMS.margin, slackwaterDefault),
    ),
    D: resolveOver(
      [
        ...written(settings.deregistrationDelaySeconds, 'deregistrationDelaySeconds'),
        ...evidence.deregistrationDelay,
      ],
      assumed(AWS_DEFAULTS.deregistrationDelay, aws),
    ),
    I: resolveOver(
      [
        ...written(settings.idleTimeoutSeconds?.[family], `idleTimeoutSeconds.${family}`),
        ...evidence.idleTimeout,
      ],
      assumed(AWS_DEFAULTS.idleTimeout[family], aws),
    ),
    H: healthTerm(exposure, settings),
    L: resolveOver(
      written(settings.unhealthyLagSeconds, 'unhealthyLagSeconds'),
      assumed(DEFAULT_TERMS.unhealthyLag, slackwaterDefault),
    ),
  }
}

/** C and P: until DeregisterTargets has returned, and from then until no node of the load balancer sends any more. */
function timeToLeave(
  { exposure, settings: { terms, observed } }: TermInputs,
  family: 'alb' | 'nlb',
): Pick<Terms, 'C' | 'P'> {
  const given = {
    C: written(terms.controllerSeconds, 'controllerSeconds'),
    P: written(terms.propagationSeconds?.[family], `propagationSeconds.${family}`),
  }
  const measured = measuredTerms(exposure, observed, given.P.length > 0)
  const C = resolveOver([...given.C, ...measured.C], assumed(DEFAULT_TERMS.controller, slackwaterDefault))
  const P = resolveOver(
    [...given.P, ...measured.P(C.value)],
    assumed(DEFAULT_TERMS.propagation[family], slackwaterDefault),
  )
  return { C, P }
}

const isSilent = ({ healthInterval, unhealthyThreshold, healthTimeout }: Exposure['evidence']): boolean =>
  healthInterval.length + unhealthyThreshold.length + healthTimeout.length === 0

/** H = interval × unhealthy threshold + timeout. */
function healthTerm({ evidence }: Exposure, settings: TermSettings): Resolved<Seconds> {
  if (settings.healthSeconds === undefined && isSilent(evidence)) return DEFAULT_HEALTH
  const interval = resolveOver(evidence.healthInterval, assumed(LOCAL_HEALTH_CHECK.interval, lbc))
  const threshold = resolveOver(evidence.unhealthyThreshold, assumed(LOCAL_HEALTH_CHECK.threshold, lbc))
  const timeout = resolveOver(evidence.healthTimeout, assumed(LOCAL_HEALTH_CHECK.timeout, lbc))
  return resolveOver(written(settings.healthSeconds, 'healthSeconds'), healthOf(interval, threshold, timeout))
}

function healthOf(
  interval: Resolved<Seconds>,
  threshold: Resolved<number>,
  timeout: Resolved<Seconds>,
): Candidate<Seconds> {
  const parts = [interval, threshold, timeout]
  const value = seconds(interval.value * threshold.value + timeout.value)
  const text = `interval ${interval.value} × unhealthy threshold ${threshold.value} + timeout ${timeout.value}`
  const said = parts.some((part) => part.origin.rank !== 'assumed')
  return (said ? declared : assumed)(value, { kind: 'derived', text })
}

/** Where nothing says anything else: the same for every exposure. */
const DEFAULT_HEALTH = resolveOver(
  [],
  healthOf(
    resolveOver([], assumed(LOCAL_HEALTH_CHECK.interval, lbc)),
    resolveOver([], assumed(LOCAL_HEALTH_CHECK.threshold, lbc)),
    resolveOver([], assumed(LOCAL_HEALTH_CHECK.timeout, lbc)),
  ),
)
