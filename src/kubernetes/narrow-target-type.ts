import type { TargetType } from '../core/model/exposure.ts'
import { type JsonNode, ShapeError, stringAt } from './json.ts'

/** `ip` or `instance`; the CRDs allow nothing else. */
export function targetTypeAt(node: JsonNode): TargetType {
  const written = stringAt(node)
  if (written === 'ip' || written === 'instance') return written
  throw new ShapeError({ path: node.path, keys: node.keys, expected: 'ip or instance', got: `'${written}'` })
}
