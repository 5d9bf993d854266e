import { ALB } from '../discovery/annotation-keys.ts'
import { refersTo } from '../discovery/discover.ts'
import type { DiscoveryKind, DiscoveryObject, IngressObject, ObjectOfKind } from '../discovery/objects.ts'
import { ingressRefsOf } from '../discovery/rollout.ts'
import type { ObjectView } from '../discovery/view.ts'
import { compareRefs, type ObjectRef } from '../model/object-ref.ts'
import { KeyIndex } from './key-index.ts'

/** Unique for each object; a NUL can stand in no name. */
export const keyOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}\0${namespace}\0${name}`

/** The objects that discovery reads, and who refers to whom. */
export class ObjectStore implements ObjectView {
  readonly #objects = new Map<string, DiscoveryObject>()
  readonly #referrers = new KeyIndex()
  readonly #rollouts = new KeyIndex()
  readonly #groups = new KeyIndex()
  readonly #classes = new KeyIndex()
  readonly #kinds = new KeyIndex()

  /** Replaces what had the same name. */
  put(object: DiscoveryObject): void {
    this.remove(object.ref)
    const key = keyOf(object.ref)
    this.#objects.set(key, object)
    for (const [index, under] of this.#filing(object)) index.add(under, key)
  }

  remove(ref: ObjectRef): void {
    const key = keyOf(ref)
    const object = this.#objects.get(key)
    if (object === undefined) return
    this.#objects.delete(key)
    for (const [index, under] of this.#filing(object)) index.remove(under, key)
  }

  /** Every place where an object is filed besides its own key. */
  #filing(object: DiscoveryObject): readonly (readonly [KeyIndex, string])[] {
    const filing: [KeyIndex, string][] = refersTo(object).map((ref) => [this.#referrers, keyOf(ref)])
    if (object.kind === 'IngressClass') filing.push([this.#kinds, object.kind])
    if (object.kind === 'Rollout') {
      for (const ref of ingressRefsOf(object)) filing.push([this.#rollouts, keyOf(ref)])
    }
    if (object.kind === 'Ingress') {
      const group = object.annotations[ALB.groupName]
      if (group !== undefined) filing.push([this.#groups, group])
      filing.push([this.#classes, object.className ?? NO_CLASS])
    }
    return filing
  }

  get(ref: ObjectRef): DiscoveryObject | undefined {
    return this.#objects.get(keyOf(ref))
  }

  all(): Iterable<DiscoveryObject> {
    return this.#objects.values()
  }

  /** What refers to this Service. */
  referrersOf(service: ObjectRef): readonly DiscoveryObject[] {
    return this.#sorted(this.#referrers.idsOf(keyOf(service)))
  }

  service(ref: ObjectRef) {
    return ofKind('Service', this.get(ref))
  }

  ingress(ref: ObjectRef) {
    return ofKind('Ingress', this.get(ref))
  }

  ingressClass(name: string) {
    return ofKind('IngressClass', this.get({ kind: 'IngressClass', namespace: '', name }))
  }

  ingressClasses() {
    return allOfKind('IngressClass', this.#sorted(this.#kinds.idsOf('IngressClass')))
  }

  ingressClassParams(name: string) {
    return ofKind('IngressClassParams', this.get({ kind: 'IngressClassParams', namespace: '', name }))
  }

  namespace(name: string) {
    return ofKind('Namespace', this.get({ kind: 'Namespace', namespace: '', name }))?.facts
  }

  rolloutsOf(ingress: ObjectRef) {
    return allOfKind('Rollout', this.#sorted(this.#rollouts.idsOf(keyOf(ingress))))
  }

  ingressesNaming(group: string): readonly IngressObject[] {
    return allOfKind('Ingress', this.#sorted(this.#groups.idsOf(group)))
  }

  ingressesOfClass(className: string | undefined): readonly IngressObject[] {
    return allOfKind('Ingress', this.#sorted(this.#classes.idsOf(className ?? NO_CLASS)))
  }

  #sorted(keys: ReadonlySet<string>): readonly DiscoveryObject[] {
    return [...keys].flatMap((key) => this.#objects.get(key) ?? []).sort((a, b) => compareRefs(a.ref, b.ref))
  }

  get size(): Record<string, number> {
    return {
      objects: this.#objects.size,
      referrers: this.#referrers.entries,
      rollouts: this.#rollouts.entries,
      groups: this.#groups.entries,
      classes: this.#classes.entries,
      kinds: this.#kinds.entries,
    }
  }
}

/** No class can have this name. */
const NO_CLASS = '\0'

const isKind = <K extends DiscoveryKind>(kind: K, object: DiscoveryObject): object is ObjectOfKind<K> =>
  object.kind === kind

const ofKind = <K extends DiscoveryKind>(
  kind: K,
  object: DiscoveryObject | undefined,
): ObjectOfKind<K> | undefined => (object !== undefined && isKind(kind, object) ? object : undefined)

const allOfKind = <K extends DiscoveryKind>(
  kind: K,
  objects: readonly DiscoveryObject[],
): readonly ObjectOfKind<K>[] => objects.filter((object) => isKind(kind, object))
