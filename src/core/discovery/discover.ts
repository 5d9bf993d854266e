import type { Exposure, Switcher } from '../model/exposure.ts'
import { type Notice, warning } from '../model/notice.ts'
import { compareText, type ObjectRef } from '../model/object-ref.ts'
import type { Steps } from '../model/steps.ts'
import { MOST_EXPOSURES, MOST_REFERRERS, MOST_SAID } from './annotations/limits.ts'
import { assumeNotices, settledClaims } from './claims/assume.ts'
import { attempt } from './claims/attempt.ts'
import { joined, mostTelling, type Reading } from './claims/claim.ts'
import { exposuresFrom } from './claims/merge.ts'
import { referrersOf } from './claims/referrers.ts'
import { type GuestsToName, guestsOf, guestsToName } from './gateway/guests.ts'
import { switcherOf } from './ingress/rollout.ts'
import { watched } from './lbc/watched-namespace.ts'
import type { DiscoveryObject, ServiceObject } from './objects/discovery-object.ts'
import { ROUTE_KINDS } from './objects/gateway-api.ts'
import type { DiscoveryContext } from './objects/view.ts'
import { observedOf } from './observed/observed.ts'
import { ruleOf } from './rules.ts'

export interface ServiceReading {
  readonly exposures: readonly Exposure[]
  /** About the Service and the references to it. */
  readonly notices: readonly Notice[]
  /** Objects of its namespace that were read for it, plus the claims that they made. */
  readonly said: number
}

/** Everything that sends to one Service. One step per object read. */
export function* discover(service: ServiceObject, context: DiscoveryContext): Steps<ServiceReading> {
  const referrers = referrersOf(service.ref, context.view)
  const own = yield* readSome(
    service,
    { objects: referrers.slice(0, MOST_REFERRERS), most: MOST_SAID },
    context,
  )
  const others = yield* readGuests(service, context)
  const { claims, notices } = watched(joined([...own.readings, ...others.readings]), context.settings)
  const made = attempt(service, () =>
    exposuresFrom(settledClaims(claims, service), service, (some) => observedOf(some, context)),
  )
  const switcher = switcherOf(service, context)
  const exposures = switchedBy(switcher, made.ok ? made.value : [])
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

const switchedBy = (switcher: Switcher | undefined, exposures: readonly Exposure[]): readonly Exposure[] =>
  switcher === undefined ? exposures : exposures.map((one) => ({ ...one, switchedBy: switcher }))

interface ObjectsToRead {
  readonly objects: readonly DiscoveryObject[]
  /** Limit for objects plus claims; the last object may exceed it. */
  readonly most: number
}

interface Said {
  readonly readings: readonly Reading[]
  readonly said: number
}

function* readSome(
  service: ServiceObject,
  { objects, most }: ObjectsToRead,
  context: DiscoveryContext,
): Steps<Said> {
  const readings: Reading[] = []
  let said = 0
  for (const object of objects) {
    if (said >= most) break
    const outcome = attempt(object, () => ruleOf(object).read(object, service, context))
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

/** Other namespaces get equal shares of one limit, so that none can use up another's. */
function* readGuests(service: ServiceObject, context: DiscoveryContext): Steps<SaidByGuests> {
  const guests = guestsOf(service.ref, context)
  const most = Math.ceil(MOST_SAID / Math.max(1, guests.length))
  const readings: Reading[] = []
  const cut: Notice[] = []
  for (const { namespace, objects } of guests) {
    const said = yield* readSome(service, { objects, most }, context)
    readings.push(...said.readings)
    const left = objects.length - said.readings.length
    const text = `${objects.length} routes of namespace ${namespace} refer to it: what ${left} of them send is unknown`
    if (left > 0) cut.push(warning('too-large', service.ref, text))
  }
  return { readings, cut }
}

/**
 * Sorted by id, at most MOST_EXPOSURES. Exposures from other namespaces get only the room that the Service's own leave.
 */
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
      ? [
          say(
            `${referrers} objects refer to it: only ${read} of them are read; what the others send is unknown`,
          ),
        ]
      : []),
    ...(exposures > MOST_EXPOSURES
      ? [say(`${exposures} target groups send to it: only ${MOST_EXPOSURES} are counted`)]
      : []),
  ]
}

/** Referring objects that may need notices when a Service is reported, within limits. */
export function referrersToName(service: ObjectRef, context: DiscoveryContext): GuestsToName {
  const { objects, crowds } = guestsToName(service, context)
  return { objects: [...referrersOf(service, context.view).slice(0, MOST_REFERRERS), ...objects], crowds }
}

/** Notices about an object, whether or not any Service leads to it. */
export function noticesOf(object: DiscoveryObject, context: DiscoveryContext): readonly Notice[] {
  const outcome = attempt(object, () => ruleOf(object).notices(object, context))
  return outcome.ok ? outcome.value : [outcome.problem]
}
