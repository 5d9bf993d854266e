import type { ReasonStep, Switcher } from '../../model/exposure.ts'
import { warning } from '../../model/notice.ts'
import { keyOf } from '../../model/object-ref.ts'
import { MOST_ALTERNATIVES, MOST_CLAIMS, MOST_TARGET_GROUPS } from '../annotations/limits.ts'
import { joined, type Reading } from '../claims/claim.ts'
import { discoveryRule } from '../claims/rule.ts'
import {
  type IngressObject,
  type RolloutObject,
  type ServiceObject,
  serviceRef,
} from '../objects/discovery-object.ts'
import { once } from '../objects/once.ts'
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
  read: readRollout,
  notices: (rollout) => {
    const { ref, ingresses } = rollout
    const unknown = 'what the others send is unknown'
    const say = (text: string) => [warning('too-large', ref, `${text}; ${unknown}`)]
    if (ingresses.length > MOST_CLAIMS)
      return say(`it names ${ingresses.length} Ingresses: only ${MOST_CLAIMS} of them are read`)
    const counts = ingresses.map((name) => Math.max(1, furtherPorts(rollout).get(name)?.length ?? 0))
    const total = counts.reduce((sum, count) => sum + count, 0)
    return total > MOST_CLAIMS || counts.some((count) => count > MOST_TARGET_GROUPS)
      ? say(`its servicePorts name ${total} ports of each Service: not all of them are read`)
      : []
  },
})

/** Limited, because each Ingress creates a target group per Service and port, and all of them are read in one step. */
function readRollout(rollout: RolloutObject, service: ServiceObject, context: DiscoveryContext): Reading {
  const readings: Reading[] = []
  let claims = 0
  for (const ref of ingressRefsOf(rollout).slice(0, MOST_CLAIMS)) {
    if (claims >= MOST_CLAIMS) break
    const ingress = context.view.find('Ingress', ref)
    if (ingress === undefined) continue
    const reading = claimsOf(ingress, routesOf({ rollout, ingress, service }), { service, context })
    readings.push(reading)
    claims += reading.claims.length
  }
  return joined(readings)
}

interface Shift {
  readonly rollout: RolloutObject
  readonly ingress: IngressObject
  readonly service: ServiceObject
}

function routesOf({ rollout, ingress, service }: Shift): readonly Route[] {
  const backends = backendsWithoutAction(ingress, rollout.rootService).slice(0, MOST_ALTERNATIVES)
  const ports = portsOf(rollout, ingress, service).slice(0, MOST_TARGET_GROUPS)
  return backends.flatMap(({ at }): readonly Route[] => {
    const via: readonly ReasonStep[] = [{ via: at }, { object: rollout.ref }]
    return ports.map((port) => ({ service: service.ref.name, port, via }))
  })
}

/** A port is required; if a file lacks it, the Service's first port is used. */
function portsOf(
  rollout: RolloutObject,
  { ref }: IngressObject,
  { ports: [first] }: ServiceObject,
): readonly string[] {
  const { port } = rollout
  const further = furtherPorts(rollout).get(ref.name) ?? []
  if (further.length > 0) return further
  return [port === '' && first !== undefined ? String(first.port) : port]
}

/** By Ingress; of several entries for one, the last counts, as for Argo Rollouts. */
const furtherPorts = once(
  ({ ports }: RolloutObject) => new Map(ports.map((entry) => [entry.ingress, entry.ports])),
)

/** The Rollout that switches this Service; of several, the first by name. */
export function switcherOf({ ref }: ServiceObject, { view }: DiscoveryContext): Switcher | undefined {
  const [first] = view.filed(ROLLOUTS_BY_SWITCHED, keyOf(ref))
  return first === undefined ? undefined : { rollout: first.ref, strategy: first.strategy }
}
