import type { Finding } from '../core/findings/finding.ts'
import type { Mode, Settings } from '../core/model/settings.ts'
import { property } from '../kubernetes/json.ts'
import type { Answer } from './review.ts'
import { denialOf, levelOf, warningLines } from './said-findings.ts'

const NOTHING = { operations: [], warnings: [], auditAnnotations: {}, log: {} } as const

export const allowed = (outcome: string): Answer => ({ ...NOTHING, outcome })

/** Nobody is told: the mutating webhook has met the same and has said so. The audit log has the reason. */
export const unchecked = (outcome: string, problem: string): Answer => ({
  ...NOTHING,
  outcome,
  auditAnnotations: { unchecked: problem },
  log: { problem },
})

/** One that is being deleted needs no advice. */
export const isLeaving = (object: unknown): boolean =>
  typeof property(property(object, 'metadata'), 'deletionTimestamp') === 'string'

/** A controller owns it: nobody reads what is said to it. */
export function isOwned(object: unknown): boolean {
  const owners = property(property(object, 'metadata'), 'ownerReferences')
  return Array.isArray(owners) && owners.some((owner) => property(owner, 'controller') === true)
}

/** What stands in one object, or in one update. */
interface Judgement {
  readonly mode: Mode
  /** `Deployment web` */
  readonly object: string
  readonly findings: readonly Finding[]
  /** Whether this very finding may be denied. */
  readonly isCertain: (finding: Finding) => boolean
  /** Whether the stored object lacks it; asked only of what would be refused. */
  readonly isNew: (finding: Finding) => boolean
}

/** Says what the settings want to be said, and refuses what they deny, in mode enforce only. */
export function answerWith(judgement: Judgement, settings: Pick<Settings, 'findings'>): Answer {
  const { mode, object, findings, isCertain, isNew } = judgement
  const leveled = findings.map((finding) => ({
    finding,
    level: levelOf(finding, isCertain(finding), settings),
  }))
  const said = leveled.flatMap(({ finding, level }) => (level === 'off' ? [] : [finding]))
  if (said.length === 0) return allowed('nothing-found')
  const refusable = leveled.flatMap(({ finding, level }) =>
    level === 'deny' && isNew(finding) ? [finding] : [],
  )
  const denied = mode === 'enforce' ? refusable : []
  const wouldDeny = new Set(mode === 'dry-run' ? refusable : [])
  const found = { mode, ...idsIn('findings', said), ...idsIn('denied', denied) }
  return {
    ...NOTHING,
    ...(denied.length === 0
      ? { outcome: 'warned' }
      : { outcome: 'denied', denial: denialOf(denied, object) }),
    warnings: warningLines(
      said.filter((finding) => !denied.includes(finding)),
      wouldDeny,
    ),
    auditAnnotations: Object.fromEntries(
      Object.entries(found).map(([key, value]) => [key, [value].flat().join(', ')]),
    ),
    log: found,
  }
}

const idsIn = (key: string, findings: readonly Finding[]): Readonly<Record<string, readonly string[]>> =>
  findings.length === 0 ? {} : { [key]: [...new Set(findings.map(({ id }) => id))] }
