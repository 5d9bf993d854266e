import { compareText } from '../../model/object-ref.ts'
import type { Provenance } from '../../model/resolved.ts'
import type { Seconds } from '../../model/seconds.ts'
import { ALB_IDLE_TIMEOUT, NLB_IDLE_TIMEOUT } from '../annotations/limits.ts'
import { attributeValue, UNWRITTEN, type Written } from '../annotations/written.ts'
import type { Listener } from '../objects/gateway-api.ts'
import type { Configuration } from './configuration.ts'

/** An ALB's idle timeout is an attribute of the load balancer; attributes are merged by key. */
export function albIdleTimeout({ loadBalancers }: Configuration): Written<Seconds> {
  const { name } = ALB_IDLE_TIMEOUT
  const found = loadBalancers.find(({ attributes }) => attributes[name] !== undefined)
  if (found === undefined) return UNWRITTEN
  const key = 'spec.loadBalancerAttributes'
  const source: Provenance = { kind: 'field', path: key, object: found.ref }
  return attributeValue(found.attributes[name], ALB_IDLE_TIMEOUT, { key, object: found.ref, source })
}

/**
 * An NLB's is an attribute of each listener, under `PROTOCOL:port`. The winning configuration's entry is used as a
 * whole.
 */
export function nlbIdleTimeout(
  { loadBalancers }: Configuration,
  listeners: readonly Listener[],
): Written<Seconds> {
  const keys = [...new Set(listeners.map(({ protocol, port }) => `${protocol}:${port}`))].sort(compareText)
  const each = keys.map((key): Written<Seconds> => {
    const found = loadBalancers.find((one) => one.listeners[key] !== undefined)
    if (found === undefined) return UNWRITTEN
    const path = `spec.listenerConfigurations[${key}].listenerAttributes`
    const source: Provenance = { kind: 'field', path, object: found.ref }
    const text = found.listeners[key]?.[NLB_IDLE_TIMEOUT.name]
    return attributeValue(text, NLB_IDLE_TIMEOUT, { key: path, object: found.ref, source })
  })
  return {
    candidates: each.flatMap(({ candidates }) => candidates),
    notices: each.flatMap(({ notices }) => notices),
  }
}
