import { createHash } from 'node:crypto'
import type { Statement } from '../result/statements.ts'

/**
 * Identifies a statement from run to run, wherever it moves in its file and whatever its numbers become: by its id, its
 * object and what it is about.
 * @returns 32 hexadecimal digits.
 */
export function fingerprintOf(statement: Statement): string {
  const { id, cluster = '', object, position } = statement
  const place = object === undefined ? [position?.file ?? ''] : [object.kind, object.namespace, object.name]
  return createHash('sha256')
    .update(JSON.stringify([id, cluster, ...place, topicOf(statement) ?? '']))
    .digest('hex')
    .slice(0, 32)
}

/** What several findings with one id are about, unless it is a number of seconds: another setting would change it. */
export const topicOf = ({ about }: Statement): string | undefined =>
  about === undefined || /^\d+ s$/.test(about) ? undefined : about
