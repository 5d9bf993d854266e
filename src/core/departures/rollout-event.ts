import type { DepartureOutcome, RolloutRecord } from './verdict.ts'
import { cureOf, rolloutReasons, rolloutText } from './words.ts'

/** The Event at the end of a rollout: written by the leader, and read by `explain`. */

interface EventWords {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
}

export const ROLLOUT_EVENTS: Readonly<Record<DepartureOutcome, EventWords>> = {
  covered: { type: 'Normal', reason: 'RolloutCovered' },
  exposed: { type: 'Warning', reason: 'RolloutExposed' },
  unknown: { type: 'Normal', reason: 'RolloutUnknown' },
}

const CURE = '; to fix it: '

/** The revision makes the Events of two rollouts two, which would otherwise be folded. */
export function rolloutNote(record: RolloutRecord): string {
  const cure = record.verdict === 'exposed' ? cureOf(rolloutReasons(record)) : undefined
  return `revision ${record.revision}: ${rolloutText(record)}${cure === undefined ? '' : `${CURE}${cure}`}`
}

interface ToldRollout {
  readonly verdict: DepartureOutcome
  readonly revision?: string
  readonly text: string
  readonly cure?: string
}

/** What an Event tells of a rollout; undefined: it is about something else. */
export function toldRollout(reason: string, note: string): ToldRollout | undefined {
  const verdict = OUTCOMES.find((outcome) => ROLLOUT_EVENTS[outcome].reason === reason)
  if (verdict === undefined) return undefined
  // The last one: what comes before may quote a hook's own message.
  const end = note.lastIndexOf(CURE)
  const [what, cure] = end < 0 ? [note] : [note.slice(0, end), note.slice(end + CURE.length)]
  const [, revision, text = what] = /^revision (\S+): (.*)$/s.exec(what) ?? []
  return {
    verdict,
    ...(revision === undefined ? {} : { revision }),
    text,
    ...(cure === undefined ? {} : { cure }),
  }
}

const OUTCOMES = Object.keys(ROLLOUT_EVENTS) as DepartureOutcome[]
