/** A resource that the inventory follows. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string
  /** The best first; a cluster may serve any of them, or none. */
  readonly versions: readonly string[]
  readonly plural: string
  readonly kind: string
  /** Part of every cluster: its absence is a failure. Custom resources come and go. */
  readonly builtIn: boolean
}

const builtIn = (group: string, version: string, plural: string, kind: string): Resource => ({
  group,
  versions: [version],
  plural,
  kind,
  builtIn: true,
})

const custom = (group: string, versions: readonly string[], plural: string, kind: string): Resource => ({
  group,
  versions,
  plural,
  kind,
  builtIn: false,
})

const NETWORKING = 'networking.k8s.io'
const GATEWAY_API = 'gateway.networking.k8s.io'
const AWS_GATEWAY = 'gateway.k8s.aws'

/** Everything that discovery and the decisions read (docs/discovery.md); nothing else is asked for. */
export const RESOURCES: readonly Resource[] = [
  builtIn('', 'v1', 'namespaces', 'Namespace'),
  builtIn('', 'v1', 'services', 'Service'),
  builtIn('apps', 'v1', 'deployments', 'Deployment'),
  builtIn('apps', 'v1', 'statefulsets', 'StatefulSet'),
  builtIn('apps', 'v1', 'daemonsets', 'DaemonSet'),
  builtIn(NETWORKING, 'v1', 'ingresses', 'Ingress'),
  builtIn(NETWORKING, 'v1', 'ingressclasses', 'IngressClass'),
  builtIn(
    'admissionregistration.k8s.io',
    'v1',
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
  ),
  custom('elbv2.k8s.aws', ['v1beta1'], 'ingressclassparams', 'IngressClassParams'),
  custom('elbv2.k8s.aws', ['v1beta1'], 'targetgroupbindings', 'TargetGroupBinding'),
  custom('eks.amazonaws.com', ['v1'], 'ingressclassparams', 'IngressClassParams'),
  custom('eks.amazonaws.com', ['v1'], 'targetgroupbindings', 'TargetGroupBinding'),
  custom(GATEWAY_API, ['v1', 'v1beta1'], 'gatewayclasses', 'GatewayClass'),
  custom(GATEWAY_API, ['v1', 'v1beta1'], 'gateways', 'Gateway'),
  custom(GATEWAY_API, ['v1'], 'listenersets', 'ListenerSet'),
  custom(GATEWAY_API, ['v1', 'v1beta1'], 'httproutes', 'HTTPRoute'),
  custom(GATEWAY_API, ['v1', 'v1alpha2'], 'grpcroutes', 'GRPCRoute'),
  custom(GATEWAY_API, ['v1', 'v1alpha2'], 'tcproutes', 'TCPRoute'),
  custom(GATEWAY_API, ['v1', 'v1alpha2'], 'udproutes', 'UDPRoute'),
  custom(GATEWAY_API, ['v1', 'v1alpha3', 'v1alpha2'], 'tlsroutes', 'TLSRoute'),
  custom(GATEWAY_API, ['v1', 'v1beta1'], 'referencegrants', 'ReferenceGrant'),
  custom(AWS_GATEWAY, ['v1', 'v1beta1'], 'targetgroupconfigurations', 'TargetGroupConfiguration'),
  custom(AWS_GATEWAY, ['v1', 'v1beta1'], 'loadbalancerconfigurations', 'LoadBalancerConfiguration'),
  custom(AWS_GATEWAY, ['v1', 'v1beta1'], 'listenerruleconfigurations', 'ListenerRuleConfiguration'),
  custom('argoproj.io', ['v1alpha1'], 'rollouts', 'Rollout'),
]

export const PODS: Resource = builtIn('', 'v1', 'pods', 'Pod')

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout']

/** A resource that is listed on demand, and what of it. */
export interface ListedResource {
  readonly resource: Resource
  readonly labelSelector?: string
}

/**
 * Workloads and Pods for a report. ReplicaSets and Pods are too many to be followed; of the ReplicaSets those that a
 * Deployment or a Rollout made are left out by the labels that their controllers write.
 */
export const REPORTED: readonly ListedResource[] = [
  ...RESOURCES.filter(({ kind }) => WORKLOADS.includes(kind)).map((resource) => ({ resource })),
  {
    resource: builtIn('apps', 'v1', 'replicasets', 'ReplicaSet'),
    labelSelector: '!pod-template-hash,!rollouts-pod-template-hash',
  },
  { resource: PODS },
]

/** `services`, `ingresses.networking.k8s.io`: as kubectl names them. */
export const resourceName = ({ plural, group }: Resource): string =>
  group === '' ? plural : `${plural}.${group}`

export const apiVersionOf = ({ group }: Resource, version: string): string =>
  group === '' ? version : `${group}/${version}`

/** Where all of a resource are listed and watched, or those of one namespace. */
export function pathOf(resource: Resource, version: string, namespace?: string): string {
  const base = `${resource.group === '' ? '/api' : '/apis'}/${apiVersionOf(resource, version)}`
  return `${base}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${resource.plural}`
}
