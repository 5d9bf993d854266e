import type { GroupController } from '../model/exposure.ts'
import type { ServiceObject } from './objects.ts'

/** The number of a Service's port, by its number or its name; undefined: the Service has no such port. */
export function portOf({ ports }: ServiceObject, written: string): string | undefined {
  const found = ports.find(({ name, port }) => name === written || String(port) === written)
  return found === undefined ? undefined : String(found.port)
}

/** Identity of a target group: its stack or group, Service and port. */
export const groupId = (stack: string, { ref }: ServiceObject, port: string): string =>
  `${stack} → ${ref.namespace}/${ref.name}:${port}`

/** Both controllers may have a group, or a binding, of the same name: two target groups. */
export const ofController = (stack: string, controller: GroupController): string =>
  controller === 'lbc' ? stack : `${stack} (${controller})`
