import type { Exposure } from '../model/exposure.ts'
import { type Notice, warning } from '../model/notice.ts'
import { compareText, type ObjectRef } from '../model/object-ref.ts'
import type { Steps } from '../model/steps.ts'
import { MOST_EXPOSURES, MOST_REFERRERS, MOST_SAID } from './annotations/limits.ts'
import { assumeNotices, settledClaims } from './claims/assume.ts'
import { attempt } from './claims/attempt.ts'
import { joined, mostTelling, type Reading } from './claims/claim.ts'
import { exposuresFrom } from './claims/merge.ts'
import type { Source } from './claims/rule.ts'
import { guestsOf } from './gateway/guests.ts'
import { watched } from './lbc/watched-namespace.ts'
import type { DiscoveryObject, ServiceObject } from './objects/discovery-object.ts'
import { ROUTE_KINDS } from './objects/gateway-api.ts'
import type { Surroundings } from './objects/view.ts'
import { SOURCES } from './rules.ts'

export interface ServiceReading {
  readonly exposures: readonly Exposure[]
  /** About the Service, and about how it is referred to. */
  readonly notices: readonly Notice[]
  /** Objects of its namespace that were asked about its target groups, and what they said of them. */
  readonly said: number
}

const BY_KIND: ReadonlyMap<string, readonly Source[]> = Map.groupBy(SOURCES, ({ kind }) => kind)

const sourcesOf = ({ kind }: DiscoveryObject): readonly Source[] => BY_KIND.get(kind) ?? []

/**
 * Everything that sends to one Service, with a step for each object that is asked.
 * @param referrers the objects of its namespace that refer to it, in a stable order.
 */
export function* discover(
  service: ServiceObject,
  referrers: readonly DiscoveryObject[],
  around: Surroundings,
): Steps<ServiceReading> {
  const own = yield* readSome(
    service,
    { objects: referrers.slice(0, MOST_REFERRERS), most: MOST_SAID },
    around,
  )
  const others = yield* readGuests(service, around)
  const { claims, notices } = watched(joined([...own.readings, ...others.readings]), around.settings)
  const made = attempt(service, () => exposuresFrom(settledClaims(claims, service), service))
  const exposures = made.ok ? made.value : []
  const all = [
    ...notices,
    ...(made.ok ? [] : [made.problem]),
    ...assumeNotices(service),
    ...others.cut,
    ...tooMany(service, {
      read: own.readings.length,
      referrers: referrers.length,
      exposures: exposures.length,
    }),
  ]
  return {
    exposures: weighed(exposures),
    notices: mostTelling(all, service.ref.namespace),
    said: own.said,
  }
}

interface Asked {
  readonly objects: readonly DiscoveryObject[]
  /** How much they may say; the last one may say more. */
  readonly most: number
}

interface Said {
  readonly readings: readonly Reading[]
  readonly said: number
}

function* readSome(service: ServiceObject, { objects, most }: Asked, around: Surroundings): Steps<Said> {
  const readings: Reading[] = []
  let said = 0
  for (const object of objects) {
    if (said >= most) break
    const rules = sourcesOf(object)
    const outcome = attempt(object, () => joined(rules.map((rule) => rule.read(object, service, around))))
    const reading = outcome.ok ? outcome.value : { claims: [], notices: [outcome.problem] }
    readings.push(reading)
    said += 1 + reading.claims.length
    yield
  }
  return { readings, said }
}

interface SaidByGuests {
  readonly readings: readonly Reading[]
  readonly cut: readonly Notice[]
}

/** Other namespaces share what they may say together, so that none of them takes it from another. */
function* readGuests(service: ServiceObject, around: Surroundings): Steps<SaidByGuests> {
  const guests = guestsOf(service.ref, around)
  const most = Math.ceil(MOST_SAID / Math.max(1, guests.length))
  const readings: Reading[] = []
  const cut: Notice[] = []
  for (const { namespace, objects } of guests) {
    const said = yield* readSome(service, { objects, most }, around)
    readings.push(...said.readings)
    const left = objects.length - said.readings.length
    const text = `${objects.length} routes of namespace ${namespace} refer to it: what ${left} of them send is unknown`
    if (left > 0) cut.push(warning('too-large', service.ref, text))
  }
  return { readings, cut }
}

/** By id, and no more than is weighed: of other namespaces' only what their own leave room for. */
export function weighed(exposures: readonly Exposure[]): readonly Exposure[] {
  const some = exposures.length > MOST_EXPOSURES ? ownFirst(exposures).slice(0, MOST_EXPOSURES) : exposures
  return [...some].sort((a, b) => compareText(a.id, b.id))
}

function ownFirst(exposures: readonly Exposure[]): readonly Exposure[] {
  const { own = [], others = [] } = Object.groupBy(exposures, (one) => (isByGuests(one) ? 'others' : 'own'))
  return [...own, ...others]
}

const isByGuests = ({ because, service: { namespace } }: Exposure): boolean =>
  because.every((reason) =>
    reason.some((step) => 'object' in step && isRouteRef(step.object) && step.object.namespace !== namespace),
  )

const isRouteRef = ({ kind }: ObjectRef): boolean => ROUTE_KINDS.some((one) => one === kind)

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
  const outcome = attempt(object, () => sourcesOf(object).flatMap((source) => source.notices(object, around)))
  return outcome.ok ? outcome.value : [outcome.problem]
}
