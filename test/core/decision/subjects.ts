import { type Aftermath, aftermath } from '../../../src/core/decision/aftermath.ts'
import { type Decision, decide } from '../../../src/core/decision/decide.ts'
import type { Subject } from '../../../src/core/decision/subject.ts'
import { lbcFacts } from '../../../src/core/gates/lbc-outlook.ts'
import type { ContainerProcess } from '../../../src/core/model/container-process.ts'
import type { Exposure } from '../../../src/core/model/exposure.ts'
import { RECORD_ANNOTATION } from '../../../src/core/model/keys.ts'
import { NO_OVERRIDES } from '../../../src/core/model/overrides.ts'
import { type Candidate, explicit } from '../../../src/core/model/resolved.ts'
import { type Seconds, seconds } from '../../../src/core/model/seconds.ts'
import type { Settings } from '../../../src/core/model/settings.ts'
import { NO_SURROUNDINGS, type Surroundings } from '../../../src/core/model/surroundings.ts'
import type {
  Container,
  NamespaceFacts,
  PodTemplate,
  PreStop,
  Stated,
  WorkloadSummary,
} from '../../../src/core/model/workload.ts'
import { exposure, settingsWith } from '../exposures.ts'

export const s = seconds

export const nativeSleep = (length: number): PreStop => ({ handlers: ['sleep'], sleep: s(length) })
export const exec = (...command: readonly string[]): PreStop => ({ handlers: ['exec'], exec: command })
export const QUIT = exec('/quit')

/** A container with these members; without a hook and without probes where a test says nothing. */
export const container = (name: string, wanted: Partial<Container> = {}): Container => ({
  name,
  hasLifecycle: wanted.preStop !== undefined,
  onlyPreStop: true,
  probes: {},
  hasReadinessProbe: true,
  ...wanted,
})

/** A template of one container, `app`. */
export const podTemplate = (wanted: Partial<PodTemplate> = {}): PodTemplate => ({
  labels: { app: 'web' },
  annotations: {},
  hasMetadata: true,
  hasAnnotations: wanted.annotations !== undefined,
  foreignAnnotationBytes: 0,
  containers: [container('app')],
  nativeSidecars: [],
  readinessGates: [],
  spot: false,
  ...wanted,
})

/** A source that states this grace period, and nothing else of a Pod's end. */
export const stating = (grace: number): Stated => ({
  grace: s(grace),
  hooks: new Map(),
  lifecycles: new Set(),
  probes: new Map(),
})

/** `app` with our sleep, and the grace period that goes with it: absent before. */
export const ourTemplate = (length = 45, grace = 75, wanted: Partial<PodTemplate> = {}): PodTemplate =>
  podTemplate({
    grace: s(grace),
    containers: [container('app', { preStop: nativeSleep(length) })],
    annotations: {
      [RECORD_ANNOTATION]: `{"grace":{"before":null,"after":${grace}},"sleep":{"app":${length}}}`,
    },
    ...wanted,
  })

export const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const

/** A Deployment of three replicas with the API server's own strategy. */
export const summary = (wanted: Partial<WorkloadSummary> = {}): WorkloadSummary => ({
  ref: WEB,
  replicas: 3,
  replacement: { kind: 'rolling', maxSurge: { percent: 25 }, maxUnavailable: { percent: 25 } },
  minReadySeconds: s(0),
  ...wanted,
})

export const subject = (wanted: Partial<Subject> = {}): Subject => ({
  what: 'workload',
  ref: WEB,
  template: podTemplate(),
  change: 'new',
  mirror: false,
  workload: summary(),
  modeLabels: [],
  overrides: NO_OVERRIDES,
  ...wanted,
})

/** A value that an annotation says. */
export const said = <T>(value: T): Candidate<T> =>
  explicit(value, { kind: 'annotation', key: 'test', object: WEB })

interface Around {
  readonly exposures?: readonly Exposure[]
  readonly settings?: Partial<Settings>
  readonly namespace?: NamespaceFacts
  readonly processes?: readonly ContainerProcess[]
  readonly surroundings?: Surroundings
}

/** Decides on a subject behind one ALB with ip targets: S 5 + 25 + 10 + 5 = 45. */
export function decided(wanted: Partial<Subject> = {}, around: Around = {}): Decision {
  const { exposures = [exposure()], settings = {} } = around
  return decide(subject(wanted), exposures, settingsWith(settings))
}

/** What is shown of such a decision. No load balancer controller is seen; its usual label brings the gate. */
export function shown(wanted: Partial<Subject> = {}, around: Around = {}): Aftermath {
  const decision = decided(wanted, around)
  const { namespace = { name: 'shop', labels: {} }, surroundings = NO_SURROUNDINGS } = around
  const facts = lbcFacts({ exposures: decision.exposures, namespace, labels: {} }, undefined)
  return aftermath(decision, { ...facts, surroundings }, () => around.processes ?? [])
}

/** What a decision writes, short: `add-hook 0 45`, `set-grace 75`, `write-record`. */
export const told = ({ changes }: Pick<Decision, 'changes'>): readonly string[] =>
  changes.map((change) => {
    const parts: (string | number | Seconds)[] = [change.kind]
    if ('container' in change) parts.push(change.container)
    if ('probe' in change) parts.push(change.probe)
    if ('sleep' in change) parts.push(change.sleep)
    if ('to' in change) parts.push(change.to)
    return parts.join(' ')
  })
