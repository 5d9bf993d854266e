import { isRecord } from '../../model/json-value.ts'
import { LONGEST_VALUE, MOST_TARGET_GROUPS } from './limits.ts'

/** A Service that an action forwards to. */
export interface ForwardTarget {
  readonly service: string
  /** Number or name, as text. */
  readonly port: string
  /** Absent if none is written: all of the traffic. */
  readonly weight?: number
}

/**
 * The content of an `actions.*` annotation: the Services it forwards to (none for a redirect), or why it is unreadable.
 */
export type Action =
  | { readonly ok: true; readonly targets: readonly ForwardTarget[] }
  | { readonly ok: false; readonly reason: string }

type LowerCased = Readonly<Record<string, unknown>>

const KNOWN_TYPES = ['forward', 'redirect', 'fixed-response']

/**
 * Reads the JSON of an action (LBC pkg/ingress/config_types.go). Keys are compared without regard to case, because
 * Go's encoding/json does; the controller's own documentation mixes both forms.
 */
export function parseAction(json: string): Action {
  if (json.length > LONGEST_VALUE) return refused(`it is longer than ${LONGEST_VALUE} characters`)
  const parsed = parseJson(json)
  if (parsed === undefined) return refused('it is not JSON')
  const action = lowerCased(parsed)
  const type = action['type']
  if (typeof type !== 'string' || !KNOWN_TYPES.includes(type)) {
    return refused(`its type must be one of ${KNOWN_TYPES.join(', ')}`)
  }
  if (type !== 'forward' || isNamed(action)) return { ok: true, targets: [] }
  const groups = lowerCased(action['forwardconfig'])['targetgroups']
  if (!Array.isArray(groups))
    return refused('a forward needs forwardConfig.targetGroups or a target group ARN')
  return forwardOf(groups.map(lowerCased))
}

function forwardOf(groups: readonly LowerCased[]): Action {
  if (groups.length > MOST_TARGET_GROUPS)
    return refused(`of its ${groups.length} target groups only ${MOST_TARGET_GROUPS} are read; ELB allows 5`)
  if (groups.length > 1 && groups.some((group) => group['weight'] === undefined))
    return refused('of several target groups each needs a weight')
  const targets: ForwardTarget[] = []
  for (const group of groups) {
    const target = targetOf(group)
    if (typeof target === 'string') return refused(target)
    if (target !== undefined) targets.push(target)
  }
  return { ok: true, targets }
}

/** The Service of a target group; undefined if the group is given by ARN or name; a text: what is wrong with it. */
function targetOf(group: LowerCased): ForwardTarget | undefined | string {
  const { service, port, weight } = {
    service: group['servicename'],
    port: group['serviceport'],
    weight: group['weight'],
  }
  if (weight !== undefined && !Number.isInteger(weight)) return 'a weight must be a whole number'
  if (isNamed(group)) return undefined
  if (typeof service !== 'string' || service === '') return 'a target group needs a serviceName'
  if (typeof port !== 'string' && typeof port !== 'number') return 'a serviceName needs a servicePort'
  return { service, port: String(port), ...(typeof weight === 'number' ? { weight } : {}) }
}

const refused = (reason: string): Action => ({ ok: false, reason })

/** A target group given by ARN or name: the Service behind it is unknown. */
const isNamed = (value: LowerCased): boolean =>
  isText(value['targetgrouparn']) || isText(value['targetgroupname'])

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const lowerCased = (value: unknown): LowerCased =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]))
    : {}
