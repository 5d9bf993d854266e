import { AWS_GATEWAY_GROUP } from '../../model/aws-controllers.ts'
import type { AwsController, LoadBalancer } from '../../model/exposure.ts'
import { information, type Notice, warning } from '../../model/notice.ts'
import { refText } from '../../model/object-ref.ts'
import { assumed, type Candidate, declared } from '../../model/resolved.ts'
import type { Assumed } from '../claims/claim.ts'
import { balancerInName } from '../lbc/class-name.ts'
import { gateAgainstGateway } from '../lbc/feature-gates.ts'
import type { GatewayClassObject, GatewayObject } from '../objects/gateway-api.ts'
import { type DiscoveryContext, findClusterWide } from '../objects/view.ts'
import { type Configuration, configurationOf } from './configuration.ts'

/** What a Gateway controller creates for its Gateways. */
interface Kind {
  readonly controller: AwsController
  readonly loadBalancer: 'alb' | 'nlb'
}

/**
 * `spec.controllerName` of a GatewayClass (LBC pkg/gateway/constants/controller_constants.go; EKS user guide:
 * auto-configure-gateway-api).
 */
const CONTROLLERS: ReadonlyMap<string, Kind> = new Map([
  ['gateway.k8s.aws/alb', { controller: 'lbc', loadBalancer: 'alb' }],
  ['gateway.k8s.aws/nlb', { controller: 'lbc', loadBalancer: 'nlb' }],
  ['eks.amazonaws.com/gateway-alb', { controller: 'auto-mode', loadBalancer: 'alb' }],
  ['eks.amazonaws.com/gateway-nlb', { controller: 'auto-mode', loadBalancer: 'nlb' }],
])

/** A Gateway that an AWS controller serves. */
export interface OwnedGateway {
  readonly controller: AwsController
  readonly loadBalancer: Candidate<LoadBalancer>
  readonly configuration: Configuration
  readonly assumed: readonly Assumed[]
}

/** Whether an AWS controller serves a Gateway. */
type GatewayOwnership =
  | ({ readonly served: true } & OwnedGateway)
  | {
      readonly served: false
      /** Its class is not in the files: other evidence may show its controller. */
      readonly isOpen: boolean
      readonly notices: readonly Notice[]
    }

const FOREIGN: GatewayOwnership = { served: false, isOpen: false, notices: [] }

/**
 * LBC controllers/gateway/gateway_controller.go: served by its class's controller if class and configuration are valid.
 */
export const gatewayOwnershipOf = (gateway: GatewayObject, context: DiscoveryContext): GatewayOwnership =>
  context.shared(`gateway ownership\0${refText(gateway.ref)}`, {
    make: () => ownershipNow(context.view.find('Gateway', gateway.ref) ?? gateway, context),
  })

function ownershipNow(gateway: GatewayObject, context: DiscoveryContext): GatewayOwnership {
  if (gateway.deleting) return FOREIGN
  const gatewayClass = findClusterWide('GatewayClass', gateway.className, context.view)
  const kind =
    gatewayClass === undefined ? believedKind(gateway, context) : declaredKind(gateway, gatewayClass)
  if (kind === undefined) return gatewayClass === undefined ? classNotFound(gateway, context) : FOREIGN
  const { controller, loadBalancer } = kind
  const gate = controller === 'lbc' ? gateAgainstGateway(loadBalancer.value, context.settings) : undefined
  if (gate !== undefined) return switchedOff(gateway, gate)
  const configuration = configurationOf({ gateway, gatewayClass, controller }, context)
  if ('refused' in configuration) return { served: false, isOpen: false, notices: [configuration.refused] }
  return {
    served: true,
    controller,
    loadBalancer,
    configuration,
    assumed: [...kind.assumed, ...configuration.assumed],
  }
}

function switchedOff({ ref }: GatewayObject, gate: string): GatewayOwnership {
  const text = `the load balancer controller ignores this Gateway because of its feature gate ${gate}`
  return { served: false, isOpen: false, notices: [information('feature-gate-off', ref, text)] }
}

interface Known {
  readonly controller: AwsController
  readonly loadBalancer: Candidate<'alb' | 'nlb'>
  readonly assumed: readonly Assumed[]
}

function declaredKind(gateway: GatewayObject, { controller: name }: GatewayClassObject): Known | undefined {
  const kind = CONTROLLERS.get(name)
  if (kind === undefined) return undefined
  const from = { kind: 'field', path: 'spec.gatewayClassName', object: gateway.ref } as const
  return { controller: kind.controller, loadBalancer: declared(kind.loadBalancer, from), assumed: [] }
}

/** Files often lack the class. Its name, or parameters that only this controller reads, then identify it. */
function believedKind(gateway: GatewayObject, { settings }: DiscoveryContext): Known | undefined {
  if (!settings.fromFiles) return undefined
  const { className, parameters, ref } = gateway
  const named = balancerInName(className)
  if (named === undefined && parameters?.group !== AWS_GATEWAY_GROUP) return undefined
  const loadBalancer = named ?? byProtocols(gateway)
  const why = named === undefined ? `its parameters of ${AWS_GATEWAY_GROUP}` : 'its name'
  const text = `GatewayClass ${className} assumed to be the AWS Load Balancer Controller's for an ${loadBalancer.toUpperCase()}, based on ${why}: to confirm, include the GatewayClass with spec.controllerName: ${AWS_GATEWAY_GROUP}/${loadBalancer}`
  const from = { kind: 'field', path: 'spec.gatewayClassName', object: ref } as const
  return {
    controller: 'lbc',
    loadBalancer: assumed(loadBalancer, from),
    assumed: [{ about: 'loadBalancer', text }],
  }
}

const byProtocols = ({ listeners }: GatewayObject): 'alb' | 'nlb' =>
  listeners.some(({ protocol }) => protocol === 'HTTP' || protocol === 'HTTPS') ? 'alb' : 'nlb'

/** With files, a class that nothing connects with AWS is probably another controller's: information, not a warning. */
function classNotFound({ ref, className }: GatewayObject, { settings }: DiscoveryContext): GatewayOwnership {
  const { fromFiles } = settings
  const text = fromFiles
    ? `GatewayClass ${className} is not in the files; assumed to belong to another controller: to confirm, include the GatewayClass`
    : `There is no GatewayClass ${className}, so no controller serves it`
  const say = fromFiles ? information : warning
  return { served: false, isOpen: fromFiles, notices: [say('gateway-class-not-found', ref, text)] }
}
