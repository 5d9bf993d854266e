import type { NetworkPolicyFacts, PolicyPeer, PolicyRule } from '../core/handover/network-policies.ts'
import { at, given, isPresent, itemsOf, type JsonNode, optional, root, stringAt } from './json.ts'
import { selectorAt } from './narrow-selector.ts'

/** What a NetworkPolicy selects by labels. @throws ShapeError */
export function toNetworkPolicy(raw: unknown): NetworkPolicyFacts {
  const node = root(raw)
  const spec = at(node, 'spec')
  const types = itemsOf(at(spec, 'policyTypes')).map(stringAt)
  const egress = itemsOf(at(spec, 'egress'))
  return {
    namespace: stringAt(at(node, 'metadata', 'namespace')),
    name: stringAt(at(node, 'metadata', 'name')),
    pods: selectorAt(at(spec, 'podSelector')),
    ingress: directionOf(
      // Without policyTypes: always ingress, and egress if there are such rules (networking/v1 NetworkPolicySpec).
      types.length === 0 || types.includes('Ingress'),
      itemsOf(at(spec, 'ingress')).map((rule) => ruleOf(rule, 'from')),
    ),
    egress: directionOf(
      types.length === 0 ? egress.length > 0 : types.includes('Egress'),
      egress.map((rule) => ruleOf(rule, 'to')),
    ),
  }
}

const directionOf = (isRestricted: boolean, rules: readonly PolicyRule[]) =>
  isRestricted ? { rules } : undefined

const ruleOf = (rule: JsonNode, key: 'from' | 'to'): PolicyRule => ({
  peers: itemsOf(at(rule, key)).map(peerOf),
})

const peerOf = (peer: JsonNode): PolicyPeer => ({
  ...given('pods', optional(selectorAt, at(peer, 'podSelector'))),
  ...given('namespaces', optional(selectorAt, at(peer, 'namespaceSelector'))),
  isAddressBlock: isPresent(at(peer, 'ipBlock')),
})
