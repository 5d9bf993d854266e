import type { DiscoveryObject } from '../core/discovery/objects/discovery-object.ts'
import { HASH_LABELS, isWorkloadKind } from '../core/model/workload-kind.ts'
import {
  narrowGateway,
  narrowGatewayClass,
  narrowListenerSet,
  narrowReferenceGrant,
} from './narrow-gateway.ts'
import {
  narrowListenerRuleConfiguration,
  narrowLoadBalancerConfiguration,
  narrowTargetGroupConfiguration,
} from './narrow-gateway-configuration.ts'
import { narrowHorizontalPodAutoscaler } from './narrow-horizontal-pod-autoscaler.ts'
import { narrowIngress } from './narrow-ingress.ts'
import { narrowIngressClass, narrowIngressClassParams } from './narrow-ingress-class.ts'
import { narrowGateWebhooks, narrowLbcDeployment } from './narrow-lbc.ts'
import type { Envelope } from './narrow-metadata.ts'
import { narrowNamespace } from './narrow-namespace.ts'
import { narrowNodePool } from './narrow-node-pool.ts'
import { narrowObserved } from './narrow-observed.ts'
import { narrowPodDisruptionBudget } from './narrow-pod-disruption-budget.ts'
import { narrowResourceQuota } from './narrow-resource-quota.ts'
import { narrowRollout } from './narrow-rollout.ts'
import { narrowRoute } from './narrow-route.ts'
import { narrowScaledObject } from './narrow-scaled-object.ts'
import { narrowService } from './narrow-service.ts'
import { narrowTargetGroupBinding } from './narrow-target-group-binding.ts'
import { OBSERVED_CONFIG_MAP } from './observed-document.ts'

/** Where the API server serves a kind. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string
  /** Preferred version first; a cluster may serve any of them, or none. */
  readonly versions: readonly string[]
  readonly plural: string
  readonly kind: string
  /** Part of every cluster: its absence is a failure. Custom resources come and go. */
  readonly builtIn: boolean
  /** No protection depends on it: if it cannot be read or its copy is stale, Slackwater goes on. */
  readonly isOnlyShown?: true
}

/** A kind that Slackwater follows, lists, or reads from files. */
export interface Kind extends Resource {
  /** Kept up to date by a list and a watch. */
  readonly isFollowed: boolean
  /** Followed by the leader alone, for the ledger of departures; nothing that is decided depends on it. */
  readonly isForDepartures?: true
  /** One object by its name, in Slackwater's own namespace: followed by that name alone, and nothing waits for it. */
  readonly ownName?: string
  /** Listed on demand, for a report or a removal: all objects, or those that the label selector matches. */
  readonly listed?: { readonly labelSelector?: string }
  /** Beside workloads, not on the way to them: in files, an unreadable one is noted and hinders nothing. */
  readonly isBesideWorkloads?: true
  /** How discovery reads it; absent: discovery does not use it. */
  readonly narrow?: (envelope: Envelope) => DiscoveryObject | undefined
}

type Row = readonly [
  group: string,
  versions: readonly string[],
  plural: string,
  kind: string,
  narrow?: Kind['narrow'],
]

const followed = (builtIn: boolean, [group, versions, plural, kind, narrow]: Row): Kind => ({
  ...{ group, versions, plural, kind, builtIn, isFollowed: true },
  ...(isWorkloadKind(group, kind) ? { listed: {} } : {}),
  ...(narrow === undefined ? {} : { narrow }),
})
const builtIn = (...row: Row): Kind => followed(true, row)
const custom = (...row: Row): Kind => followed(false, row)
const besideWorkloads = (kind: Kind): Kind => ({ ...kind, isBesideWorkloads: true })
const onlyShown = (kind: Kind): Kind => ({ ...besideWorkloads(kind), isOnlyShown: true })

