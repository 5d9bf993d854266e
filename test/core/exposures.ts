import type { Evidence, Exposure, LoadBalancer, TargetType } from '../../src/core/model/exposure.ts'
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
  readonly selectsOnePod?: boolean
  readonly otherClusters?: boolean
  readonly publishNotReadyAddresses?: boolean
}

const field = { kind: 'field', path: 'spec', object: service } as const

const said = (count: number | undefined): readonly ReturnType<typeof declared<Seconds>>[] =>
  count === undefined ? [] : [declared(seconds(count), field)]

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
  }
  return {
    id: `test/${ref.name}`,
    service: ref,
    loadBalancer: { ...declared(wanted.loadBalancer ?? 'alb', field), alternatives: [] },
    targetType: { ...declared(wanted.targetType ?? 'ip', field), alternatives: [] },
    externalTrafficPolicy: wanted.local === true ? 'Local' : 'Cluster',
    controller: 'lbc',
    evidence,
    because: [[{ object: ref }]],
    assumptions: [],
    publishNotReadyAddresses: wanted.publishNotReadyAddresses ?? false,
    selectsOnePod: wanted.selectsOnePod ?? false,
    otherClusters: wanted.otherClusters ?? false,
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
