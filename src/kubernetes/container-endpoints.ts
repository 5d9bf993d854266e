import { isRecord } from '../core/model/json-value.ts'
import type { ContainerPort, HttpEndpoint } from '../core/model/workload.ts'
import { at, type JsonNode } from './json.ts'

// What cannot be read is left out: it only serves to compare.

/** The ports that a container names. */
export function portsOf(container: JsonNode): readonly ContainerPort[] {
  const { value } = at(container, 'ports')
  const ports: ContainerPort[] = []
  for (const item of Array.isArray(value) ? value : []) {
    const port = memberOf(item, 'containerPort')
    const name = memberOf(item, 'name')
    if (typeof port === 'number') ports.push(typeof name === 'string' ? { port, name } : { port })
  }
  return ports
}

/** What a container's readiness probe asks by HTTP. One that asks another host is not the container's. */
export function readinessHttpOf(container: JsonNode): HttpEndpoint | undefined {
  const get = memberOf(at(container, 'readinessProbe').value, 'httpGet')
  const port = memberOf(get, 'port')
  const path = memberOf(get, 'path')
  if (typeof memberOf(get, 'host') === 'string') return undefined
  if (typeof port !== 'number' && typeof port !== 'string') return undefined
  return { port, path: typeof path === 'string' ? path : '/' }
}

const memberOf = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined)
