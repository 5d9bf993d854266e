/** A Service that an action forwards to. */
export interface ForwardTarget {
  readonly service: string
  /** Number or name, as text. */
  readonly port: string
  /** Absent where none is written: all of the traffic. */
  readonly weight?: number
}

/** What an `actions.*` annotation says: the Services it forwards to (none for a redirect), or why it is unreadable. */
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
  const parsed = parseJson(json)
  if (parsed === undefined) return refused('it is no JSON')
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
  const targets: ForwardTarget[] = []
  for (const group of groups.filter((one) => !isNamed(one))) {
    const service = group['servicename']
    const port = group['serviceport']
    if (typeof service !== 'string' || service === '') return refused('a target group needs a serviceName')
    if (typeof port !== 'string' && typeof port !== 'number')
      return refused('a serviceName needs a servicePort')
    const weight = group['weight']
    targets.push({ service, port: String(port), ...(typeof weight === 'number' ? { weight } : {}) })
  }
  return { ok: true, targets }
}

const refused = (reason: string): Action => ({ ok: false, reason })

/** A target group given by ARN or name: its targets are nobody's Service that we could know. */
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
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]))
    : {}
