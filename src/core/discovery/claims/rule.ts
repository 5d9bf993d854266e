import type { Notice } from '../../model/notice.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type {
  DiscoveryKind,
  DiscoveryObject,
  ObjectOfKind,
  ServiceObject,
} from '../objects/discovery-object.ts'
import type { Surroundings } from '../objects/view.ts'
import { NOTHING, type Reading } from './claim.ts'

/** How objects of one kind put Services behind a load balancer. */
export interface SourceRule<T extends DiscoveryObject> {
  /** Every Service that this object could make a claim about, from the object alone: the index is built of it. */
  refersTo(object: T): readonly ObjectRef[]
  /** The claims that this object makes about one of those Services. */
  read(object: T, service: ServiceObject, around: Surroundings): Reading
  /** What there is to say about the object itself, whatever Service is asked about. */
  notices(object: T, around: Surroundings): readonly Notice[]
}

/** A rule for any object: one of another kind refers to nothing and claims nothing. */
export interface Source extends SourceRule<DiscoveryObject> {
  readonly kind: DiscoveryKind
}

/** Ties a rule to its kind. */
export function source<K extends DiscoveryKind>(kind: K, rule: SourceRule<ObjectOfKind<K>>): Source {
  const isOwn = (object: DiscoveryObject): object is ObjectOfKind<K> => object.kind === kind
  return {
    kind,
    refersTo: (object) => (isOwn(object) ? rule.refersTo(object) : []),
    read: (object, service, around) => (isOwn(object) ? rule.read(object, service, around) : NOTHING),
    notices: (object, around) => (isOwn(object) ? rule.notices(object, around) : []),
  }
}
