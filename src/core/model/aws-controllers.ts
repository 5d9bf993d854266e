import type { AwsController } from './exposure.ts'
import type { Provenance } from './resolved.ts'

/** How a controller is called in sentences. */
export const AWS_CONTROLLER_NAMES: Readonly<Record<AwsController, string>> = {
  lbc: 'AWS Load Balancer Controller',
  'auto-mode': 'EKS Auto Mode',
}

/** Where a default of the controller's comes from. */
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

/** Which controller's an object of this API group is. */
export const controllerOfGroup = (group: string): AwsController =>
  group === API_GROUP['auto-mode'] ? 'auto-mode' : 'lbc'

/** `spec.loadBalancerClass` of Auto Mode's NLBs (EKS user guide: auto-configure-nlb); LBC's is a setting. */
export const AUTO_MODE_LOAD_BALANCER_CLASS = 'eks.amazonaws.com/nlb'

/** The API group of LBC's configuration of Gateways (LBC pkg/gateway/constants/controller_constants.go). */
export const AWS_GATEWAY_GROUP = 'gateway.k8s.aws'

/**
 * The kind under which an object is known here: Auto Mode has kinds of the same names as the AWS Load Balancer
 * Controller, in another API group, so they are told apart as kubectl does it: `TargetGroupBinding.eks.amazonaws.com`.
 */
export const kindOf = (kind: string, controller: AwsController): string =>
  controller === 'lbc' ? kind : `${kind}.${API_GROUP[controller]}`
