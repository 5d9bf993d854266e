import { outcomesText } from '../core/departures/words.ts'
import { refText } from '../core/model/object-ref.ts'
import { exposedRollout } from '../judgement/workloads.ts'
import type { DepartureEntry, DeparturesEntry, RolloutSummary } from '../report/departures-schema.ts'
import type { Report, WorkloadEntry } from '../report/schema.ts'
import { counted, digits } from './counted.ts'
import { MARK } from './notices.ts'
import type { DetailPaper, Paper } from './paint.ts'
import { say } from './running.ts'
import { wrap } from './wrap.ts'

/** Departures that are listed without details. A choice. */
const SHOWN = 5

/** `2026-03-02 09:12 UTC` of a time in RFC 3339 as Slackwater writes it. */
const timeText = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`

/** How many of the Pods that left were covered, and how far that reaches. */
export function drawDepartures({ departures, namespace }: Report, paper: Paper): readonly string[] {
  if (departures === undefined) return []
  const where = namespace === undefined ? '' : ' of all namespaces'
  const { width, paint } = paper
  return [
    ...wrap(`Departures${where}: ${headText(departures)}`, { width, lead: '', hang: 2 }).map(paint.bold),
    ...say(reachText(departures), '  ', paper).map(paint.dim),
  ]
}

const isEmpty = ({ outcomes: { covered, exposed, unknown } }: DeparturesEntry): boolean =>
  covered + exposed + unknown === 0

function headText(departures: DeparturesEntry): string {
  if (departures.ledger !== 'here') return `not known here: ${departures.why ?? 'no reason was given'}`
  return isEmpty(departures) ? 'no Pod has left yet' : outcomesText(departures.outcomes)
}

function reachText({ ledger, since, followed }: DeparturesEntry): string {
  if (ledger !== 'here') return ''
  const reach =
    since === undefined ? 'Pods have not been read yet' : `watched without a gap since ${timeText(since)}`
  return `${reach}; ${counted(followed, 'Pod')} behind load balancers ${followed === 1 ? 'is' : 'are'} followed`
}

/** The last rollouts of a workload: with details all that are known, else one in which Pods left unprotected. */
export function drawRollouts(entry: WorkloadEntry, paper: DetailPaper): readonly string[] {
  const exposed = exposedRollout(entry)
  return (entry.rollouts ?? [])
    .filter((rollout) => paper.details || rollout === exposed)
    .flatMap((rollout) => drawRollout(rollout, paper))
}

function drawRollout(rollout: RolloutSummary, paper: DetailPaper): readonly string[] {
  const lead = rollout.verdict === 'exposed' ? `    ${MARK.warning} ` : '    '
  return [
    ...say(rolloutWords(rollout), lead, paper),
    ...say(rollout.verdict === 'exposed' ? (rollout.cure ?? '') : '', '      cure: ', paper),
  ]
}

/** `rollout to revision 7d9f8b, ended 2026-03-02 09:12 UTC: covered: 10 of 10 left after 45 s, none cut` */
export function rolloutWords({ revision, ended, verdict, text }: RolloutSummary): string {
  const which = revision === undefined ? 'last rollout' : `rollout to revision ${revision}`
  return `${which}, ${ended === undefined ? 'still going on' : `ended ${timeText(ended)}`}: ${verdict}: ${text}`
}

/** Pods that left unprotected and not in a rollout: a drain, a scale-in, an eviction. With details also unknown ones. */
export function drawOtherDepartures({ departures }: Report, paper: DetailPaper): readonly string[] {
  const { width, paint, details } = paper
  const met = (departures?.others ?? []).filter(
    ({ outcome }) => outcome === 'exposed' || (details && outcome === 'unknown'),
  )
  if (met.length === 0) return []
  const shown = details ? met : met.slice(0, SHOWN)
  const hidden = met.length - shown.length
  return [
    paint.bold('Left unprotected outside rollouts'),
    ...shown.flatMap((one) => wrap(departureLine(one), { width, lead: '  ', hang: 4 })),
    ...(hidden === 0 ? [] : [paint.dim(`  and ${digits(hidden)} more (-o json has them all)`)]),
  ]
}

function departureLine({ pod, workload, deleted, outcome, disruption, text }: DepartureEntry): string {
  const when = deleted === undefined ? '' : `, ${timeText(deleted)}`
  const why = disruption === undefined ? '' : ` (${disruption})`
  return `${pod} of ${refText(workload)}${when}${why}: ${outcome === 'unknown' ? 'unknown: ' : ''}${text}`
}
