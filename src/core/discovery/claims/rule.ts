import type { Notice } from '../../model/notice.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type {
  DiscoveryKind,
  DiscoveryObject,
  ObjectOfKind,
  ServiceObject,
} from '../objects/discovery-object.ts'
import type { Drawer, Filing } from '../objects/drawer.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { NOTHING, type Reading } from './claim.ts'
import { referral } from './referrers.ts'

/** All that discovery has to know of one kind; what is absent, it does not have. */
export interface RuleOfKind<T extends DiscoveryObject> {
  /** How others find it besides by its name: a change of it makes stale what was read there. */
  readonly filedIn?: readonly Drawer<T>[]
  /** Every Service that this object could make a claim about, from the object alone: it is filed by them, too. */
  refersTo?(object: T): readonly ObjectRef[]
  /** The claims that this object makes about one of those Services. */
  read?(object: T, service: ServiceObject, context: DiscoveryContext): Reading
  /** What there is to say about the object itself, whatever Service is asked about. */
  notices?(object: T, context: DiscoveryContext): readonly Notice[]
}

/** A rule for any object: one of another kind stands nowhere, refers to nothing and claims nothing. */
export interface DiscoveryRule {
  readonly kind: DiscoveryKind
  filingsOf(object: DiscoveryObject): readonly Filing[]
  read(object: DiscoveryObject, service: ServiceObject, context: DiscoveryContext): Reading
  notices(object: DiscoveryObject, context: DiscoveryContext): readonly Notice[]
}

/** Ties a rule to its kind. */
export function discoveryRule<K extends DiscoveryKind>(
  kind: K,
  rule: RuleOfKind<ObjectOfKind<K>>,
): DiscoveryRule {
  const isOwn = (object: DiscoveryObject): object is ObjectOfKind<K> => object.kind === kind
  return {
    kind,
    filingsOf: (object) => (isOwn(object) ? filingsOf(object, rule) : []),
    read: (object, service, context) =>
      (isOwn(object) ? rule.read?.(object, service, context) : undefined) ?? NOTHING,
    notices: (object, context) => (isOwn(object) ? rule.notices?.(object, context) : undefined) ?? [],
  }
}

/** Asked twice at each update of an object. */
function filingsOf<T extends DiscoveryObject>(object: T, rule: RuleOfKind<T>): readonly Filing[] {
  const filings: Filing[] = []
  for (const service of rule.refersTo?.(object) ?? []) filings.push(referral(object.ref, service))
  for (const drawer of rule.filedIn ?? [])
    for (const key of drawer.keysOf(object)) filings.push({ drawer: drawer.name, key })
  return filings
}
