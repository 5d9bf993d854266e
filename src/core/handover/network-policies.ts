import { type LabelSelector, selectsObject } from '../discovery/objects/label-selector.ts'
import { compareText } from '../model/object-ref.ts'
import type { Labels } from '../model/workload.ts'

/** One peer of a rule. */
export interface PolicyPeer {
  readonly pods?: LabelSelector
  /** Absent: the namespace of the policy. */
  readonly namespaces?: LabelSelector
  readonly isAddressBlock: boolean
}

/** Without peers it allows all. */
export interface PolicyRule {
  readonly peers: readonly PolicyPeer[]
}

/** A NetworkPolicy, as far as it goes by labels. */
export interface NetworkPolicyFacts {
  readonly namespace: string
  readonly name: string
  readonly pods: LabelSelector
  /** Absent: the policy says nothing about this direction. */
  readonly ingress: { readonly rules: readonly PolicyRule[] } | undefined
  readonly egress: { readonly rules: readonly PolicyRule[] } | undefined
}

/** A Pod whose labels change. */
interface LabelChange {
  readonly namespace: string
  /** Of the Namespace; absent: unknown, and then every namespace selector may match. */
  readonly namespaceLabels?: Labels
  readonly before: Labels
  readonly after: Labels
}

/** What NetworkPolicies make of a change of labels; names, sorted, those of other namespaces as `namespace/name`. */
interface PolicyEffect {
  /** They allow traffic to or from the Pod only with the labels that go. */
  readonly cut: readonly string[]
  /** They no longer restrict the Pod, and no other one does. */
  readonly lifted: readonly string[]
}

/** What the policies make of it, in both directions, and where the Pod is a peer of others. */
export function policyEffect(policies: readonly NetworkPolicyFacts[], change: LabelChange): PolicyEffect {
  const own = policies.filter(({ namespace }) => namespace === change.namespace)
  const [ingress, egress] = [selectionEffect(own, 'ingress', change), selectionEffect(own, 'egress', change)]
  const unpeered = policies.filter((policy) => rulesOf(policy).some((rule) => isLost(rule, policy, change)))
  const named = (...found: readonly NetworkPolicyFacts[]): readonly string[] =>
    [...new Set(found)]
      .map(({ namespace, name }) => (namespace === change.namespace ? name : `${namespace}/${name}`))
      .sort(compareText)
  return {
    cut: named(...ingress.cut, ...egress.cut, ...unpeered),
    lifted: named(...ingress.lifted, ...egress.lifted),
  }
}

/** Policies only add up: traffic is cut where one that allowed some no longer selects the Pod, and another still does. */
function selectionEffect(
  own: readonly NetworkPolicyFacts[],
  direction: 'ingress' | 'egress',
  { before: labels, after: rest }: LabelChange,
): { readonly cut: readonly NetworkPolicyFacts[]; readonly lifted: readonly NetworkPolicyFacts[] } {
  const restricting = own.filter((policy) => policy[direction] !== undefined)
  const before = restricting.filter(({ pods }) => selectsObject(pods, labels))
  const after = restricting.filter(({ pods }) => selectsObject(pods, rest))
  const lost = before.filter((policy) => !after.includes(policy))
  if (after.length === 0) return { cut: [], lifted: lost }
  // By an expression such as DoesNotExist: nothing restricted it before.
  if (before.length === 0) return { cut: after, lifted: [] }
  return { cut: lost.filter((policy) => policy[direction]?.rules.length !== 0), lifted: [] }
}

const rulesOf = ({ ingress, egress }: NetworkPolicyFacts): readonly PolicyRule[] => [
  ...(ingress?.rules ?? []),
  ...(egress?.rules ?? []),
]

/** The Pod is a peer of the rule before the change, and not after it. */
function isLost({ peers }: PolicyRule, { namespace }: NetworkPolicyFacts, change: LabelChange): boolean {
  const admits = (labels: Labels): boolean =>
    peers.some((peer) => isInNamespace(peer, namespace, change) && isPeer(peer, labels))
  return admits(change.before) && !admits(change.after)
}

const isPeer = ({ pods, isAddressBlock }: PolicyPeer, labels: Labels): boolean =>
  !isAddressBlock && (pods === undefined || selectsObject(pods, labels))

const isInNamespace = ({ namespaces }: PolicyPeer, own: string, change: LabelChange): boolean =>
  namespaces === undefined
    ? own === change.namespace
    : change.namespaceLabels === undefined || selectsObject(namespaces, change.namespaceLabels)
