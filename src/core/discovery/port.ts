import type { ServiceObject } from './objects.ts'

/** A port's number, where the Service says which number a name stands for; else as written. */
export function portText(service: ServiceObject, written: string): string {
  const named = service.ports.find(({ name }) => name === written)
  return named === undefined ? written : String(named.port)
}

/** Identity of a target group: its stack or group, Service and port. */
export const groupId = (stack: string, service: ServiceObject, port: string): string =>
  `${stack} → ${service.ref.namespace}/${service.ref.name}:${port}`
