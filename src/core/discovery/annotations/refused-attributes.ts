import { information, type Notice, warning } from '../../model/notice.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import { distance } from '../../model/spelling.ts'
import { parseCount, type Range } from './attributes.ts'
import {
  type Accepted,
  type AttributeTable,
  type KnownAttribute,
  LISTENER_ATTRIBUTES,
  LOAD_BALANCER_ATTRIBUTES,
  TARGET_GROUP_ATTRIBUTES,
} from './elb-attributes.ts'
import { ALB_IDLE_TIMEOUT, CROSS_ZONE, DEREGISTRATION_DELAY } from './limits.ts'
import { shortened } from './quote.ts'

type Balancer = 'alb' | 'nlb'

/** Which list it is: what it is about, for what kind of load balancer, and where it is written. */
export interface AttributeList {
  readonly of: 'target group' | 'load balancer'
  readonly balancer: Balancer
  readonly key: string
  readonly object: ObjectRef
}

const TABLES: Readonly<Record<AttributeList['of'], AttributeTable>> = {
  'target group': TARGET_GROUP_ATTRIBUTES,
  'load balancer': LOAD_BALANCER_ATTRIBUTES,
}

/** Attributes of one list that are told. A choice: the first one already stops the controller. */
const MOST_REFUSED = 5

/**
 * What ELB refuses of a list of attributes: the controller then gives up the whole load balancer, and neither pods nor
 * certificates are updated until the list is right.
 */
export function refusedAttributes(
  pairs: Iterable<readonly [string, string]>,
  list: AttributeList,
): readonly Notice[] {
  const written = new Map(pairs)
  const notices: Notice[] = []
  for (const [name, value] of written) {
    const notice = refusalOf(name, value, list)
    if (notice !== undefined) notices.push(notice)
    if (notices.length === MOST_REFUSED) return notices
  }
  return [...notices, ...combinations(written, list)]
}

function refusalOf(name: string, value: string, list: AttributeList): Notice | undefined {
  const known = TABLES[list.of].get(name)
  if (known === undefined) return unknownAttribute(name, list)
  const wrong = known.only !== undefined && known.only !== list.balancer
  if (wrong) return refused(list, `only an ${known.only.toUpperCase()} has ${name}`)
  const expected = TOLD_ELSEWHERE.has(name) || value === '' ? undefined : unaccepted(value, known)
  return expected === undefined
    ? undefined
    : refused(list, `${name} "${shortened(value)}" is not ${expected}`)
}

/** A value of these that cannot be used is a notice of its own, with what is assumed instead. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([DEREGISTRATION_DELAY.name, ALB_IDLE_TIMEOUT.name])

/** Why ELB refuses a value, as what it should be; undefined: it takes it. */
function unaccepted(value: string, { accepts }: KnownAttribute): string | undefined {
  switch (accepts.kind) {
    case 'text':
      return undefined
    case 'flag':
      return /^(true|false)$/i.test(value) ? undefined : 'true or false'
    case 'one of':
      return accepts.values.includes(value) ? undefined : `one of ${accepts.values.join(', ')}`
    case 'count':
      return isCount(value, accepts) ? undefined : countText(accepts)
  }
}

const isCount = (
  value: string,
  { range, also }: { readonly range: Range; readonly also?: string },
): boolean => value === also || parseCount(value, range) !== undefined

function countText({ range: { least, most }, also }: Extract<Accepted, { kind: 'count' }>): string {
  return `a whole number from ${least} to ${most}${also === undefined ? '' : `, nor ${also}`}`
}

/** Misspelled, in the wrong list, or newer than our table, which is no more than a hint. */
function unknownAttribute(name: string, list: AttributeList): Notice {
  const other = list.of === 'target group' ? 'load balancer' : 'target group'
  if (TABLES[other].has(name))
    return refused(list, `${name} is an attribute of the ${other}, not of the ${list.of}`)
  if (LISTENER_ATTRIBUTES.has(name)) return refused(list, `${name} is an attribute of a listener`)
  const meant = closest(name, TABLES[list.of])
  if (meant !== undefined)
    return refused(list, `"${shortened(name)}" is no attribute of a ${list.of} (did you mean ${meant}?)`)
  const text = `${list.key}: "${shortened(name)}" is no attribute of a ${list.of} that Slackwater knows: if ELB does not know it either, it refuses the whole list`
  return information('attribute-refused', list.object, text)
}

/** Letters that a typing error takes at most. A choice. */
const MOST_TYPING_ERRORS = 3

/** The known name that was meant; none if only digits differ, which may be a newer one (`http2`, `http3`). */
function closest(name: string, table: AttributeTable): string | undefined {
  const plain = name.toLowerCase()
  let best: { readonly known: string; readonly errors: number } | undefined
  for (const known of table.keys()) {
    const errors = distance(plain, known, MOST_TYPING_ERRORS)
    if (errors > MOST_TYPING_ERRORS || (best !== undefined && best.errors <= errors)) continue
    if (name !== known && withoutDigits(name) === withoutDigits(known)) continue
    best = { known, errors }
  }
  return best?.known
}

const withoutDigits = (text: string): string => text.replaceAll(/\d+/g, '#')

/**
 * Values that exclude each other (ELB user guide: target group attributes of an ALB; API reference:
 * LoadBalancerAttribute).
 */
function combinations(written: ReadonlyMap<string, string>, list: AttributeList): readonly Notice[] {
  if (list.of === 'load balancer') {
    const isOff = list.balancer === 'alb' && written.get(CROSS_ZONE) === 'false'
    return isOff ? [refused(list, `${CROSS_ZONE} cannot be false for an ALB: only for a target group`)] : []
  }
  const algorithm = written.get(ALGORITHM) ?? 'round_robin'
  const slowStart = written.get('slow_start.duration_seconds') ?? '0'
  const texts = [
    ...(slowStart !== '0' && algorithm !== 'round_robin'
      ? [
          `slow_start.duration_seconds and ${ALGORITHM} ${shortened(algorithm)} exclude each other: remove one`,
        ]
      : []),
    ...(written.get(MITIGATION) === 'on' && algorithm !== 'weighted_random'
      ? [`${MITIGATION} on needs ${ALGORITHM} weighted_random`]
      : []),
    ...stickiness(written.get('stickiness.type'), list.balancer),
  ]
  return texts.map((text) => refused(list, text))
}

const ALGORITHM = 'load_balancing.algorithm.type'
const MITIGATION = 'load_balancing.algorithm.anomaly_mitigation'

function stickiness(type: string | undefined, balancer: Balancer): readonly string[] {
  const isOfNlb = type === 'source_ip'
  const isOfAlb = type === 'lb_cookie' || type === 'app_cookie'
  if (!(balancer === 'alb' ? isOfNlb : isOfAlb)) return []
  return [`stickiness.type ${type} is for an ${balancer === 'alb' ? 'NLB' : 'ALB'}`]
}

const refused = ({ key, object }: AttributeList, what: string): Notice =>
  warning(
    'attribute-refused',
    object,
    `${key}: ${what}; ELB refuses the whole list, and the controller updates nothing until it is right`,
  )
