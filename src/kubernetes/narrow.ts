import type { DiscoveryObject, NamespaceObject } from '../core/discovery/objects/discovery-object.ts'
import { ROUTE_KINDS } from '../core/discovery/objects/gateway-api.ts'
import { OUR_PREFIX } from '../core/model/keys.ts'
import { at, given, optional, root, stringAt, stringsAt } from './json.ts'
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
import { narrowIngress } from './narrow-ingress.ts'
import { narrowIngressClass, narrowIngressClassParams } from './narrow-ingress-class.ts'
import { narrowGateWebhooks, narrowLbcDeployment } from './narrow-lbc.ts'
import { clusterRef, type Envelope, envelopeOf, isDeleting, type NarrowOptions } from './narrow-metadata.ts'
import { narrowRollout } from './narrow-rollout.ts'
import { narrowRoute } from './narrow-route.ts'
import { narrowService } from './narrow-service.ts'
import { narrowTargetGroupBinding } from './narrow-target-group-binding.ts'

function narrowNamespace(envelope: Envelope): NamespaceObject {
  const ref = clusterRef(envelope)
  const metadata = at(envelope.document, 'metadata')
  return {
    kind: 'Namespace',
    ref,
    facts: {
      name: ref.name,
      ...given('uid', optional(stringAt, at(metadata, 'uid'))),
      labels: stringsAt(at(metadata, 'labels')),
      annotations: stringsAt(at(metadata, 'annotations'), (key) => key.startsWith(OUR_PREFIX)),
      ...(isDeleting(envelope) ? { deleting: true } : {}),
    },
  }
}

/** By `apiGroup/kind`; the core group is empty. */
const TABLE: ReadonlyMap<string, (envelope: Envelope) => DiscoveryObject | undefined> = new Map<
  string,
  (envelope: Envelope) => DiscoveryObject | undefined
>([
  ['/Service', narrowService],
  ['/Namespace', narrowNamespace],
  ['networking.k8s.io/Ingress', narrowIngress],
  ['extensions/Ingress', narrowIngress],
  ['networking.k8s.io/IngressClass', narrowIngressClass],
  ['elbv2.k8s.aws/IngressClassParams', narrowIngressClassParams],
  ['elbv2.k8s.aws/TargetGroupBinding', narrowTargetGroupBinding],
  ['eks.amazonaws.com/IngressClassParams', narrowIngressClassParams],
  ['eks.amazonaws.com/TargetGroupBinding', narrowTargetGroupBinding],
  ['gateway.networking.k8s.io/GatewayClass', narrowGatewayClass],
  ['gateway.networking.k8s.io/Gateway', narrowGateway],
  ['gateway.networking.k8s.io/ListenerSet', narrowListenerSet],
  ['gateway.networking.k8s.io/ReferenceGrant', narrowReferenceGrant],
  ...ROUTE_KINDS.map((kind) => [`gateway.networking.k8s.io/${kind}`, narrowRoute(kind)] as const),
  ['gateway.k8s.aws/TargetGroupConfiguration', narrowTargetGroupConfiguration],
  ['gateway.k8s.aws/LoadBalancerConfiguration', narrowLoadBalancerConfiguration],
  ['gateway.k8s.aws/ListenerRuleConfiguration', narrowListenerRuleConfiguration],
  ['argoproj.io/Rollout', narrowRollout],
  ['apps/Deployment', narrowLbcDeployment],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', narrowGateWebhooks],
])

/** Everything that discovery reads, as `apiGroup/kind`. */
export const DISCOVERY_KINDS: readonly string[] = [...TABLE.keys()]

/**
 * Raw Kubernetes JSON to what discovery reads of it; undefined for one that says nothing to it.
 * Throws a ShapeError for a kind that it reads and that has not the shape Kubernetes gives it.
 */
export function narrow(raw: unknown, options: NarrowOptions = {}): DiscoveryObject | undefined {
  const envelope = envelopeOf(root(raw), options)
  return TABLE.get(`${envelope.group}/${envelope.kind}`)?.(envelope)
}
