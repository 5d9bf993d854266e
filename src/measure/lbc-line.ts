import { isIP } from 'node:net'
import { addressText } from './addresses.ts'

/**
 * One line of AWS Load Balancer Controller's log about targets (its pkg/targetgroupbinding/targets_manager.go). It logs
 * JSON, with `ts` in seconds since 1970 up to v2.4, and from v2.5 on as RFC 3339 in whole seconds; `deRegistered targets` has
 * the targets only from v2.10 on.
 */
export interface LbcEvent {
  readonly what: 'deregistering' | 'deregistered' | 'registering'
  /** Milliseconds since 1970. */
  readonly at: number
  readonly isWholeSecond: boolean
  /** ARN. */
  readonly targetGroup: string
  /** Absent: the line does not say. Without those that are no addresses: instances, Lambda functions, load balancers. */
  readonly targets: readonly RegisteredTarget[] | undefined
}

interface RegisteredTarget {
  readonly ip: string
  readonly port?: number
}

const MESSAGES: ReadonlyMap<string, LbcEvent['what'] | undefined> = new Map([
  ['deRegistering targets', 'deregistering'],
  ['deRegistered targets', 'deregistered'],
  ['registering targets', 'registering'],
  // That a registration has ended says nothing more.
  ['registered targets', undefined],
  // Of an ALB behind an NLB (its pkg/deploy/elbv2/frontend_nlb_targets_manager.go): no Pod leaves.
  ['deregistered targets', undefined],
])

/** In all of them: nearly every other line of the controller is left after a look at its letters. */
const COMMON = /egister(ing|ed) targets/

/** @returns undefined: it is about something else; a text: what is wrong with it, and what was expected. */
export function lbcEventIn(line: string): LbcEvent | string | undefined {
  if (!COMMON.test(line)) return undefined
  const found = entryIn(line, {})
  if (found === undefined) return EXPECTED
  const what = MESSAGES.get(found.message)
  if (what === undefined) return undefined
  if (found.hasMore === true) return 'several entries in one line, expected one in each'
  const { arn, at } = found
  // Of an ALB that is registered behind an NLB: not in a list.
  const targets = isObject(found.targets) && !Array.isArray(found.targets) ? [found.targets] : found.targets
  if (typeof arn !== 'string' || !arn.startsWith('arn:')) return `${EXPECTED}; arn is ${JSON.stringify(arn)}`
  if (at === undefined) return `${EXPECTED}; ts is ${JSON.stringify(found.ts)}, expected a time`
  if (targets === undefined && what !== 'deregistered') return `${EXPECTED}; it has no targets`
  if (targets !== undefined && !Array.isArray(targets)) return `${EXPECTED}; targets is no list`
  return {
    ...{ what, targetGroup: arn, at: at.at, isWholeSecond: at.isWholeSecond },
    targets: targets?.flatMap(targetOf),
  }
}

const EXPECTED = 'expected a line in JSON with msg, ts, arn and targets'

interface Entry {
  readonly message: string
  readonly arn: unknown
  readonly targets: unknown
  readonly ts: unknown
  readonly at: Moment | undefined
  /** Another one is in the same line. */
  readonly hasMore?: true
}

interface Moment {
  readonly at: number
  readonly isWholeSecond: boolean
}

/** What is known from around the entry. */
interface Around {
  /** Times before the entry or beside it: of kubectl logs --timestamps, of what collects logs. */
  readonly collected?: Moment | undefined
}

/** How deep an entry may be wrapped: a collector's line within another's. A choice. */
const DEEPEST = 4

/** The controller's entry in a line, whatever is before it or around it. */
function entryIn(line: string, around: Around, depth = 0): Entry | undefined {
  const brace = line.indexOf('{')
  const lead = brace < 0 ? line : line.slice(0, brace)
  const collected = momentBefore(lead) ?? around.collected
  const value = brace < 0 ? undefined : objectIn(line.slice(brace))
  if (value !== undefined) return entryOf(value, lead, { collected }, depth)
  // A member of an object that is printed over several lines, as AWS's command line does.
  const member = objectIn(`{${line.trim().replace(/,$/, '')}}`)
  return member === undefined ? undefined : entryOf(member, '', { collected }, depth)
}

