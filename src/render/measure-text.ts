import { cut } from '../core/model/cut.ts'
import { printableIn } from '../core/model/printable.ts'
import type {
  LoadBalancerEntry,
  MeasureDocument,
  MeasuredEntry,
  TargetGroupEntry,
  WhyEntry,
} from '../measure/schema.ts'
import { padBefore, padTo } from './columns.ts'
import { cell, counted, digits, tenths } from './counted.ts'
import {
  causesText,
  formulaTexts,
  groupHead,
  groupName,
  type LostGroup,
  leadText,
  listText,
  lostCount,
  lostGroups,
  lostText,
  momentText,
  othersText,
  ownersText,
  silentText,
  sleepText,
} from './measure-words.ts'
import { MARK } from './notices.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

/** Lost requests that are listed for one reason, and reasons and target groups that are listed. Choices: a screen. */
const LISTED = 5
const REASONS = 10
const GROUPS = 10

/** A measurement as text: what it means first, then each target group. Or the answer to `--why` alone. */
export function measureText(made: MeasureDocument, paper: Paper): string {
  const document = printableIn(made)
  const { loadBalancers, why } = document
  const blocks = [
    ...(why === undefined ? loadBalancers.map((one) => drawBalancer(one, paper)) : [drawWhy(why, paper)]),
    drawSources(document, paper),
    drawNext(document, paper),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function drawBalancer(one: LoadBalancerEntry, paper: Paper): readonly string[] {
  const { width, paint } = paper
  const shown = one.targetGroups.filter(isTelling)
  const listed = shown.slice(0, GROUPS)
  const hidden = shown.length - listed.length
  return [
    ...wrap(leadText(one), { width, lead: '', hang: 2 }).map(paint.bold),
    ...wrap(listed.length === 1 ? one.loadBalancer : `${one.loadBalancer}: ${one.statement}`, {
      width,
      lead: '  ',
    }).map(paint.dim),
    ...(listed.length > 1 ? ['', ...drawTable(one, listed, paper)] : []),
    ...listed.flatMap((group) => ['', ...drawGroup(group, paper)]),
    ...(hidden === 0 ? [] : ['', `  and ${counted(hidden, 'more target group')} (-o json has them all)`]),
    ...drawUnplaced(one, paper),
    ...(listed.length === 0 ? fact('other 5xx', othersText(one), paper) : []),
  ]
}

/** A target group that no Pod left says nothing. */
const isTelling = (group: TargetGroupEntry): boolean => group.departures > 0 || lostCount(group) > 0

const HEADS = ['targets', 'median', '95 %', 'end', 'lost'] as const

function drawTable(
  one: LoadBalancerEntry,
  groups: readonly TargetGroupEntry[],
  { width, paint }: Paper,
): readonly string[] {
  const rows = [
    ...groups.map((group) => ({ name: groupName(group), cells: cellsOf(group) })),
    { name: 'all together', cells: cellsOf(one) },
  ]
  const room = Math.max(20, Math.min(Math.max(...rows.map(({ name }) => name.length)), width - 46))
  const line = (name: string, cells: readonly string[]): string =>
    `  ${padTo(cut(name, room), room)}${cells.map((text) => padBefore(text, 9)).join('')}`
  return [paint.dim(line('target group', HEADS)), ...rows.map(({ name, cells }) => line(name, cells))]
}

function cellsOf(one: MeasuredEntry): readonly string[] {
  const sample = one.lastRequest ?? one.propagation
  const times =
    sample === undefined
      ? ['–', '–', '–']
      : [sample.median, sample.p95, sample.max].map((time) => `${tenths(time)} s`)
  return [cell(one.departures), ...times, cell(lostCount(one))]
}

/** One fact of a target group, behind its name. */
const fact = (name: string, text: string, { width }: Paper): readonly string[] =>
  text === '' ? [] : wrap(text, { width, lead: `    ${padTo(name, 14)}` })

function drawGroup(group: TargetGroupEntry, paper: Paper): readonly string[] {
  const { width, paint } = paper
  const owners = ownersText(group)
  const { sleep } = group
  return [
    ...wrap(`Target group ${groupName(group)}${owners === '' ? '' : ` (${owners})`}`, {
      width,
      lead: '  ',
      hang: 4,
    }).map(paint.bold),
    ...fact('departures', departuresText(group), paper),
    ...fact('last request', sampleText(group, 'lastRequest'), paper),
    ...fact('controller', sampleText(group, 'controller'), paper),
    ...fact('propagation', sampleText(group, 'propagation'), paper),
    ...fact('statistics', group.statement, paper),
    ...fact('sleep', sleep === undefined ? '' : sleepText(sleep), paper),
    ...(sleep === undefined ? [] : formulaTexts(sleep))
      .flatMap((text) => fact('', text, paper))
      .map(paint.dim),
    ...drawLost(group, paper),
    ...fact('other 5xx', othersText(group), paper),
  ]
}

const departuresText = ({ departures, silent }: MeasuredEntry): string =>
  silent === 0
    ? `${digits(departures)} with requests when they left`
    : `${digits(departures)} with requests when they left, and ${silentText(silent)}`

/** The ends of two of them are estimates, never below what was seen (core/measurement/estimate.ts). */
const SAMPLES = {
  lastRequest: { end: 'end estimated at', what: 'after the deletion' },
  controller: { end: 'max', what: 'from the deletion until it was deregistered' },
  propagation: { end: 'end estimated at', what: 'from the deregistration until the last request' },
} as const

function sampleText(group: MeasuredEntry, name: keyof typeof SAMPLES): string {
  const sample = group[name]
  if (sample === undefined) return ''
  const { end, what } = SAMPLES[name]
  const of = sample.n === group.departures ? '' : ` (n = ${digits(sample.n)})`
  return `median ${tenths(sample.median)} s, 95 % ${tenths(sample.p95)} s, ${end} ${tenths(sample.max)} s ${what}${of}`
}

function drawLost(one: MeasuredEntry, paper: Paper): readonly string[] {
  const { paint } = paper
  const count = lostCount(one)
  if (count === 0) return fact('lost', 'none', paper)
  const groups = lostGroups(one.lost)
  const reading = listText(one.lost)
  const hidden =
    groups.slice(REASONS).reduce((sum, { lost }) => sum + lost.length, 0) + count - one.lost.length
  return [
    ...fact(
      'lost',
      `${counted(count, 'request')}: ${causesText(one)}${reading === '' ? '' : `; ${reading}`}`,
      paper,
    ).map(paint.yellow),
    ...groups.slice(0, REASONS).flatMap((group) => drawReason(group, paper)),
    ...(hidden === 0 ? [] : [`      and ${digits(hidden)} more for other reasons`]),
  ]
}

function drawReason(group: LostGroup, { width, paint }: Paper): readonly string[] {
  const { lost, reason } = group
  const hidden = lost.length - LISTED
  return [
    ...wrap(`${groupHead(group)}: ${reason}`, { width, lead: `    ${MARK.warning} `, hang: 6 }),
    ...lost
      .slice(0, LISTED)
      .flatMap((one) =>
        wrap(`${momentText(one.answered)} ${lostText(one)}`, { width, lead: '        ', hang: 10 }),
      )
      .map(paint.dim),
    ...(hidden > 0 ? [paint.dim(`        and ${digits(hidden)} more (-o json lists them)`)] : []),
  ]
}

/** Lost requests of which the log names no target group that is listed: they stand with the load balancer. */
function drawUnplaced(one: LoadBalancerEntry, paper: Paper): readonly string[] {
  const placed = one.targetGroups.reduce((sum, group) => sum + lostCount(group), 0)
  return lostCount(one) > placed && placed === 0 ? ['', ...drawLost(one, paper)] : []
}

function drawWhy(why: WhyEntry, paper: Paper): readonly string[] {
  const { width, paint } = paper
  const { moments, more } = why
  const hidden = why.reasons.length - REASONS
  return [
    ...wrap(`${momentText(why.from)} to ${momentText(why.to)} UTC: ${why.text}.`, {
      width,
      lead: '',
      hang: 2,
    }).map(paint.bold),
    ...why.reasons.slice(0, REASONS).flatMap((text) => wrap(text, { width, lead: '  ', hang: 4 })),
    ...(hidden > 0 ? [`  and ${counted(hidden, 'more target')} (-o json has them all)`] : []),
    ...moments.flatMap(({ at, text, bad }) => {
      const lines = wrap(text, {
        width,
        lead: `  ${at.slice(11, 23)} ${bad ? MARK.warning : ' '} `,
        hang: 17,
      })
      return bad ? lines.map(paint.yellow) : lines
    }),
    ...(more === 0 ? [] : [`  and ${counted(more, 'more moment')}: give a time with seconds`]),
  ]
}

function drawSources(
  { logs, departures, notices }: MeasureDocument,
  { width, paint }: Paper,
): readonly string[] {
  const when =
    logs.from === undefined || logs.to === undefined
      ? ''
      : `, ${momentText(logs.from)} to ${momentText(logs.to)} UTC`
  const bad = logs.unreadable === 0 ? '' : `; ${counted(logs.unreadable, 'line')} could not be read`
  const read = `Read: ${counted(logs.requests, 'request')} in ${counted(logs.files, 'file')}${when}${bad}.`
  const known = `${counted(departures.known, 'departure')} from ${departures.sources.join(' and ')}, ${digits(departures.measured)} of them in the logs.`
  return [
    ...wrap(`${read} ${known}`, { width, lead: '', hang: 2 }).map(paint.dim),
    ...notices.flatMap((text) => wrap(text, { width, lead: `${MARK.warning} ` })).map(paint.yellow),
  ]
}

function drawNext({ loadBalancers, why }: MeasureDocument, { width, paint }: Paper): readonly string[] {
  if (why !== undefined) return []
  const [lost] = loadBalancers.flatMap((one) => one.lost)
  const canApply = loadBalancers.some(
    ({ sleep }) => sleep !== undefined && sleep.measuredSeconds !== sleep.todaySeconds,
  )
  const texts = [
    ...(canApply
      ? [
          '--apply: the running Slackwater computes with it; nothing rolls, and docs/measure.md says how to take it back',
          '--write-settings FILE: the same as settings, for plan --settings and for the chart',
        ]
      : []),
    ...(lost === undefined
      ? []
      : [`--why ${lost.answered.slice(0, 19)}: what happened around a lost request`]),
  ]
  if (texts.length === 0) return []
  return [
    paint.bold('Next'),
    ...texts.flatMap((text) => wrap(text, { width, lead: '  ', hang: 4 })).map(paint.dim),
  ]
}
