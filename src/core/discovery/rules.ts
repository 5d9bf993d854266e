import { targetGroupBindingRule } from './binding/target-group-binding.ts'
import { type DiscoveryRule, discoveryRule } from './claims/rule.ts'
import { GRANTS_BY_NAMESPACE, TARGET_GROUP_CONFIGURATIONS_BY_SERVICE } from './gateway/drawers.ts'
import { gatewayRule, listenerSetRule } from './gateway/gateway.ts'
import { routeRules } from './gateway/route.ts'
import { INGRESS_CLASSES } from './ingress/drawers.ts'
import { ingressRule } from './ingress/ingress.ts'
import { rolloutRule } from './ingress/rollout.ts'
import { GATE_WEBHOOKS, LBC_DEPLOYMENTS } from './lbc/lbc-deployment.ts'
import type { DiscoveryObject } from './objects/discovery-object.ts'
import type { Filing } from './objects/drawer.ts'
import { NAMESPACES } from './objects/namespaces.ts'
import { RELATED } from './objects/related.ts'
import { observedRule } from './observed/observed.ts'
import { serviceRule } from './service/service.ts'

/** Every kind that discovery reads, with all that it knows about it. A new kind is a file and a line here. */
export const DISCOVERY_RULES: readonly DiscoveryRule[] = [
  ingressRule,
  serviceRule,
  targetGroupBindingRule,
  ...routeRules,
  gatewayRule,
  listenerSetRule,
  rolloutRule,
  observedRule,
  discoveryRule('Namespace', { filedIn: [NAMESPACES] }),
  discoveryRule('IngressClass', { filedIn: [INGRESS_CLASSES] }),
  discoveryRule('ReferenceGrant', { filedIn: [GRANTS_BY_NAMESPACE] }),
  discoveryRule('TargetGroupConfiguration', { filedIn: [TARGET_GROUP_CONFIGURATIONS_BY_SERVICE] }),
  discoveryRule('LbcDeployment', { filedIn: [LBC_DEPLOYMENTS] }),
  discoveryRule('GateWebhooks', { filedIn: [GATE_WEBHOOKS] }),
  discoveryRule('HorizontalPodAutoscaler', { filedIn: [RELATED] }),
  discoveryRule('PodDisruptionBudget', { filedIn: [RELATED] }),
  discoveryRule('ResourceQuota', { filedIn: [RELATED] }),
  discoveryRule('ScaledObject', { filedIn: [RELATED] }),
  // These are only looked up by name.
  discoveryRule('IngressClassParams', {}),
  discoveryRule('GatewayClass', {}),
  discoveryRule('LoadBalancerConfiguration', {}),
  discoveryRule('ListenerRuleConfiguration', {}),
  discoveryRule('NodePool', {}),
]

const BY_KIND: ReadonlyMap<string, DiscoveryRule> = new Map(DISCOVERY_RULES.map((rule) => [rule.kind, rule]))

/** @throws Error for a kind without a rule: its objects could not be found again. */
export function ruleOf({ kind }: DiscoveryObject): DiscoveryRule {
  const rule = BY_KIND.get(kind)
  if (rule === undefined) throw new Error(`no discovery rule for ${kind}`)
  return rule
}

/** Every place where an object is filed besides its own name; some may occur twice. */
export const filingsOf = (object: DiscoveryObject): readonly Filing[] => ruleOf(object).filingsOf(object)
