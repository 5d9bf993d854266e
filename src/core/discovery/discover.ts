import type { Exposure } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import { assumeNotices, settledClaims } from './assume.ts'
import { joined, tidied } from './claim.ts'
import { exposuresFrom } from './merge.ts'
import type { DiscoveryObject, ServiceObject } from './objects.ts'
import type { Source } from './source.ts'
import { SOURCES } from './sources.ts'
import type { Surroundings } from './view.ts'
import { watched } from './watched.ts'

export interface ServiceReading {
  readonly exposures: readonly Exposure[]
  /** About the Service, and about what refers to it. */
  readonly notices: readonly Notice[]
}

const BY_KIND: ReadonlyMap<string, readonly Source[]> = Map.groupBy(SOURCES, ({ kind }) => kind)

const sourcesOf = ({ kind }: DiscoveryObject): readonly Source[] => BY_KIND.get(kind) ?? []

/** Everything that sends to one Service; `referrers` are the objects that refer to it, in a stable order. */
export function discover(
  service: ServiceObject,
  referrers: readonly DiscoveryObject[],
  around: Surroundings,
): ServiceReading {
  const { claims, notices } = watched(
    joined(
      referrers.flatMap((object) => sourcesOf(object).map((source) => source.read(object, service, around))),
    ),
    around.settings,
  )
  const about = referrers.flatMap((object) => noticesOf(object, around))
  return {
    exposures: exposuresFrom(settledClaims(claims, service), service),
    notices: tidied([...notices, ...about, ...assumeNotices(service)]),
  }
}

/** Every Service that an object could say something about. */
export const refersTo = (object: DiscoveryObject): readonly ObjectRef[] =>
  sourcesOf(object).flatMap((source) => source.refersTo(object))

/** What there is to say about an object, whether or not any Service leads to it. */
export const noticesOf = (object: DiscoveryObject, around: Surroundings): readonly Notice[] =>
  sourcesOf(object).flatMap((source) => source.notices(object, around))
