import Type, { type Static } from 'typebox'
import { FINDINGS } from '../core/findings/catalogue.ts'
import { DENIABLE } from '../core/findings/deniable.ts'
import { type Seconds, seconds } from '../core/model/seconds.ts'
import {
  ADOPT,
  type FeatureGate,
  FINDING_LEVELS,
  type FindingLevel,
  GATE_WHEN_CONTROLLER_DOWN,
  HOOK_FORMS,
  INJECT_INTO,
  MODES,
  NAMESPACE_LABELS,
  POLICY_REPORTS,
  type Settings,
} from '../core/model/settings.ts'
import { WebhookSchema } from './webhook-schema.ts'

/** No setting exceeds a day: a larger number is an error, such as milliseconds. A choice. */
export const LONGEST_SECONDS = 86_400

/** Characters of a reason for an accepted finding: two sentences and a link. A choice. */
export const LONGEST_REASON = 300

const closed = { additionalProperties: false } as const

const time = (description: string) =>
  Type.Optional(Type.Unsafe<Seconds>(Type.Integer({ minimum: 0, maximum: LONGEST_SECONDS, description })))

const perFamily = (description: string) =>
  Type.Optional(
    Type.Object(
      { alb: time(`${description}, ALB`), nlb: time(`${description}, NLB`) },
      { ...closed, description },
    ),
  )

const name = (description: string) => Type.Optional(Type.String({ description }))

const gate = (name: FeatureGate) =>
  Type.Optional(
    Type.Boolean({
      description: `The load balancer controller’s feature gate ${name}; default: its own argument, else its version’s`,
    }),
  )

const FeatureGatesSchema = Type.Object(
  {
    EnableServiceController: gate('EnableServiceController'),
    ServiceTypeLoadBalancerOnly: gate('ServiceTypeLoadBalancerOnly'),
    ALBGatewayAPI: gate('ALBGatewayAPI'),
    NLBGatewayAPI: gate('NLBGatewayAPI'),
  } satisfies Readonly<Record<FeatureGate, unknown>>,
  { ...closed, description: 'Feature gates of the load balancer controller; only these four are used' },
)

/** Each finding by its id; only those whose answer is certain have `deny`. */
const FindingsSchema = Type.Unsafe<Readonly<Record<string, FindingLevel>>>(
  Type.Object(
    Object.fromEntries(
      Object.keys(FINDINGS).map((id) => [
        id,
        Type.Optional(Type.Enum(FINDING_LEVELS.filter((level) => level !== 'deny' || id in DENIABLE))),
      ]),
    ),
    {
      ...closed,
      description:
        'What each finding does at an apply: off (nothing), warn, or deny (only if its answer is certain); default warn, off for information',
    },
  ),
)

const TermsSchema = Type.Object(
  {
    controllerSeconds: time(
      'C: from the deletion of a pod until the DeregisterTargets call has returned; default 5',
    ),
    propagationSeconds: perFamily(
      'P: from that call until no node of the load balancer sends any more; default ALB 25, NLB 120',
    ),
    requestSeconds: time('R: the longest request worth waiting for; default 10'),
    kubeProxySeconds: time('K: until node rules are updated (instance targets); default 10'),
    marginSeconds: time('J: safety margin; default 5'),
    shutdownSeconds: time('A: what applications need after SIGTERM; default: the grace period that they had'),
    deregistrationDelaySeconds: time(
      'D: deregistration delay, wins over what Ingresses and Services declare; default 300 where none does',
    ),
    idleTimeoutSeconds: perFamily(
      'I: idle timeout, wins over what Ingresses declare; default ALB 60, NLB 350',
    ),
    healthSeconds: time('H: health check interval × unhealthy threshold + timeout; default 26'),
    unhealthyLagSeconds: time(
      'L: how long an NLB keeps sending after its health check has failed; default 40',
    ),
  },
  {
    ...closed,
    description: 'Terms of the timing budget; a term that is set here wins over what objects declare',
  },
)

const whole = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum, description }))

const ObservedSettingsSchema = Type.Object(
  {
    maxAgeDays: whole(
      1,
      3650,
      'Measurements are used for that long after the last departure that they are from; default 180',
    ),
    minimumDepartures: whole(
      1,
      1_000_000,
      'Measurements of fewer departures are shown and not used; default 20',
    ),
  },
  { ...closed, description: 'Which measurements of your own traffic are used' },
)

/** A DNS label, the format of the names of Namespaces and containers (RFC 1123): a pattern such as `team-*` would silently match nothing. */
const DNS_LABEL = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$'

/** A host, perhaps with a port and a path, and no user: the settings are no place for a password. */
const HTTP_URL = '^https?://[^/@\\s?#]+(/[^@\\s]*)?$'

