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
import { narrowPodDisruptionBudget } from './narrow-pod-disruption-budget.ts'
import { narrowRollout } from './narrow-rollout.ts'
import { narrowRoute } from './narrow-route.ts'
import { narrowScaledObject } from './narrow-scaled-object.ts'
import { narrowService } from './narrow-service.ts'
import { narrowTargetGroupBinding } from './narrow-target-group-binding.ts'

/** Where the API server has the objects of a kind. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string
  /** The best first; a cluster may serve any of them, or none. */
  readonly versions: readonly string[]
  readonly plural: string
  readonly kind: string
  /** Part of every cluster: its absence is a failure. Custom resources come and go. */
  readonly builtIn: boolean
  /** No decision rests on it: while it cannot be read, or its copy is stale, everything goes on. */
  readonly isOnlyShown?: true
}

/** A kind that we follow, list, or take from files. */
export interface Kind extends Resource {
  /** Kept up to date by a list and a watch. */
  readonly isFollowed: boolean
  /** Listed when a report or a removal asks for it: all, or what the labels select. */
  readonly listed?: { readonly labelSelector?: string }
  /** What discovery reads of it; absent: nothing. */
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
const onlyShown = (kind: Kind): Kind => ({ ...kind, isOnlyShown: true })

const NETWORKING = 'networking.k8s.io'
const LBC = 'elbv2.k8s.aws'
const AUTO_MODE = 'eks.amazonaws.com'
const GATEWAY_API = 'gateway.networking.k8s.io'
const AWS_GATEWAY = 'gateway.k8s.aws'

/**
 * Every kind that we follow, list, or take from files, once; no other is asked for. docs/discovery.md has a row for
 * each, and the rights in the cluster are for these and no more (test/kubernetes/kinds.test.ts).
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
  onlyShown(
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
  onlyShown(custom('keda.sh', ['v1alpha1'], 'scaledobjects', 'ScaledObject', narrowScaledObject)),
  // Too many to be followed. Those that a Deployment or a Rollout made are left out by the labels that their
  // controllers write.
  {
    ...{ group: 'apps', versions: ['v1'], plural: 'replicasets', kind: 'ReplicaSet', builtIn: true },
    isFollowed: false,
    listed: { labelSelector: HASH_LABELS.map(([label]) => `!${label}`).join() },
  },
  {
    ...{ group: '', versions: ['v1'], plural: 'pods', kind: 'Pod', builtIn: true },
    isFollowed: false,
    listed: {},
  },
  // Kubernetes serves it no more (removed in 1.22); files still have it.
  {
    ...{ group: 'extensions', versions: ['v1beta1'], plural: 'ingresses', kind: 'Ingress', builtIn: true },
    isFollowed: false,
    narrow: narrowIngress,
  },
]
