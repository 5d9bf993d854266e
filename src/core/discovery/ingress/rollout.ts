import type { ReasonStep, Switcher } from '../../model/exposure.ts'
import { warning } from '../../model/notice.ts'
import { keyOf } from '../../model/object-ref.ts'
import { MOST_ALTERNATIVES, MOST_CLAIMS, MOST_TARGET_GROUPS } from '../annotations/limits.ts'
import { joined } from '../claims/claim.ts'
import { discoveryRule } from '../claims/rule.ts'
import { type RolloutObject, type ServiceObject, serviceRef } from '../objects/discovery-object.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { ingressRefsOf, ROLLOUTS_BY_INGRESS, ROLLOUTS_BY_SWITCHED } from './drawers.ts'
import { backendsWithoutAction, claimsOf, type Route } from './ingress.ts'

/**
 * An Argo Rollout writes the action annotation of the Ingresses that it names, when it is reconciled; in Git it is
 * missing. Its Services are what the action will forward to (Argo Rollouts docs: ALB traffic management).
 */
export const rolloutRule = discoveryRule('Rollout', {
  filedIn: [ROLLOUTS_BY_INGRESS, ROLLOUTS_BY_SWITCHED],
  refersTo: ({ ref, ingresses, services }) =>
    ingresses.length === 0 ? [] : services.map((name) => serviceRef(ref.namespace, name)),
  read: (rollout, service, context) =>
    joined(
      readRefsOf(rollout).map((ref) => {
        const ingress = context.view.find('Ingress', ref)
        if (ingress === undefined) return joined([])
        const backends = backendsWithoutAction(ingress, rollout.rootService).slice(0, MOST_ALTERNATIVES)
        const ports = portsOf(rollout, ref.name, service).slice(0, MOST_TARGET_GROUPS)
        const routes = backends.flatMap(({ at }): readonly Route[] => {
          const via: readonly ReasonStep[] = [{ via: at }, { object: rollout.ref }]
          return ports.map((port) => ({ service: service.ref.name, port, via }))
        })
        return claimsOf(ingress, routes, { service, context })
      }),
    ),
  notices: ({ ref, ingresses }) => {
    if (ingresses.length <= MOST_CLAIMS) return []
    const text = `it names ${ingresses.length} Ingresses: only ${MOST_CLAIMS} of them are read; what the others send is unknown`
    return [warning('too-large', ref, text)]
  },
})

/** Limited, because each Ingress creates a target group per Service, and all of them are read in one step. */
const readRefsOf = (rollout: RolloutObject) => ingressRefsOf(rollout).slice(0, MOST_CLAIMS)

/** A port is required; if a file lacks it, the Service's first port is used. */
function portsOf(
  { port, ports }: RolloutObject,
  ingress: string,
  { ports: [first] }: ServiceObject,
): readonly string[] {
  const further = ports.find((entry) => entry.ingress === ingress)?.ports ?? []
  if (further.length > 0) return further
  return [port === '' && first !== undefined ? String(first.port) : port]
}

/** The Rollout that switches this Service; of several, the first by name. */
export function switcherOf({ ref }: ServiceObject, { view }: DiscoveryContext): Switcher | undefined {
  const [first] = view.filed(ROLLOUTS_BY_SWITCHED, keyOf(ref))
  return first === undefined ? undefined : { rollout: first.ref, strategy: first.strategy }
}
