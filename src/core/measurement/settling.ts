import { compareText } from '../model/object-ref.ts'
import type { Coverage } from './coverage.ts'
import type { Group, Lost, Suspect } from './group.ts'
import { goneSpan, type TargetLeave } from './leave.ts'
import { isServerError, isWithoutTarget } from './losses.ts'
import type { ErrorSeen, GroupMeasurement, LossCause, LostRequest, Measurement } from './measurement.ts'
import { isWithin, type Spans, spansOf } from './spans.ts'
import { summaryOf } from './summary.ts'

interface Ending {
  readonly suspects: readonly Suspect[]
  readonly errors: readonly Suspect[]
  readonly groups: readonly Group[]
  /** Leaving targets without a time. */
  readonly undated: number
}

/** Decides what became of requests that nothing but the whole of the logs can tell about. */
export class Settling {
  readonly #leaves: readonly TargetLeave[]
  readonly #coverage: Coverage
  readonly #lost = new Map<Group, Lost>()
  /** When targets had left shortly before, as of a number of departures. */
  readonly #spans = new Map<Group, { readonly departures: number; readonly spans: Spans }>()
  /** Departures of a target group: by what was said of them before. */
  readonly #toldOf: ReadonlyMap<string | undefined, readonly TargetLeave[]>

  constructor({
    leaves,
    coverage,
  }: { readonly leaves: readonly TargetLeave[]; readonly coverage: Coverage }) {
    this.#leaves = leaves
    this.#coverage = coverage
    this.#toldOf = Map.groupBy(leaves, ({ target }) => target.targetGroup)
  }

  /** Counts one that is not kept, by what is known so far. */
  countNow(suspect: Suspect): void {
    this.#count(suspect, this.#verdictOf(suspect))
  }

  end({ suspects, errors, groups, undated }: Ending): Measurement {
    for (const group of groups) group.partFlows()
    for (const suspect of suspects) {
      const cause = this.#verdictOf(suspect)
      this.#count(suspect, cause)
      if (cause !== undefined) this.#lostOf(suspect.group).requests.push(lostRequest(suspect, cause))
    }
    const { requests, from, to } = this.#coverage
    return {
      ...this.#summaries(groups),
      requests,
      ...(requests === 0 ? {} : { from, to }),
      undated,
      unseen: this.#leaves.filter((leave) => groups.every(({ flows }) => !flows.has(leave))).length,
      errors: errors.map((one) => this.#errorOf(one)).sort((a, b) => a.request.at - b.request.at),
    }
  }

  #verdictOf({ request, group, leave, cause }: Suspect): LossCause | undefined {
    if (leave === undefined)
      return isWithoutTarget(request) && this.#hasLeft(group, request.answered) ? 'nobody' : undefined
    const { reused = Number.POSITIVE_INFINITY } = group.flows.get(leave) ?? {}
    return request.at < reused ? cause : undefined
  }

  /** Whether a target of the group left shortly before. */
  #hasLeft(group: Group, time: number): boolean {
    const { targetGroup, flows } = group
    const known = this.#spans.get(group)
    if (known !== undefined && known.departures === flows.size) return isWithin(known.spans, time)
    const leaves = [...flows.keys(), ...(this.#toldOf.get(targetGroup) ?? [])]
    const spans = spansOf(leaves.map(goneSpan))
    this.#spans.set(group, { departures: flows.size, spans })
    return isWithin(spans, time)
  }

  #count({ request, group, leave }: Suspect, cause: LossCause | undefined): void {
    const { reused = Number.POSITIVE_INFINITY } = leave === undefined ? {} : (group.flows.get(leave) ?? {})
    if (leave !== undefined && request.at >= leave.start && request.at < reused)
      group.reach(leave, request.at)
    if (cause !== undefined) this.#lostOf(group).losses[cause] += 1
    else if (isServerError(request)) group.unrelated += 1
  }

  #lostOf(group: Group): Lost {
    const known = this.#lost.get(group)
    if (known !== undefined) return known
    const lost: Lost = { requests: [], losses: { reset: 0, connect: 0, nobody: 0, other: 0 } }
    this.#lost.set(group, lost)
    return lost
  }

  #errorOf(suspect: Suspect): ErrorSeen {
    const { request, leave } = suspect
    if (request.targetStatus !== undefined) return { request, cause: 'application' }
    const cause = this.#verdictOf(suspect)
    if (cause === undefined) return { request, cause: 'unrelated' }
    return { request, cause, ...(leave === undefined ? {} : { target: leave.target }) }
  }

  #summaries(groups: readonly Group[]): Pick<Measurement, 'loadBalancers' | 'targetGroups'> {
    const parts = groups.map((group) => ({ group, lost: this.#lostOf(group), silent: this.#silentOf(group) }))
    const sorted = parts.toSorted(
      (a, b) =>
        compareText(a.group.loadBalancer, b.group.loadBalancer) ||
        compareText(a.group.targetGroup ?? '', b.group.targetGroup ?? ''),
    )
    const isTold = ({ group }: { readonly group: Group }): boolean => group.targetGroup !== undefined
    const summary = (own: typeof parts): GroupMeasurement => summaryOf(own, this.#coverage)
    return {
      loadBalancers: [...Map.groupBy(sorted, ({ group }) => group.loadBalancer).values()].map(summary),
      targetGroups: sorted.filter(isTold).map((one) => ({
        ...summary([one]),
        ...(one.group.targetGroup === undefined ? {} : { targetGroup: one.group.targetGroup }),
      })),
    }
  }

  /** Departures that were told to be of this target group, without any request. */
  #silentOf({ targetGroup, flows }: Group): number {
    if (targetGroup === undefined) return 0
    return (this.#toldOf.get(targetGroup) ?? []).filter((leave) => !flows.has(leave)).length
  }
}

function lostRequest({ request, leave }: Suspect, cause: LossCause): LostRequest {
  const { at, answered, status, trace } = request
  if (leave === undefined) return { at, answered, status, cause, trace }
  const { target, start } = leave
  const { pod, deleted } = target
  const isEvicted = pod !== undefined && deleted === undefined
  const after = isEvicted ? {} : { after: (at - (deleted ?? start)) / 1_000 }
  return { at, answered, status, cause, trace, target, ...after }
}
