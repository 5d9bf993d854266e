import type { DiscoveryObject } from './discovery-object.ts'

/**
 * Where objects are found by something else than their name. Whatever is read out of a drawer is stale once an object
 * under that key comes, changes or goes: so a rule says where its objects are filed, and nothing of what rests on them.
 */
export interface Drawer<T extends DiscoveryObject> {
  /** Unique among all drawers. */
  readonly name: string
  /** Where in it an object stands, by the object alone; a key may come twice. */
  keysOf(object: T): readonly string[]
}

/** Where one object is filed. */
export interface Filing {
  /** The name of a drawer. */
  readonly drawer: string
  readonly key: string
  /** What divides those under one key, where something does: each part is read by itself. */
  readonly part?: string | undefined
}

/** The key of drawers that are asked for all that they hold. */
export const ALL = ''
