import { type ManifestObject, objectText } from './manifest-object.ts'
import { type Note, positionText } from './position.ts'

interface EffectiveSet {
  /** What a cluster would contain after all of them were applied: of objects with the same identity only the last. */
  readonly objects: readonly ManifestObject[]
  /** One for each object that a later one replaces. */
  readonly notes: readonly Note[]
}

interface EffectiveOptions {
  /** For objects that name none. @default `default` */
  readonly namespace?: string
  /** Whether it is one of several variants that all count. @default no object is */
  readonly isVariant?: (object: ManifestObject) => boolean
  /** Whether it is only a part of one, which replaces no other. @default no object is */
  readonly isPart?: (object: ManifestObject) => boolean
}

/**
 * The objects as `kubectl apply -f` of all files would leave them: a later one with the same group, kind, namespace
 * and name replaces the earlier one.
 */
export function effective(
  objects: readonly ManifestObject[],
  { namespace = 'default', isVariant = () => false, isPart = () => false }: EffectiveOptions = {},
): EffectiveSet {
  const last = new Map<string, ManifestObject>()
  const parts: ManifestObject[] = []
  const notes: Note[] = []
  for (const object of objects) {
    if (isPart(object)) {
      parts.push(object)
      continue
    }
    const key = JSON.stringify([
      groupOf(object.apiVersion),
      object.kind,
      object.namespace ?? namespace,
      object.name,
    ])
    const earlier = last.get(key)
    if (earlier !== undefined)
      notes.push(isVariant(earlier) ? variantNote(earlier, object) : replacedNote(earlier, object))
    // Deleted first: the later object keeps its own position in the order.
    last.delete(key)
    last.set(key, object)
  }
  // Parts first: what is whole is read after them.
  return { objects: [...parts, ...last.values()], notes }
}

const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0))

const replacedNote = (earlier: ManifestObject, later: ManifestObject): Note => ({
  severity: 'information',
  id: 'replaced',
  ...later.position,
  text: `${objectText(later)} replaces the one at ${positionText(earlier.position)}, as kubectl apply would`,
})

const variantNote = (earlier: ManifestObject, later: ManifestObject): Note => ({
  severity: 'information',
  id: 'variant',
  ...later.position,
  text: `${objectText(later)} differs from the one at ${positionText(earlier.position)}: both count, since it is unknown which is applied`,
})