/** The settings file: every key is optional. docs/settings.md contains the descriptions. */
export const SettingsSchema = Type.Object(
  {
    mode: Type.Optional(
      Type.Enum([...MODES], { description: 'Mode, unless a label sets another; default enforce' }),
    ),
    injectInto: Type.Optional(
      Type.Enum([...INJECT_INTO], {
        description: 'Where hooks are written: workloads (templates), pods, or auto (per rule); default auto',
      }),
    ),
    hook: Type.Optional(
      Type.Enum([...HOOK_FORMS], {
        description: 'Native sleep, or exec for nodes older than Kubernetes 1.30; default sleep',
      }),
    ),
    daemonSets: Type.Optional(Type.Boolean({ description: 'Protect DaemonSets too; default false' })),
    proxyContainers: Type.Optional(
      Type.Array(Type.String({ pattern: DNS_LABEL }), {
        description:
          'Names of sidecar proxies: with shutdown: graceful they keep running until the application has drained; default istio-proxy, linkerd-proxy, envoy',
      }),
    ),
    maxSleepSeconds: time('Caps the computed sleep; default 240'),
    maxGraceSeconds: time('Caps the raised grace period; default none'),
    maxHookGraceSeconds: time(
      'Caps the grace period that is raised for a preStop hook of your own; default 3600',
    ),
    terms: Type.Optional(TermsSchema),
    observed: Type.Optional(ObservedSettingsSchema),
    namespaceLabels: Type.Optional(
      Type.Enum([...NAMESPACE_LABELS], {
        description:
          'Readiness-gate labels of namespaces: enforce sets them, report only reports, off takes them back; default enforce',
      }),
    ),
    adopt: Type.Optional(
      Type.Enum([...ADOPT], {
        description:
          'Roll out, once, a new workload whose load balancer came after it; off: never; default newborn',
      }),
    ),
    gateWhenControllerDown: Type.Optional(
      Type.Enum([...GATE_WHEN_CONTROLLER_DOWN], {
        description:
          'Write the readiness gates of new Pods while the load balancer controller has no ready replica: they wait for it; default off',
      }),
    ),
    policyReports: Type.Optional(
      Type.Enum([...POLICY_REPORTS], {
        description:
          'Write findings as reports that other tools show: auto takes OpenReports, else PolicyReports, as installed; a group takes that one; default off',
      }),
    ),
    defaultTargetType: Type.Optional(
      Type.Enum(['ip', 'instance'], {
        description:
          'The load balancer controller’s --default-target-type; default: its own argument, else instance',
      }),
    ),
    ingressClass: name('The load balancer controller’s --ingress-class; default: its own argument, else alb'),
    loadBalancerClass: name(
      'The load balancer controller’s --load-balancer-class; default: its own argument, else service.k8s.aws/nlb',
    ),
    watchNamespace: name(
      'The load balancer controller’s --watch-namespace, empty for all; default: its own argument, else all namespaces',
    ),
    readinessGateInject: Type.Optional(
      Type.Boolean({
        description:
          'The load balancer controller’s --enable-pod-readiness-gate-inject; default: its own argument, else true',
      }),
    ),
    featureGates: Type.Optional(FeatureGatesSchema),
    controllerMetricsURL: Type.Optional(
      Type.String({
        pattern: HTTP_URL,
        maxLength: 2048,
        description:
          'Where the leader reads the metrics of the load balancer controller, such as http://aws-load-balancer-controller.kube-system:8080/metrics, once a minute; default nowhere',
      }),
    ),
    accept: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string>>>({
        type: 'object',
        propertyNames: { enum: Object.keys(FINDINGS) },
        additionalProperties: { type: 'string', pattern: '\\S', maxLength: LONGEST_REASON },
        description:
          'Findings that are accepted in every namespace, each with a reason: shown, but not counted as warnings; default none',
      }),
    ),
    findings: Type.Optional(FindingsSchema),
    ownNamespace: name(
      'The namespace that Slackwater runs in; nothing in it is changed; default slackwater-system',
    ),
    excludedNamespaces: Type.Optional(
      Type.Array(Type.String({ pattern: DNS_LABEL }), {
        description:
          'Names of more namespaces where nothing is injected, labeled or rolled out; objects that already have Slackwater’s record are still restored and repaired; default none',
      }),
    ),
    webhook: Type.Optional(WebhookSchema),
    // Fails to compile if the core has a setting that the schema lacks.
  } satisfies Record<keyof Settings, unknown>,
  closed,
)

type WrittenSettings = Static<typeof SettingsSchema>

/** The values if the settings file sets none. The terms' own defaults belong to the budget. */
export const DEFAULT_SETTINGS: Settings = {
  mode: 'enforce',
  injectInto: 'auto',
  hook: 'sleep',
  daemonSets: false,
  // The names that Istio, Linkerd and AWS App Mesh give to the container that they inject.
  proxyContainers: ['istio-proxy', 'linkerd-proxy', 'envoy'],
  maxSleepSeconds: seconds(240),
  // An hour: longer hooks are rare, and a wedged one holds its node that long. A choice.
  maxHookGraceSeconds: seconds(3600),
  terms: {},
  observed: {},
  namespaceLabels: 'enforce',
  adopt: 'newborn',
  gateWhenControllerDown: 'off',
  policyReports: 'off',
  accept: {},
  findings: {},
  ownNamespace: 'slackwater-system',
  excludedNamespaces: [],
  webhook: {},
}

/** Fails to compile if the schema and the core's own type differ. */
export const withDefaults = (written: WrittenSettings): Settings => ({
  ...DEFAULT_SETTINGS,
  ...(written satisfies Partial<Settings>),
})
