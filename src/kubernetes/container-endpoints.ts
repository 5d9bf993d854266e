import { isRecord } from '../core/model/json-value.ts'
import type { Container, ContainerPort, HttpEndpoint } from '../core/model/workload.ts'
import { at, type JsonNode } from './json.ts'

/**
 * The ports that a container names, and what its readiness probe asks by HTTP. What cannot be read is left out: it only
 * serves to compare.
 */
export function endpointsOf(container: JsonNode): Pick<Container, 'ports' | 'readinessHttp'> {
  const ports = portsOf(at(container, 'ports').value)
  const readinessHttp = httpOf(memberOf(at(container, 'readinessProbe').value, 'httpGet'))
  return {
    ...(ports.length === 0 ? {} : { ports }),
    ...(readinessHttp === undefined ? {} : { readinessHttp }),
  }
}

const memberOf = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined)

const portsOf = (value: unknown): readonly ContainerPort[] =>
  (Array.isArray(value) ? value : []).flatMap((item: unknown): readonly ContainerPort[] => {
    const port = memberOf(item, 'containerPort')
    const name = memberOf(item, 'name')
    return typeof port === 'number' ? [{ port, ...(typeof name === 'string' ? { name } : {}) }] : []
  })

/** One that asks another host is not the container's. */
function httpOf(value: unknown): HttpEndpoint | undefined {
  const port = memberOf(value, 'port')
  const path = memberOf(value, 'path')
  if (typeof memberOf(value, 'host') === 'string') return undefined
  if (typeof port !== 'number' && typeof port !== 'string') return undefined
  return { port, path: typeof path === 'string' ? path : '/' }
}
