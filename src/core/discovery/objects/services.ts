import type { ServiceObject } from './discovery-object.ts'
import type { Drawer } from './drawer.ts'

/** Services, by their name without the namespace. */
export const SERVICES_BY_NAME: Drawer<ServiceObject> = {
  name: 'serviceNames',
  keysOf: ({ ref: { name } }) => [name],
}
