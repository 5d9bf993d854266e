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

/** All that discovery knows about one kind. Every part is optional. */
export interface RuleOfKind<T extends DiscoveryObject> {
  /** Drawers in which other objects find it. A change of the object makes stale what was read from them. */
  readonly filedIn?: readonly Drawer<T>[]
  /** Every Service that this object could make a claim about, from the object alone. It is filed under them, too. */
  refersTo?(object: T): readonly ObjectRef[]
  /** The claims that this object makes about one of those Services. */
  read?(object: T, service: ServiceObject, context: DiscoveryContext): Reading
  /** Notices about the object itself, independent of any Service. */
  notices?(object: T, context: DiscoveryContext): readonly Notice[]
}

/** A rule for any object. For one of another kind it returns no filings, claims or notices. */
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

/** Called twice per update of an object. */
function filingsOf<T extends DiscoveryObject>(object: T, rule: RuleOfKind<T>): readonly Filing[] {
  const filings: Filing[] = []
  for (const service of rule.refersTo?.(object) ?? []) filings.push(referral(object.ref, service))
  for (const drawer of rule.filedIn ?? [])
    for (const key of drawer.keysOf(object)) filings.push({ drawer: drawer.name, key })
  return filings
}