const NETWORKING = 'networking.k8s.io'
const LBC = 'elbv2.k8s.aws'
const AUTO_MODE = 'eks.amazonaws.com'
const GATEWAY_API = 'gateway.networking.k8s.io'
const AWS_GATEWAY = 'gateway.k8s.aws'

/** What the leader follows for the ledger of departures: Pods, and Events about preStop hooks that failed. */
export const DEPARTURE_KINDS = {
  pod: {
    ...{ group: '', versions: ['v1'], plural: 'pods', kind: 'Pod', builtIn: true },
    ...{ isFollowed: false, isForDepartures: true },
    listed: {},
  },
  event: {
    ...{ group: 'events.k8s.io', versions: ['v1'], plural: 'events', kind: 'Event', builtIn: true },
    ...{ isFollowed: false, isForDepartures: true },
  },
} as const satisfies Readonly<Record<string, Kind>>

/** What was measured of load balancers, and what AWS says of them: one ConfigMap. Without it the defaults count. */
export const OBSERVED_KIND = {
  ...{ group: '', versions: ['v1'], plural: 'configmaps', kind: 'ConfigMap', builtIn: true },
  ...{ isFollowed: false, isBesideWorkloads: true, isOnlyShown: true, ownName: OBSERVED_CONFIG_MAP },
  narrow: narrowObserved,
} as const satisfies Kind

/**
 * Every kind that Slackwater follows, lists, or reads from files; it requests no other. docs/discovery.md has a row
 * for each, and the RBAC rules cover exactly these (test/kubernetes/kinds.test.ts).
 */
