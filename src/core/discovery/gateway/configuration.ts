import { AWS_GATEWAY_GROUP } from '../../model/aws-controllers.ts'
import type { AwsController } from '../../model/exposure.ts'
import { type Notice, type NoticeId, warning } from '../../model/notice.ts'
import { type ObjectRef, refText } from '../../model/object-ref.ts'
import type { Assumed } from '../claims/claim.ts'
import { objectRef } from '../objects/discovery-object.ts'
import type {
  GatewayClassObject,
  GatewayObject,
  LoadBalancerConfigurationObject,
  ParametersRef,
  TargetGroupConfigurationObject,
} from '../objects/gateway-api.ts'
import type { DiscoveryContext } from '../objects/view.ts'

/** What configures the load balancer of a Gateway and its target groups; the most binding first. */
export interface Configuration {
  readonly loadBalancers: readonly LoadBalancerConfigurationObject[]
  readonly defaultTargetGroups: readonly TargetGroupConfigurationObject[]
  readonly assumed: readonly Assumed[]
}

/** A reference leads to an object that does not exist or is not allowed: the controller ignores the Gateway. */
interface Refused {
  readonly refused: Notice
}

type Outcome = Configuration | Refused

interface Configured {
  readonly gateway: GatewayObject
  /** Undefined if the class is not in the inventory. */
  readonly gatewayClass: GatewayClassObject | undefined
  readonly controller: AwsController
}

/**
 * LBC controllers/gateway/config_resolver.go: the configurations of class and Gateway, and the default
 * TargetGroupConfiguration that each may name. The class's `mergingMode` decides which of the two wins.
 */
export function configurationOf(configured: Configured, context: DiscoveryContext): Outcome {
  const { gateway, gatewayClass } = configured
  const { namespace } = gateway.ref
  const ofClass = loaded(configured, gatewayClass?.parameters, context)
  const ofGateway = loaded(configured, gateway.parameters && { ...gateway.parameters, namespace }, context)
  if ('refused' in ofClass) return ofClass
  if ('refused' in ofGateway) return ofGateway
  const prefersGateway = ofClass.loadBalancers.some((one) => one.prefersGateway)
  const [first, second] = prefersGateway ? [ofGateway, ofClass] : [ofClass, ofGateway]
  return {
    loadBalancers: [...first.loadBalancers, ...second.loadBalancers],
    defaultTargetGroups: [...first.defaultTargetGroups, ...second.defaultTargetGroups],
    assumed: [...first.assumed, ...second.assumed],
  }
}

export const NO_CONFIGURATION: Configuration = { loadBalancers: [], defaultTargetGroups: [], assumed: [] }

/** LBC looks for this kind, whatever kind the reference names (pkg/gateway/gatewayutils/lb_config_utils.go). */
const KIND = 'LoadBalancerConfiguration'

function loaded(
  { gateway, controller }: Configured,
  parameters: ParametersRef | undefined,
  context: DiscoveryContext,
): Outcome {
  if (parameters === undefined) return NO_CONFIGURATION
  const { group, name, namespace } = parameters
  if (controller === 'auto-mode' && group !== AWS_GATEWAY_GROUP)
    return silent(`${parameters.kind}.${group} ${name}`)
  if (namespace === undefined) {
    const text = `GatewayClass ${gateway.className} has a spec.parametersRef without a namespace: the controller does not accept the class`
    return { refused: warning('gateway-class-parameters-invalid', gateway.ref, text) }
  }
  const ref = objectRef(KIND, namespace, name)
  const found = context.view.find(KIND, ref)
  if (found !== undefined) return withDefault(gateway, found, context)
  return missing({ id: 'load-balancer-configuration-not-found', gateway, ref }, context)
}

function withDefault(
  gateway: GatewayObject,
  configuration: LoadBalancerConfigurationObject,
  context: DiscoveryContext,
): Outcome {
  const { defaultTargetGroups: name, ref } = configuration
  const alone: Configuration = { ...NO_CONFIGURATION, loadBalancers: [configuration] }
  if (name === undefined) return alone
  const wanted = objectRef('TargetGroupConfiguration', ref.namespace, name)
  const found = context.view.find('TargetGroupConfiguration', wanted)
  if (found === undefined) {
    const outcome = missing({ id: 'target-group-configuration-not-found', gateway, ref: wanted }, context)
    return 'refused' in outcome ? outcome : { ...alone, assumed: outcome.assumed }
  }
  if (!found.hasTarget) return { ...alone, defaultTargetGroups: [found] }
  const text = `${refText(wanted)} is the default of ${refText(ref)} and has a targetReference: the controller refuses the Gateway until one of them is removed`
  return { refused: warning('default-target-group-configuration-invalid', gateway.ref, text) }
}

interface Missing {
  readonly id: NoticeId
  readonly gateway: GatewayObject
  readonly ref: ObjectRef
}

/** With manifest files the object may be elsewhere; in a cluster its absence stops the controller. */
function missing({ id, gateway, ref }: Missing, { settings }: DiscoveryContext): Outcome {
  if (!settings.fromFiles) {
    const text = `it is configured by ${refText(ref)}, which does not exist: the controller ignores the Gateway`
    return { refused: warning(id, gateway.ref, text) }
  }
  return silent(refText(ref))
}

function silent(what: string): Configuration {
  const text = `${what} is not in the files and assumed to set nothing: with it target type and delays may differ`
  return { ...NO_CONFIGURATION, assumed: [{ about: 'reference', text }] }
}
