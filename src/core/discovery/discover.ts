import type { Exposure } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import { assumeNotices, settledClaims } from './assume.ts'
import { joined, mostTelling, NOTHING, warning } from './claim.ts'
import { MOST_EXPOSURES, MOST_REFERRERS } from './limits.ts'
import { exposuresFrom } from './merge.ts'
import type { DiscoveryObject, ServiceObject } from './objects.ts'
import { shortened } from './quote.ts'
import type { Source } from './source.ts'
import { SOURCES } from './sources.ts'
import type { Surroundings } from './view.ts'
import { watched } from './watched.ts'

export interface ServiceReading {
  readonly exposures: readonly Exposure[]
  /** About the Service, and about how it is referred to. */
  readonly notices: readonly Notice[]
}

const BY_KIND: ReadonlyMap<string, readonly Source[]> = Map.groupBy(SOURCES, ({ kind }) => kind)

const sourcesOf = ({ kind }: DiscoveryObject): readonly Source[] => BY_KIND.get(kind) ?? []

/**
 * Objects that made a rule throw, and what it threw: a fault of ours costs what the object itself would have said, in
 * this version of it, and nothing else. A narrow object is never changed, so each stands for a version.
 */
const unreadable = new WeakMap<DiscoveryObject, string>()

function attempt<T>(object: DiscoveryObject, rule: () => T, otherwise: T): T {
  if (unreadable.has(object)) return otherwise
  try {
    return rule()
  } catch (error) {
    unreadable.set(object, error instanceof Error ? error.message : String(error))
    return otherwise
  }
}

/** Everything that sends to one Service; `referrers` are the objects that refer to it, in a stable order. */
export function discover(
  service: ServiceObject,
  referrers: readonly DiscoveryObject[],
  around: Surroundings,
): ServiceReading {
  const readings = referrers.slice(0, MOST_REFERRERS).map((object) => {
    const rules = sourcesOf(object)
    return attempt(object, () => joined(rules.map((rule) => rule.read(object, service, around))), NOTHING)
  })
  const { claims, notices } = watched(joined(readings), around.settings)
  const exposures = attempt(service, () => exposuresFrom(settledClaims(claims, service), service), [])
  return {
    exposures: exposures.slice(0, MOST_EXPOSURES),
    notices: mostTelling([
      ...notices,
      ...assumeNotices(service),
      ...tooMany(service, referrers.length, exposures.length),
    ]),
  }
}

function tooMany({ ref }: ServiceObject, referrers: number, exposures: number): readonly Notice[] {
  const say = (text: string): Notice => warning('too-large', ref, text)
  return [
    ...(referrers > MOST_REFERRERS
      ? [say(`${referrers} objects refer to it: what more than ${MOST_REFERRERS} of them send is unknown`)]
      : []),
    ...(exposures > MOST_EXPOSURES
      ? [say(`${exposures} target groups send to it: more than ${MOST_EXPOSURES} are not counted`)]
      : []),
  ]
}

/** Every Service that an object could say something about. */
export const refersTo = (object: DiscoveryObject): readonly ObjectRef[] =>
  sourcesOf(object).flatMap((source) => source.refersTo(object))

/** What there is to say about an object, whether or not any Service leads to it. */
export function noticesOf(object: DiscoveryObject, around: Surroundings): readonly Notice[] {
  const said = attempt(
    object,
    () => sourcesOf(object).flatMap((source) => source.notices(object, around)),
    [],
  )
  const problem = unreadable.get(object)
  if (problem === undefined) return said
  const text = `it cannot be read, so what it sends is unknown: internal error: ${shortened(problem)}`
  return [warning('unreadable', object.ref, text)]
}
