import type { Finding } from '../../src/core/findings/finding.ts'
import { WARNING_PREFIX } from '../../src/core/findings/warning-line.ts'

export type FindingLine = Pick<Finding, 'id' | 'brief' | 'action'>

/** The lines that do not fit into the 120 characters of a warning, and would be cut. */
export const cutIn = (lines: readonly FindingLine[]): readonly string[] =>
  lines
    .map(({ id, brief, action }) => `${WARNING_PREFIX}${id}: ${brief}; ${action}`)
    .filter((line) => line.length > 120)
