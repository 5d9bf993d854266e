import type { DiscoveryObject } from './discovery-object.ts'

/**
 * An index of objects by something else than their name. What was read from a drawer becomes stale when an object under
 * the same key is added, changed or removed. So a rule declares only where its objects are filed, not what depends on
 * them.
 */
export interface Drawer<T extends DiscoveryObject> {
  /** Unique among all drawers. */
  readonly name: string
  /** The keys of an object, computed from the object alone; a key may occur twice. */
  keysOf(object: T): readonly string[]
}

/** Where one object is filed. */
export interface Filing {
  /** The name of a drawer. */
  readonly drawer: string
  readonly key: string
  /** Divides the objects under one key, if set; each part is read separately. */
  readonly part?: string | undefined
}

/** The key in drawers that are read as a whole. */
export const ALL = ''
