import { leavesOf, SERVING, SKEW, type TargetLeave, WINDOW } from './leave.ts'
import type { LeavingTarget } from './leaving-target.ts'
import { isWithin, type Spans, spansOf } from './spans.ts'

/** Departures of one address (and port, and target group), the oldest first. */
type Line = readonly TargetLeave[]

/** What is known of one address. */
interface Address {
  /** By the ARN of a target group; `''`: of every one. */
  readonly lines: ReadonlyMap<string, Line>
  /** When any of its requests matter. */
  readonly spans: Spans
}

/** One target as a log has it: its address with the port, and without. */
type Place = readonly Address[]

/** The departures that a request may be for. */
interface Match {
  /** The last that had begun when it was answered; it may have come before that. */
  readonly leave?: TargetLeave
  /** The one that follows, if it came at most `SERVING` before it. */
  readonly next?: TargetLeave
}

/** Texts of targets that are remembered; others are taken apart anew. A choice: a fleet has some thousands. */
const REMEMBERED = 65_536

/** Finds departures by the target of a request. */
export class Addresses {
  /** Every departure, each once. */
  readonly leaves: readonly TargetLeave[]
  readonly #byKey: ReadonlyMap<string, Address>
  readonly #places = new Map<string, Place | undefined>()

  constructor(leaving: readonly LeavingTarget[]) {
    const byKey = Map.groupBy(leaving, keyOf)
    this.#byKey = new Map([...byKey].map(([key, targets]) => [key, addressOf(targets)]))
    this.leaves = [...this.#byKey.values()].flatMap(({ lines }) => [...lines.values()].flat())
  }

  /** Whether a request to this target that was answered at this time matters. Allocates nothing for a target that was seen. */
  matters(target: string, answered: number): boolean {
    const place = this.#placeOf(target)
    if (place === undefined) return false
    for (const { spans } of place) if (isWithin(spans, answered)) return true
    return false
  }

  /** What is known exactly comes first: port and target group, port, target group, neither. */
  find(target: string, targetGroup: string, at: number, answered: number): Match | undefined {
    const place = this.#placeOf(target)
    if (place === undefined) return undefined
    for (const { lines } of place)
      for (const group of targetGroup === '' ? [''] : [targetGroup, '']) {
        const line = lines.get(group)
        const match = line === undefined ? undefined : matchIn(line, at, answered)
        if (match !== undefined) return match
      }
    return undefined
  }

  #placeOf(target: string): Place | undefined {
    const known = this.#places.get(target)
    if (known !== undefined || this.#places.has(target)) return known
    const place = [target, withoutPort(target)].flatMap((key) => this.#byKey.get(key.toLowerCase()) ?? [])
    const found = place.length === 0 ? undefined : place
    if (this.#places.size < REMEMBERED) this.#places.set(target, found)
    return found
  }
}

/** As a log writes it: `[2001:db8::1]:8080`; without a port: `2001:db8::1`. */
function keyOf({ ip, port }: LeavingTarget): string {
  const address = ip.toLowerCase()
  if (port === undefined) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function withoutPort(target: string): string {
  const address = target.slice(0, Math.max(0, target.lastIndexOf(':')))
  return address.startsWith('[') ? address.slice(1, -1) : address
}

function addressOf(targets: readonly LeavingTarget[]): Address {
  const byGroup = Map.groupBy(targets, ({ targetGroup }) => targetGroup ?? '')
  const lines = new Map([...byGroup].map(([group, own]) => [group, leavesOf(own)]))
  return { lines, spans: spansOf([...lines.values()].flat().map(spanOf)) }
}

/** A request that takes longer than the window is not awaited: no Pod outlives its deletion by so much. */
const spanOf = ({ start, until }: TargetLeave) => [start - SERVING, until + WINDOW] as const

function matchIn(line: Line, at: number, answered: number): Match | undefined {
  const begun = countBegun(line, answered + SKEW)
  const last = line[begun - 1]
  const following = line[begun]
  const leave = last !== undefined && at <= last.until ? last : undefined
  const next = following !== undefined && at >= following.start - SERVING ? following : undefined
  if (leave === undefined && next === undefined) return undefined
  return { ...(leave === undefined ? {} : { leave }), ...(next === undefined ? {} : { next }) }
}

/** How many of them had begun at a time. */
function countBegun(line: Line, time: number): number {
  let low = 0
  let high = line.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((line[middle]?.start ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low
}
