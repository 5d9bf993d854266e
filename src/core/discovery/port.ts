import type { ServiceObject } from './objects.ts'

/** The number of a Service's port, by its number or its name; undefined: the Service has no such port. */
export function portOf({ ports }: ServiceObject, written: string): string | undefined {
  const found = ports.find(({ name, port }) => name === written || String(port) === written)
  return found === undefined ? undefined : String(found.port)
}

/** Identity of a target group: its stack or group, Service and port. */
export const groupId = (stack: string, { ref }: ServiceObject, port: string): string =>
  `${stack} → ${ref.namespace}/${ref.name}:${port}`
