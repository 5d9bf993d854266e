import { AWS_CONTROLLER_NAMES, defaultOfController } from '../../model/aws-controllers.ts'
import type { TargetType } from '../../model/exposure.ts'
import { type Notice, warning } from '../../model/notice.ts'
import { refText } from '../../model/object-ref.ts'
import {
  assumed,
  type Candidate,
  explicit,
  type Origin,
  observed,
  type Resolved,
  resolve,
  resolveOver,
} from '../../model/resolved.ts'
import { FEATURE_GATES, type FeatureGate } from '../../model/settings.ts'
import { ALL } from '../objects/drawer.ts'
import { LBC_FLAGS, type LbcDeploymentObject, type LbcFlag } from '../objects/lbc-objects.ts'
import type { LbcState } from '../objects/lbc-state.ts'
import type { DiscoverySettings, EffectiveSettings, ObjectView, WrittenForLbc } from '../objects/view.ts'
import { chooseLbc, GATE_WEBHOOKS, lbcHomes } from './lbc-deployment.ts'
import { singleReplicaNotices } from './single-replica.ts'
import { limitsOf, USUAL_LIMITS } from './throttle.ts'

/** The state of the controller, and notices about it. */
export interface LbcReading {
  readonly state: LbcState
  readonly notices: readonly Notice[]
}

/** Each setting from the user's setting, else from the controller's argument, else its default. */
export function readLbc(view: ObjectView, written: DiscoverySettings): LbcReading {
  const { deployment, notices } = chooseLbc(view, written.fromFiles ? undefined : lbcHomes(view))
  const state = {
    ...(deployment === undefined || written.fromFiles ? {} : { deployment: aliveness(deployment) }),
    gateWebhooks: view.filed(GATE_WEBHOOKS, ALL).flatMap(({ webhooks }) => webhooks),
    gateInjection: withDefault(
      [
        ...setting(written, 'readinessGateInject'),
        ...argument(deployment, 'enable-pod-readiness-gate-inject', booleanOf),
      ],
      true,
    ),
    callLimits: callLimitsOf(deployment),
    workers: withDefault(
      argument(deployment, 'targetgroupbinding-max-concurrent-reconciles', countOf),
      USUAL_WORKERS,
    ),
    settings: settingsOf(deployment, written),
  }
  const replicas = deployment === undefined ? [] : singleReplicaNotices(deployment)
  return { state, notices: [...notices, ...replicas, ...argumentNotices(deployment, written)] }
}

/** What discovery uses: how to read the objects, and the controller's settings. */
export function effectiveSettings(
  { fromFiles, assumedDefaultClass, assumedNamespace }: DiscoverySettings,
  { state }: LbcReading,
): EffectiveSettings {
  return {
    fromFiles,
    ...(assumedDefaultClass === undefined ? {} : { assumedDefaultClass }),
    ...(assumedNamespace === undefined ? {} : { assumedNamespace }),
    ...state.settings,
  }
}

const LBC_DEFAULT = defaultOfController('lbc')

/** Only from a cluster: a file does not show what is running. */
const aliveness = ({ ref, desired = 1, ready }: LbcDeploymentObject) => ({ ref, desired, ready })

const settingsOf = (deployment: LbcDeploymentObject | undefined, written: WrittenForLbc) => ({
  ingressClass: withDefault(
    [...setting(written, 'ingressClass'), ...argument(deployment, 'ingress-class', anyText)],
    'alb',
  ),
  loadBalancerClass: withDefault(
    [...setting(written, 'loadBalancerClass'), ...argument(deployment, 'load-balancer-class', anyText)],
    'service.k8s.aws/nlb',
  ),
  defaultTargetType: withDefault<TargetType | undefined>(
    [...setting(written, 'defaultTargetType'), ...argument(deployment, 'default-target-type', targetTypeOf)],
    undefined,
  ),
  watchNamespace: inEvery(
    withDefault<string | undefined>(
      [...setting(written, 'watchNamespace'), ...argument(deployment, 'watch-namespace', anyText)],
      undefined,
    ),
  ),
  featureGates: Object.fromEntries(
    FEATURE_GATES.flatMap((name) => {
      const [first, ...others] = [...writtenGate(written, name), ...gateArgument(deployment, name)]
      return first === undefined ? [] : [[name, resolve([first, ...others])]]
    }),
  ),
})

function writtenGate({ featureGates }: WrittenForLbc, name: FeatureGate): readonly Candidate<boolean>[] {
  const value = featureGates?.[name]
  return value === undefined ? [] : [explicit(value, { kind: 'setting', name: `featureGates.${name}` })]
}

const gateArgument = (deployment: LbcDeploymentObject | undefined, name: FeatureGate) =>
  argument(deployment, 'feature-gates', (text) => gatesOf(text).get(name))