export const KINDS: readonly Kind[] = [
  builtIn('', ['v1'], 'namespaces', 'Namespace', narrowNamespace),
  builtIn('', ['v1'], 'services', 'Service', narrowService),
  builtIn('apps', ['v1'], 'deployments', 'Deployment', narrowLbcDeployment),
  builtIn('apps', ['v1'], 'statefulsets', 'StatefulSet'),
  builtIn('apps', ['v1'], 'daemonsets', 'DaemonSet'),
  builtIn(NETWORKING, ['v1'], 'ingresses', 'Ingress', narrowIngress),
  builtIn(NETWORKING, ['v1'], 'ingressclasses', 'IngressClass', narrowIngressClass),
  builtIn(
    'admissionregistration.k8s.io',
    ['v1'],
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    narrowGateWebhooks,
  ),
  custom(LBC, ['v1beta1'], 'ingressclassparams', 'IngressClassParams', narrowIngressClassParams),
  custom(LBC, ['v1beta1'], 'targetgroupbindings', 'TargetGroupBinding', narrowTargetGroupBinding),
  custom(AUTO_MODE, ['v1'], 'ingressclassparams', 'IngressClassParams', narrowIngressClassParams),
  custom(AUTO_MODE, ['v1'], 'targetgroupbindings', 'TargetGroupBinding', narrowTargetGroupBinding),
  custom(GATEWAY_API, ['v1', 'v1beta1'], 'gatewayclasses', 'GatewayClass', narrowGatewayClass),
  custom(GATEWAY_API, ['v1', 'v1beta1'], 'gateways', 'Gateway', narrowGateway),
  custom(GATEWAY_API, ['v1'], 'listenersets', 'ListenerSet', narrowListenerSet),
  custom(GATEWAY_API, ['v1', 'v1beta1'], 'httproutes', 'HTTPRoute', narrowRoute('HTTPRoute')),
  custom(GATEWAY_API, ['v1', 'v1alpha2'], 'grpcroutes', 'GRPCRoute', narrowRoute('GRPCRoute')),
  custom(GATEWAY_API, ['v1', 'v1alpha2'], 'tcproutes', 'TCPRoute', narrowRoute('TCPRoute')),
  custom(GATEWAY_API, ['v1', 'v1alpha2'], 'udproutes', 'UDPRoute', narrowRoute('UDPRoute')),
  custom(GATEWAY_API, ['v1', 'v1alpha3', 'v1alpha2'], 'tlsroutes', 'TLSRoute', narrowRoute('TLSRoute')),
  custom(GATEWAY_API, ['v1', 'v1beta1'], 'referencegrants', 'ReferenceGrant', narrowReferenceGrant),
  custom(
    AWS_GATEWAY,
    ['v1', 'v1beta1'],
    'targetgroupconfigurations',
    'TargetGroupConfiguration',
    narrowTargetGroupConfiguration,
  ),
  custom(
    AWS_GATEWAY,
    ['v1', 'v1beta1'],
    'loadbalancerconfigurations',
    'LoadBalancerConfiguration',
    narrowLoadBalancerConfiguration,
  ),
  custom(
    AWS_GATEWAY,
    ['v1', 'v1beta1'],
    'listenerruleconfigurations',
    'ListenerRuleConfiguration',
    narrowListenerRuleConfiguration,
  ),
  besideWorkloads(
    builtIn(
      'autoscaling',
      ['v2'],
      'horizontalpodautoscalers',
      'HorizontalPodAutoscaler',
      narrowHorizontalPodAutoscaler,
    ),
  ),
  onlyShown(
    builtIn('policy', ['v1'], 'poddisruptionbudgets', 'PodDisruptionBudget', narrowPodDisruptionBudget),
  ),
  custom('argoproj.io', ['v1alpha1'], 'rollouts', 'Rollout', narrowRollout),
  besideWorkloads(custom('keda.sh', ['v1alpha1'], 'scaledobjects', 'ScaledObject', narrowScaledObject)),
  // It can only shorten a sleep: without it there is more protection, not less.
  onlyShown(custom('karpenter.sh', ['v1'], 'nodepools', 'NodePool', narrowNodePool)),
  // Too many to follow. ReplicaSets of a Deployment or a Rollout are left out, using the labels that their
  // controllers write.
  {
    ...{ group: 'apps', versions: ['v1'], plural: 'replicasets', kind: 'ReplicaSet', builtIn: true },
    isFollowed: false,
    listed: { labelSelector: HASH_LABELS.map(([label]) => `!${label}`).join() },
  },
  DEPARTURE_KINDS.pod,
  DEPARTURE_KINDS.event,
  // Its status changes with every Pod: following it would cost more than what it tells.
  {
    ...{ group: '', versions: ['v1'], plural: 'resourcequotas', kind: 'ResourceQuota', builtIn: true },
    ...{ isFollowed: false, isBesideWorkloads: true, narrow: narrowResourceQuota },
  },
  OBSERVED_KIND,
  // No longer served by Kubernetes (removed in 1.22), but still found in files.
  {
    ...{ group: 'extensions', versions: ['v1beta1'], plural: 'ingresses', kind: 'Ingress', builtIn: true },
    isFollowed: false,
    narrow: narrowIngress,
  },
]

const BESIDE_WORKLOADS = new Set(
  KINDS.filter(({ isBesideWorkloads }) => isBesideWorkloads).map(({ group, kind }) => `${group}/${kind}`),
)

/** Whether objects of this kind are beside workloads, such as their autoscalers. */
export const isBesideWorkloads = (group: string, kind: string): boolean =>
  BESIDE_WORKLOADS.has(`${group}/${kind}`)

/** These are read beside the objects that send to Services. */
const NOT_ROUTING: readonly string[] = ['Namespace', 'MutatingWebhookConfiguration']

const ROUTING = new Set(
  KINDS.filter(
    ({ group, kind, narrow, isBesideWorkloads }) =>
      narrow !== undefined &&
      !isBesideWorkloads &&
      !isWorkloadKind(group, kind) &&
      !NOT_ROUTING.includes(kind),
  ).map(({ group, kind }) => `${group}/${kind}`),
)

/** Whether objects of this kind decide which load balancer sends to which Service. */
export const isRouting = (group: string, kind: string): boolean => ROUTING.has(`${group}/${kind}`)
