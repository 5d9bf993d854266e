import type {
  Evidence,
  Exposure,
  HealthCheck,
  LoadBalancer,
  MeasuredExposure,
  ServicePort,
  Switcher,
  TargetType,
} from '../../src/core/model/exposure.ts'
import type { ObjectRef } from '../../src/core/model/object-ref.ts'
import { declared } from '../../src/core/model/resolved.ts'
import { type Seconds, seconds } from '../../src/core/model/seconds.ts'
import type { Settings, TermSettings } from '../../src/core/model/settings.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

const service = { kind: 'Service', namespace: 'shop', name: 'web' } as const

interface Wanted {
  readonly name?: string
  readonly loadBalancer?: LoadBalancer
  readonly targetType?: TargetType
  readonly local?: boolean
  readonly delay?: number
  readonly idle?: number
  readonly healthInterval?: number
  readonly healthyThreshold?: number
  readonly port?: ServicePort
  /** A TargetGroupBinding through which it is known. */
  readonly binding?: string
  /** `deregistration_delay.connection_termination.enabled`, as many as are written. */
  readonly termination?: readonly boolean[]
  /** `load_balancing.cross_zone.enabled` */
  readonly crossZone?: boolean
  readonly measured?: readonly MeasuredExposure[]
  /** The health checks that are written. */
  readonly checks?: readonly HealthCheck[]
  readonly selectsOnePod?: boolean
  readonly otherClusters?: boolean
  readonly publishNotReadyAddresses?: boolean
  readonly switchedBy?: Switcher
}

const field = { kind: 'field', path: 'spec', object: service } as const

const said = (count: number | undefined): readonly ReturnType<typeof declared<Seconds>>[] =>
  count === undefined ? [] : [declared(seconds(count), field)]

const bindingOf = (ref: ObjectRef, { binding }: Wanted): readonly { readonly object: ObjectRef }[] =>
  binding === undefined ? [] : [{ object: { ...ref, kind: 'TargetGroupBinding', name: binding } }]

/** An exposure with what a test says of it; ip targets of an ALB where it says nothing. */
export function exposure(wanted: Wanted = {}): Exposure {
  const ref = { ...service, name: wanted.name ?? service.name }
  const evidence: Evidence = {
    deregistrationDelay: said(wanted.delay),
    idleTimeout: said(wanted.idle),
    healthInterval: said(wanted.healthInterval),
    healthTimeout: [],
    unhealthyThreshold: [],
    healthyThreshold: wanted.healthyThreshold === undefined ? [] : [declared(wanted.healthyThreshold, field)],
    connectionTermination: (wanted.termination ?? []).map((one) => declared(one, field)),
    crossZone: wanted.crossZone === undefined ? [] : [declared(wanted.crossZone, field)],
    measured: wanted.measured ?? [],
    healthChecks: wanted.checks ?? [],
  }
  return {
    id: `test/${ref.name}`,
    service: ref,
    ...(wanted.port === undefined ? {} : { port: wanted.port }),
    loadBalancer: { ...declared(wanted.loadBalancer ?? 'alb', field), alternatives: [] },
    targetType: { ...declared(wanted.targetType ?? 'ip', field), alternatives: [] },
    externalTrafficPolicy: wanted.local === true ? 'Local' : 'Cluster',
    controller: 'lbc',
    evidence,
    because: [[...bindingOf(ref, wanted), { object: ref }]],
    assumptions: [],
    publishNotReadyAddresses: wanted.publishNotReadyAddresses ?? false,
    selectsOnePod: wanted.selectsOnePod ?? false,
    otherClusters: wanted.otherClusters ?? false,
    ...(wanted.switchedBy === undefined ? {} : { switchedBy: wanted.switchedBy }),
  }
}

/**
 * The terms that tests rest on, as an installation would state them: what a test expects follows from these figures
 * and not from the defaults, which `test/core/default-terms.test.ts` holds.
 */
export const STATED_TERMS: TermSettings = {
  controllerSeconds: seconds(5),
  propagationSeconds: { alb: seconds(25), nlb: seconds(120) },
  requestSeconds: seconds(10),
  kubeProxySeconds: seconds(10),
  marginSeconds: seconds(5),
  unhealthyLagSeconds: seconds(40),
}

/** The settings of an installation that states its terms, with some of them written. */
export const settingsWith = ({ terms, ...written }: Partial<Settings> = {}): Settings => ({
  ...DEFAULT_SETTINGS,
  ...written,
  terms: {
    ...STATED_TERMS,
    ...terms,
    propagationSeconds: { ...STATED_TERMS.propagationSeconds, ...terms?.propagationSeconds },
  },
})
