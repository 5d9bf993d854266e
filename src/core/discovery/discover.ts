import type { Exposure } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import type { Steps } from '../model/steps.ts'
import { assumeNotices, settledClaims } from './assume.ts'
import { joined, mostTelling, NOTHING, type Reading, warning } from './claim.ts'
import { MOST_EXPOSURES, MOST_REFERRERS, MOST_SAID } from './limits.ts'
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
  /** Objects that were asked about its target groups, and what they said of them: what a look at it cost. */
  readonly said: number
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

/**
 * Everything that sends to one Service, with a step for each object that is asked.
 * @param referrers the objects that refer to it, in a stable order.
 */
export function* discover(
  service: ServiceObject,
  referrers: readonly DiscoveryObject[],
  around: Surroundings,
): Steps<ServiceReading> {
  const { readings, said } = yield* readAll(service, referrers, around)
  const { claims, notices } = watched(joined(readings), around.settings)
  const exposures = attempt(service, () => exposuresFrom(settledClaims(claims, service), service), [])
  return {
    exposures: exposures.slice(0, MOST_EXPOSURES),
    notices: mostTelling([
      ...notices,
      ...assumeNotices(service),
      ...tooMany(service, {
        read: readings.length,
        referrers: referrers.length,
        exposures: exposures.length,
      }),
    ]),
    said,
  }
}

/** As much as may be said of one Service. */
function* readAll(
  service: ServiceObject,
  referrers: readonly DiscoveryObject[],
  around: Surroundings,
): Steps<{ readonly readings: readonly Reading[]; readonly said: number }> {
  const readings: Reading[] = []
  let said = 0
  for (const object of referrers.slice(0, MOST_REFERRERS)) {
    if (said >= MOST_SAID) break
    const rules = sourcesOf(object)
    const read = () => joined(rules.map((rule) => rule.read(object, service, around)))
    const reading = attempt(object, read, NOTHING)
    readings.push(reading)
    said += 1 + reading.claims.length
    yield
  }
  return { readings, said }
}

interface Counts {
  readonly read: number
  readonly referrers: number
  readonly exposures: number
}

function tooMany({ ref }: ServiceObject, { read, referrers, exposures }: Counts): readonly Notice[] {
  const say = (text: string): Notice => warning('too-large', ref, text)
  return [
    ...(referrers > read
      ? [say(`${referrers} objects refer to it: what more than ${read} of them send is unknown`)]
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
