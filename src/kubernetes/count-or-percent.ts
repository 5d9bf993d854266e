import type { CountOrPercent } from '../core/model/workload.ts'
import { integerAt, type JsonNode, nameOfType, ShapeError } from './json.ts'

/** An IntOrString: a count, or a percentage as text. @throws ShapeError for any other text. */
export function countOrPercentAt(node: JsonNode): CountOrPercent {
  const [, percent] = typeof node.value === 'string' ? (/^(\d+)%$/.exec(node.value) ?? []) : []
  if (percent !== undefined) return { percent: Number(percent) }
  if (typeof node.value === 'number') return { count: integerAt(node) }
  throw new ShapeError({
    path: node.path,
    keys: node.keys,
    expected: 'a count or a percentage',
    // What is no text may be of any size and depth.
    got: typeof node.value === 'string' ? JSON.stringify(node.value) : nameOfType(node.value),
  })
}