/** LBC's defaults: pkg/config/{ingress_config,service_config,controller_config,runtime_config}.go, pkg/inject/config.go. */
const withDefault = <T>(evidence: readonly Candidate<T>[], usual: T): Resolved<T> =>
  resolveOver(evidence, assumed(usual, LBC_DEFAULT))

function setting<K extends keyof WrittenForLbc>(
  written: WrittenForLbc,
  name: K,
): readonly Candidate<NonNullable<WrittenForLbc[K]>>[] {
  const value = written[name]
  return value === undefined ? [] : [explicit(value, { kind: 'setting', name })]
}

/** The value of the Deployment's argument, if the controller would start with it. */
function argument<T>(
  deployment: LbcDeploymentObject | undefined,
  flag: LbcFlag,
  read: (text: string) => T | undefined,
): readonly Candidate<T>[] {
  const text = deployment?.arguments[flag]
  if (deployment === undefined || text === undefined || text === null) return []
  const value = read(text)
  const source = { kind: 'argument', name: `--${flag}`, object: deployment.ref } as const
  return value === undefined ? [] : [observed(value, source)]
}

/** Empty: every namespace. */
const inEvery = (watched: Resolved<string | undefined>): Resolved<string | undefined> =>
  watched.value === '' ? { ...watched, value: undefined } : watched

/** LBC pkg/config/controller_config.go. */
const USUAL_WORKERS = 3

const countOf = (text: string): number | undefined =>
  /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : undefined

/** An argument that is not understood is not the default. */
function callLimitsOf(deployment: LbcDeploymentObject | undefined): LbcState['callLimits'] {
  const text = deployment?.arguments['aws-api-throttle']
  if (deployment === undefined || text === undefined)
    return resolveOver([], assumed(USUAL_LIMITS, LBC_DEFAULT))
  const source = { kind: 'argument', name: '--aws-api-throttle', object: deployment.ref } as const
  return resolveOver([], observed(text === null ? undefined : limitsOf(text), source))
}

const anyText = (text: string): string => text

const targetTypeOf = (text: string): TargetType | undefined =>
  text === 'ip' || text === 'instance' ? text : undefined

/** Go's strconv.ParseBool. */
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True']
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False']

const booleanOf = (text: string): boolean | undefined =>
  TRUE.includes(text) ? true : FALSE.includes(text) ? false : undefined

/** `A=true,B=false` (LBC pkg/config/feature_gates.go). */
const gatesOf = (text: string): ReadonlyMap<string, boolean> =>
  new Map(
    text.split(',').flatMap((pair) => {
      const equals = pair.indexOf('=')
      const value = equals < 0 ? undefined : booleanOf(pair.slice(equals + 1).trim())
      return value === undefined ? [] : [[pair.slice(0, equals).trim(), value] as const]
    }),
  )

/** Why the controller injects no readiness gate; undefined if it injects them. */
export function noInjection({ gateInjection: { value, origin } }: Pick<LbcState, 'gateInjection'>) {
  if (value) return undefined
  const flag = `${AWS_CONTROLLER_NAMES.lbc} runs with --enable-pod-readiness-gate-inject=false`
  return origin.source.kind === 'argument' ? flag : `${flag} (${argumentText(origin)})`
}

/** The place of a controller setting, for a message. */
export const argumentText = ({ source }: Origin): string =>
  source.kind === 'argument'
    ? `${source.name} of ${refText(source.object)}`
    : `setting ${source.kind === 'setting' ? source.name : 'of the installation'}`

/** What a flag that cannot be read is settled with; what only a report shows needs none. */
const SETTING_FOR: Readonly<Partial<Record<LbcFlag, keyof WrittenForLbc>>> = {
  'default-target-type': 'defaultTargetType',
  'enable-pod-readiness-gate-inject': 'readinessGateInject',
  'feature-gates': 'featureGates',
  'ingress-class': 'ingressClass',
  'load-balancer-class': 'loadBalancerClass',
  'watch-namespace': 'watchNamespace',
}

function argumentNotices(
  deployment: LbcDeploymentObject | undefined,
  written: WrittenForLbc,
): readonly Notice[] {
  if (deployment === undefined) return []
  return LBC_FLAGS.flatMap((flag) => {
    const setting = SETTING_FOR[flag]
    if (setting === undefined || deployment.arguments[flag] !== null || isSettled(written[setting])) return []
    const text = `--${flag} of ${refText(deployment.ref)} depends on a variable of its container, so the controller's default is assumed: write the value itself, or set ${setting} in the settings`
    return [warning('controller-argument-unknown', deployment.ref, text)]
  })
}

const isSettled = (written: WrittenForLbc[keyof WrittenForLbc]): boolean =>
  typeof written === 'object'
    ? FEATURE_GATES.every((name) => written[name] !== undefined)
    : written !== undefined
