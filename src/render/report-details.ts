import { isGrave } from '../judgement/severity.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import type { ResultWorkload } from '../result/result.ts'
import { counted } from './counted.ts'
import { MARK } from './notices.ts'
import { originText } from './origin.ts'
import { type FindingPaper, type Paper, paperOf } from './paint.ts'
import { podWords } from './pod-words.ts'
import { drawRollouts } from './report-departures.ts'
import { drawLateExposure, drawPods, drawStuckGate, say } from './running.ts'
import { drawTried } from './tried.ts'
import { drawSaid, drawWorkload, spaced } from './workload.ts'

/**
 * Everything about one workload, for a report with details and for `explain`: what is computed for it, what it has now
 * and what would change, its findings, and what its running Pods lack.
 */
export const drawInFull = (entry: ResultWorkload, paper: FindingPaper): readonly string[] => [
  ...drawWorkload(entry, paper),
  '',
  ...drawChange(entry, paper),
  ...spaced([...drawNotices(entry, paper), ...drawSaid(entry, paper)]),
  ...spaced(drawRunning(entry, paper)),
]

/** What is there, what changes, and whose mode that is. */
function drawChange(entry: WorkloadEntry, paper: Paper): readonly string[] {
  const { mode, modeSource, changes, refusedWithoutUs } = entry
  return [
    ...say(presentText(entry), '  now: ', paper),
    ...say(isOpen(entry) ? changes.join('; ') : '', '  → ', paper),
    ...say(`${mode}, ${originText({ rank: 'explicit', source: modeSource })}`, '  mode: ', paper),
    ...(refusedWithoutUs?.requests ?? []).flatMap((request) =>
      say(request, '  rejected without Slackwater if a request ', paper),
    ),
  ]
}

/** What its Pods get at their creation is not still to come where all of them have it. */
export const isOpen = ({ state }: WorkloadEntry): boolean => state !== 'protected'

function presentText({ present: { containers, gracePeriodSeconds } }: WorkloadEntry): string {
  const hooks = containers.map(({ name, hook, seconds, ours }) => {
    if (hook === undefined) return `${name} no hook`
    return `${name} ${hook}${seconds === undefined ? ' of unknown length' : ` ${seconds} s`}${ours ? ' (Slackwater’s)' : ''}`
  })
  return [...hooks, `grace period ${gracePeriodSeconds ?? 'default 30'} s`].join(', ')
}

/** About the objects between the load balancers and the workload. */
const drawNotices = ({ notices }: WorkloadEntry, paper: Paper): readonly string[] =>
  notices
    .filter(isGrave)
    .flatMap(({ object, text }) => say(`${object.kind} ${object.name}: ${text}`, `  ${MARK.warning} `, paper))
    .map(paper.paint.yellow)

/** In a list of workloads these lines belong to a line above them. */
const NESTED = 2

function drawRunning(entry: WorkloadEntry, { width, paint }: Paper): readonly string[] {
  const paper = { width: width + NESTED, paint, details: true }
  const outdented = (lines: readonly string[]) => lines.map((line) => line.slice(NESTED))
  return [
    ...outdented(drawTried(entry, { ...paper, paint: paperOf({ width, color: false }).paint })).map(
      paint.yellow,
    ),
    ...outdented(drawLateExposure(entry, paper)),
    ...outdented(drawPods(entry, paper)).map(paint.yellow),
    ...outdented(drawStuckGate(entry, paper)).map(paint.yellow),
    ...outdented(drawRollouts(entry, paper)),
    ...say(soundText(entry), '  ', paper).map(paint.dim),
  ]
}

/** That nothing is missing is an answer too. */
function soundText({ pods }: WorkloadEntry): string {
  if (pods === undefined || podWords(pods).length > 0 || pods.stuckGate !== undefined) return ''
  return `of ${counted(pods.running, 'Pod')} none lacks its hook, grace period or readiness gate`
}
