import { type Seconds, seconds } from '../../model/seconds.ts'
import type { CallLimit } from '../objects/lbc-state.ts'

/**
 * LBC limits its own calls: RegisterTargets and DeregisterTargets share 4 a second after a burst of 20 (LBC
 * pkg/aws/throttle/defaults.go).
 */
export const USUAL_LIMITS: readonly CallLimit[] = [{ perSecond: 4, burst: 20 }]

/** The service id of the API in `--aws-api-throttle` (aws-sdk-go-v2, service/elasticloadbalancingv2). */
const SERVICE = 'Elastic Load Balancing v2'
const CALL = 'DeregisterTargets'

/**
 * Reads `--aws-api-throttle`: `service:operation=rate:burst`, comma separated. An entry for the service replaces all of
 * its defaults, and a call waits for each limit that matches it (LBC pkg/aws/throttle/config.go, throttler.go).
 * @returns the limits that a DeregisterTargets call waits for; none: it waits for nothing. Undefined: the controller would
 * not start with it, or an operation is a regular expression that is not read here.
 */
export function limitsOf(text: string): readonly CallLimit[] | undefined {
  const entries = text.split(',').map(entryOf)
  const own = entries.filter((entry) => entry?.service === SERVICE)
  if (entries.includes(undefined)) return undefined
  if (own.length === 0) return USUAL_LIMITS
  const limits = own.map((entry) => entry?.limits)
  return limits.includes(undefined) ? undefined : limits.flatMap((some) => some ?? [])
}

interface Entry {
  readonly service: string
  /** Undefined: it is unknown whether the operation is ours. */
  readonly limits: readonly CallLimit[] | undefined
}

const ENTRY = /^([^:=]+):([^:=]+)=([0-9.]+):([0-9]+)$/

function entryOf(text: string): Entry | undefined {
  const [, service = '', operation = '', rate = '', burst = ''] = ENTRY.exec(text) ?? []
  const perSecond = Number(rate)
  if (service === '' || !(perSecond > 0)) return undefined
  const isOurs = matchesCall(operation)
  const limit = { perSecond, burst: Number(burst) }
  return { service, limits: isOurs === undefined ? undefined : isOurs ? [limit] : [] }
}

/** A part of an operation's pattern: an operation, the beginning of one, or any. */
const PART = /^(\^?)([A-Za-z]*)(?:\.\*)?(\$?)$/

/**
 * Whether a pattern matches our call. It is a regular expression of a foreign object: only alternatives of names and their
 * beginnings are understood, as in LBC's defaults and its documentation, and none is run.
 */
function matchesCall(pattern: string): boolean | undefined {
  const parts = pattern.split('|').map((part) => PART.exec(part))
  if (parts.includes(null)) return undefined
  return parts.some((part) => {
    const [whole = '', start = '', name = '', end = ''] = part ?? []
    const isWhole = end !== '' && !whole.includes('.*')
    if (start !== '') return isWhole ? CALL === name : CALL.startsWith(name)
    return isWhole ? CALL.endsWith(name) : CALL.includes(name)
  })
}

/**
 * C without a queue, rounded up: 0.2 to 1.3 s were measured with the real controller, from the deletion of a Pod until its
 * call had returned.
 */
const UNQUEUED = 1.3

/** How long the last of so many calls at once waits for these limits. Seconds with decimals. */
export const lastCallAfter = (limits: readonly CallLimit[], calls: number): number =>
  Math.max(0, ...limits.map(({ perSecond, burst }) => (calls - burst) / perSecond))

/** The least C that covers so many target groups that lose a Pod at once: each takes a call of its own. */
export const leastController = (limits: readonly CallLimit[], targetGroups: number): Seconds =>
  seconds(Math.ceil(UNQUEUED + lastCallAfter(limits, targetGroups)))
