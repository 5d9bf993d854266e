import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { RequestGlance } from './reading.ts'

/** How long before its deletion, and after it where its end is unknown, a request counts as the Pod's own. Milliseconds; a choice. */
const AROUND = 600_000

/** One address of a target, as it stands in the logs. */
interface Watched {
  /** The first to leave comes first: until it was gone, the address was no other Pod's. */
  readonly departures: readonly LeavingTarget[]
  /** The last departure and target group that a request was filed under, so that most requests cost one comparison. */
  last?: { readonly departure: LeavingTarget; readonly targetGroup: string }
}

/** When a target left, as exactly as it is known. Milliseconds since 1970; undefined: nobody saw it. */
export const leftAt = (one: LeavingTarget): number | undefined =>
  one.deleted ?? one.deregistering ?? one.deregistered ?? one.ended ?? one.gone

/** What the whole of the logs shows beside the measurement: how far they reach, and whose Pods were in which target group. */
export class LogSurvey {
  /** Of the first and the last request. Milliseconds since 1970; Infinity and -Infinity if there was none. */
  from = Number.POSITIVE_INFINITY
  to = Number.NEGATIVE_INFINITY
  readonly #byAddress: ReadonlyMap<string, readonly LeavingTarget[]>
  /** By address and port; null: of no departure. */
  readonly #targets = new Map<string, Watched | null>()
  readonly #groups = new Map<string, Set<LeavingTarget>>()
  readonly #addresses = new Set<string>()
  readonly #seen = new Set<LeavingTarget>()

  constructor(leaving: readonly LeavingTarget[]) {
    const inOrder = leaving.toSorted((a, b) => (leftAt(a) ?? 0) - (leftAt(b) ?? 0))
    this.#byAddress = Map.groupBy(inOrder, ({ ip }) => ip)
  }

  /** Called for every request of the logs. */
  see({ at, target, targetGroup }: Pick<RequestGlance, 'at' | 'target' | 'targetGroup'>): void {
    if (at < this.from) this.from = at
    if (at > this.to) this.to = at
    if (target === undefined) return
    const known = this.#targets.get(target)
    const watched = known === undefined ? this.#watch(target) : known
    if (watched === null) return
    const group = targetGroup ?? ''
    const { last } = watched
    if (last !== undefined && last.targetGroup === group && isAround(last.departure, at)) return
    const departure = watched.departures.find((one) => isAround(one, at))
    if (departure === undefined) return
    watched.last = { departure, targetGroup: group }
    this.#seen.add(departure)
    const members = this.#groups.get(group)
    if (members === undefined) this.#groups.set(group, new Set([departure]))
    else members.add(departure)
  }

  /** Departures with a request around them. */
  get seen(): ReadonlySet<LeavingTarget> {
    return this.#seen
  }

  /** The addresses of the departures that are a target anywhere in the logs, at whatever time. */
  get addresses(): ReadonlySet<string> {
    return this.#addresses
  }

  /** Whose Pods a target group had, each once. */
  workloadsOf(targetGroup: string | undefined): readonly ObjectRef[] {
    const members = [...(this.#groups.get(targetGroup ?? '') ?? [])]
    const found = members.flatMap(({ workload }) => (workload === undefined ? [] : [workload]))
    return [...new Map(found.map((one) => [`${one.kind}/${one.namespace}/${one.name}`, one])).values()]
  }

  /** A target group may have very many addresses, and most of them never leave within the logs. */
  #watch(target: string): Watched | null {
    const address = addressOf(target)
    const departures = this.#byAddress.get(address)
    if (departures !== undefined) this.#addresses.add(address)
    const watched = departures === undefined ? null : { departures }
    this.#targets.set(target, watched)
    return watched
  }
}

const isAround = (one: LeavingTarget, at: number): boolean => {
  const left = leftAt(one)
  return left !== undefined && at >= left - AROUND && at <= (one.gone ?? left + AROUND)
}

/** `10.0.1.2` of `10.0.1.2:8080`, `2001:db8::1` of `[2001:db8::1]:8080`. */
const addressOf = (target: string): string => target.slice(0, target.lastIndexOf(':')).replace(/^\[|\]$/g, '')
