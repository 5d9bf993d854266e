import type { AwsController, ServicePort } from '../../model/exposure.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import { once } from '../objects/once.ts'

/** A Service's port, found by number or name; undefined if the Service has no such port. */
export function servicePort(service: ServiceObject, written: string): ServicePort | undefined {
  const { ports } = service
  if (ports.length > FEW_PORTS) return portsOf(service).get(written)
  return ports.find(({ name, port }) => name === written || String(port) === written)
}

/** Its number, as text. */
export function portOf(service: ServiceObject, written: string): string | undefined {
  const found = servicePort(service, written)
  return found === undefined ? undefined : String(found.port)
}

/** Up to this many ports, a linear search is faster than building an index. A choice. */
const FEW_PORTS = 16

/** If several ports have the same name or number, the first. */
const portsOf = once(({ ports }: ServiceObject): ReadonlyMap<string, ServicePort> => {
  const byText = new Map<string, ServicePort>()
  for (const one of ports) {
    const number = String(one.port)
    if (one.name !== undefined && !byText.has(one.name)) byText.set(one.name, one)
    if (!byText.has(number)) byText.set(number, one)
  }
  return byText
})

/** Identity of a target group: its stack or group, Service and port. */
export const groupId = (stack: string, { ref }: ServiceObject, port: string): string =>
  `${stack} → ${ref.namespace}/${ref.name}:${port}`

/** Both controllers may have a group or a binding of the same name: these are two target groups. */
export const ofController = (stack: string, controller: AwsController): string =>
  controller === 'lbc' ? stack : `${stack} (${controller})`
