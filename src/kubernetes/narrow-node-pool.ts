import type { NodePoolObject } from '../core/discovery/objects/node-pool.ts'
import { add, type Seconds, seconds } from '../core/model/seconds.ts'
import { at, given, itemsOf, type JsonNode, ShapeError, stringAt } from './json.ts'
import { clusterRef, type Envelope } from './narrow-metadata.ts'

const CAPACITY_TYPE = 'karpenter.sh/capacity-type'

/** What Karpenter buys where nothing rules it out (karpenter.sh, Scheduling, well-known labels). */
const ON_DEMAND = 'on-demand'
/** Only where capacity has been reserved: a NodePool that wants it names it. */
const RESERVED = 'reserved'

export function narrowNodePool(envelope: Envelope): NodePoolObject {
  const template = at(envelope.document, 'spec', 'template')
  return {
    kind: 'NodePool',
    ref: clusterRef(envelope),
    isSpot: isSpotOnly(template),
    ...given('terminationGrace', durationAt(at(template, 'spec', 'terminationGracePeriod'))),
  }
}

/** A label of its nodes says so, or a requirement that lets Spot in and nothing else. */
function isSpotOnly(template: JsonNode): boolean {
  if (at(template, 'metadata', 'labels', CAPACITY_TYPE).value === 'spot') return true
  const requirements = itemsOf(at(template, 'spec', 'requirements')).filter(
    (requirement) => at(requirement, 'key').value === CAPACITY_TYPE,
  )
  return allow(requirements, 'spot') && !allow(requirements, ON_DEMAND) && !name(requirements, RESERVED)
}

const name = (requirements: readonly JsonNode[], type: string): boolean =>
  requirements.some((requirement) => {
    const isIn = at(requirement, 'operator').value === 'In'
    return isIn && itemsOf(at(requirement, 'values')).some(({ value }) => value === type)
  })

const allow = (requirements: readonly JsonNode[], type: string): boolean =>
  requirements.every((requirement) => {
    const values = itemsOf(at(requirement, 'values')).map(({ value }) => value)
    const { value: operator } = at(requirement, 'operator')
    if (operator === 'In') return values.includes(type)
    return operator === 'NotIn' ? !values.includes(type) : operator !== 'DoesNotExist'
  })

/** Its CRD takes `1h30m` and the like: whole hours, minutes and seconds (karpenter pkg/apis/crds, NodePool). */
const DURATION = /^(?:\d{1,9}[hms]){1,10}$/
const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 }

/** @throws ShapeError for what the CRD refuses. */
function durationAt(node: JsonNode): Seconds | undefined {
  if (node.value === undefined || node.value === null) return undefined
  const text = stringAt(node)
  if (!DURATION.test(text))
    throw new ShapeError({
      path: node.path,
      keys: node.keys,
      expected: 'a duration such as 1h30m',
      got: JSON.stringify(text),
    })
  const parts = [...text.matchAll(/(\d+)([hms])/g)]
  return add(...parts.map(([, count = '', unit = '']) => seconds(Number(count) * (UNITS[unit] ?? 0))))
}
