import type { FindingId, Severity } from '../core/findings/catalogue.ts'
import type { Finding } from '../core/findings/finding.ts'
import { findingPage } from '../core/findings/page.ts'
import { WARNING_PREFIX, warningAfter } from '../core/findings/warning-line.ts'
import { ACCEPT_ANNOTATION } from '../core/model/keys.ts'
import { printable } from '../core/model/printable.ts'
import type { FindingLevel, Settings } from '../core/model/settings.ts'
import type { Answer } from './review.ts'

/** More are counted: a person who applies something reads a few. A choice. */
const MOST_WARNINGS = 5

const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2 }

/** What the settings want of a finding. One that is not certain here is never denied. */
export function levelOf(
  finding: Finding,
  isCertain: boolean,
  { findings }: Pick<Settings, 'findings'>,
): FindingLevel {
  if (finding.accepted !== undefined) return 'off'
  const level = findings[finding.id] ?? (finding.severity === 'information' ? 'off' : 'warn')
  return level === 'deny' && !isCertain ? 'warn' : level
}

/** What would be denied first, then the most severe: the first few of them, and of the others their number. */
export function warningLines(warned: readonly Finding[], wouldDeny: ReadonlySet<Finding>): readonly string[] {
  const weightOf = (finding: Finding): number => (wouldDeny.has(finding) ? -1 : WEIGHT[finding.severity])
  const sorted = warned.toSorted((one, other) => weightOf(one) - weightOf(other))
  const lines = sorted
    .slice(0, MOST_WARNINGS)
    .map((finding) => lineOf(finding, wouldDeny.has(finding) ? WOULD_DENY : WARNING_PREFIX))
  const more = sorted.length - lines.length
  const rest = `${WARNING_PREFIX}${more} more ${more === 1 ? 'finding' : 'findings'}: see slackwater plan, or its report`
  return more > 0 ? [...lines, rest] : lines
}

const lineOf = (finding: Finding, prefix: string): string => `${prefix}${warningAfter(prefix, finding)}`

const WOULD_DENY = `${WARNING_PREFIX}dry-run: would be denied: `

/**
 * What kubectl prints after "denied the request:": a line for each finding, of one id the first few, and how to accept
 * the id once. @param object `Deployment web`
 */
export const denialOf = (denied: readonly Finding[], object: string): NonNullable<Answer['denial']> => ({
  findings: denied.map(({ id }) => id),
  message: [...Map.groupBy(denied, ({ id }) => id)]
    .flatMap(([id, findings]) => linesOf(id, findings, object))
    .join('\n'),
})

function linesOf(id: FindingId, findings: readonly Finding[], object: string): readonly string[] {
  const more = findings.length - MOST_WARNINGS
  return [
    ...findings
      .slice(0, MOST_WARNINGS)
      .map(({ brief, action }) => `${WARNING_PREFIX}denied ${id}: ${printable(`${brief}; ${action}`)};`),
    ...(more > 0 ? [`${more} more of it;`] : []),
    `to accept it, annotate ${printable(object)}: ${ACCEPT_ANNOTATION}: "${id}: WHY"`,
    findingPage(id),
  ]
}