function entryOf(
  value: Readonly<Record<string, unknown>>,
  lead: string,
  around: Around,
  depth: number,
): Entry | undefined {
  const { arn, targets, ts } = value
  // Without a message it is zap's console encoding: time, level and message stand before what belongs to it.
  const message = typeof value['msg'] === 'string' ? value['msg'] : messageIn(lead)
  const collected = collectedIn(value) ?? around.collected
  if (message !== undefined && MESSAGES.has(message))
    return { message, arn, targets, ts, at: moreExact(momentOf(ts), collected) }
  if (depth >= DEEPEST) return undefined
  return oneOf(value, (inner) => {
    if (isObject(inner)) return entryOf(inner, '', { collected }, depth + 1)
    if (typeof inner !== 'string' || !COMMON.test(inner)) return undefined
    return entryIn(inner, { collected }, depth + 1)
  })
}

/** The entry in the values of an object; of several the first, with a note of it. */
function oneOf(
  value: Readonly<Record<string, unknown>>,
  entryWithin: (inner: unknown) => Entry | undefined,
): Entry | undefined {
  let first: Entry | undefined
  for (const inner of Object.values(value)) {
    const found = entryWithin(inner)
    if (first === undefined) first = found
    else if (found !== undefined && !isSameEntry(first, found)) return { ...first, hasMore: true }
    if (first?.hasMore === true) return first
  }
  return first
}

/** A collector may write the same entry twice: as a text, and as an object. */
const isSameEntry = (one: Entry, other: Entry): boolean =>
  one.message === other.message &&
  one.ts === other.ts &&
  one.arn === other.arn &&
  JSON.stringify(one.targets) === JSON.stringify(other.targets)

const messageIn = (lead: string): string | undefined =>
  lead
    .split('\t')
    .find((part) => MESSAGES.has(part.trim()))
    ?.trim()

/** The keys under which collectors have the time of a line: Fluent Bit, CloudWatch, Loki. */
const COLLECTED = ['time', '@timestamp', 'timestamp']

function collectedIn(value: Readonly<Record<string, unknown>>): Moment | undefined {
  for (const key of COLLECTED) {
    const moment = momentOf(value[key])
    if (moment !== undefined) return moment
  }
  return undefined
}

/** RFC 3339, also with a space for the T as CloudWatch prints it. */
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)/g

const momentBefore = (lead: string): Moment | undefined => momentOf(lead.match(TIME)?.at(-1))

const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/i

/** Above it a number is milliseconds, not seconds: the year 5138. */
const MOST_SECONDS = 1e11

function momentOf(ts: unknown): Moment | undefined {
  if (typeof ts === 'number' && ts > 0) {
    const at = ts > MOST_SECONDS ? ts : ts * 1000
    return { at, isWholeSecond: at % 1000 === 0 }
  }
  if (typeof ts !== 'string') return undefined
  const text = ts.replace(' ', 'T').replace(',', '.')
  // CloudWatch Logs Insights writes UTC without a zone.
  const at = Date.parse(ZONED.test(text) ? text : `${text}Z`)
  if (Number.isNaN(at)) return undefined
  return { at, isWholeSecond: !/[.,]\d/.test(ts) }
}

/** How much later than an entry its collector may have written it down, in milliseconds, to be the more exact one. A choice. */
const LATEST = 2000

/** The last millisecond of a second. */
const LAST = 999

/**
 * The entry's own time; the collector's where that has fractions, and is of the same moment. It may have come late, and
 * the entry was of its own second: a later call than it was would make the propagation look shorter.
 */
function moreExact(own: Moment | undefined, collected: Moment | undefined): Moment | undefined {
  if (own === undefined || collected === undefined) return own ?? collected
  if (!own.isWholeSecond || collected.isWholeSecond) return own
  const later = collected.at - own.at
  return later >= 0 && later < LATEST ? { ...collected, at: Math.min(collected.at, own.at + LAST) } : own
}

function targetOf(value: unknown): readonly RegisteredTarget[] {
  if (!isObject(value)) return []
  const { Id: id, Port: port } = value
  if (typeof id !== 'string' || isIP(id) === 0) return []
  return [{ ip: addressText(id), ...(typeof port === 'number' ? { port } : {}) }]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(0, text.lastIndexOf('}') + 1))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
