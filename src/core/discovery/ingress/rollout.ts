import type { ReasonStep } from '../../model/exposure.ts'
import { warning } from '../../model/notice.ts'
import { MOST_ALTERNATIVES, MOST_CLAIMS } from '../annotations/limits.ts'
import { joined } from '../claims/claim.ts'
import { discoveryRule } from '../claims/rule.ts'
import { type RolloutObject, type ServiceObject, serviceRef } from '../objects/discovery-object.ts'
import { ingressRefsOf, ROLLOUTS_BY_INGRESS } from './drawers.ts'
import { backendsWithoutAction, claimsOf, type Route } from './ingress.ts'

/**
 * An Argo Rollout writes the action annotation of the Ingresses that it names, when it is reconciled; in Git it is
 * missing. Its Services are what the action will forward to (Argo Rollouts docs: ALB traffic management).
 */
export const rolloutRule = discoveryRule('Rollout', {
  filedIn: [ROLLOUTS_BY_INGRESS],
  refersTo: ({ ref, ingresses, services }) =>
    ingresses.length === 0 ? [] : services.map((name) => serviceRef(ref.namespace, name)),
  read: (rollout, service, context) =>
    joined(
      readRefsOf(rollout).map((ref) => {
        const ingress = context.view.find('Ingress', ref)
        if (ingress === undefined) return joined([])
        const backends = backendsWithoutAction(ingress, rollout.rootService).slice(0, MOST_ALTERNATIVES)
        const routes = backends.map(({ at }): Route => {
          const via: readonly ReasonStep[] = [{ via: at }, { object: rollout.ref }]
          return { service: service.ref.name, port: portOf(rollout, service), via }
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

/** `servicePort` is required; if a file lacks it, the Service's first port is used. */
const portOf = ({ port }: RolloutObject, { ports: [first] }: ServiceObject): string =>
  port === '' && first !== undefined ? String(first.port) : port
