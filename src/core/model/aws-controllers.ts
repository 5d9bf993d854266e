import type { AwsController } from './exposure.ts'
import type { Provenance } from './resolved.ts'

/** The name of a controller in messages. */
export const AWS_CONTROLLER_NAMES: Readonly<Record<AwsController, string>> = {
  lbc: 'AWS Load Balancer Controller',
  'auto-mode': 'EKS Auto Mode',
}

/** The provenance of a controller's default. */
export const defaultOfController = (controller: AwsController): Provenance => ({
  kind: 'default',
  of: controller === 'lbc' ? 'AWS Load Balancer Controller' : 'EKS Auto Mode',
})

/** `spec.controller` of an IngressClass (LBC pkg/ingress/class_loader.go; EKS user guide: auto-configure-alb). */
export const INGRESS_CONTROLLERS: ReadonlyMap<string, AwsController> = new Map([
  ['ingress.k8s.aws/alb', 'lbc'],
  ['eks.amazonaws.com/alb', 'auto-mode'],
])

/** The API group of each controller's IngressClassParams and TargetGroupBindings. */
export const API_GROUP: Readonly<Record<AwsController, string>> = {
  lbc: 'elbv2.k8s.aws',
  'auto-mode': 'eks.amazonaws.com',
}

/** The controller to which an object of this API group belongs. */
export const controllerOfGroup = (group: string): AwsController =>
  group === API_GROUP['auto-mode'] ? 'auto-mode' : 'lbc'

/** `spec.loadBalancerClass` of Auto Mode's NLBs (EKS user guide: auto-configure-nlb); LBC's is a setting. */
export const AUTO_MODE_LOAD_BALANCER_CLASS = 'eks.amazonaws.com/nlb'

/** The API group of LBC's configuration of Gateways (LBC pkg/gateway/constants/controller_constants.go). */
export const AWS_GATEWAY_GROUP = 'gateway.k8s.aws'

/**
 * The kind of an object in Slackwater. Auto Mode has kinds with the same names as the AWS Load Balancer Controller's,
 * in another API group, so its kinds carry the group as in kubectl: `TargetGroupBinding.eks.amazonaws.com`.
 */
export const kindOf = (kind: string, controller: AwsController): string =>
  controller === 'lbc' ? kind : `${kind}.${API_GROUP[controller]}`

/**
 * The name of one of LBC's readiness gates is this and the name of its TargetGroupBinding (LBC
 * pkg/targetgroupbinding/utils.go, BuildTargetHealthPodConditionType).
 */
export const LBC_GATE_PREFIX = 'target-health.elbv2.k8s.aws/'
