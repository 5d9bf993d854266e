import { printableIn } from '../../core/model/printable.ts'
import type {
  LoadBalancerEntry,
  LostEntry,
  MeasureDocument,
  MeasuredEntry,
  TargetGroupEntry,
  WhyEntry,
} from '../../measure/schema.ts'
import { counted, digits, tenths } from '../counted.ts'
import {
  balancerName,
  causesText,
  formulaTexts,
  groupHead,
  groupName,
  isFromDeletion,
  leadText,
  listText,
  lostCount,
  lostGroups,
  momentText,
  othersText,
  ownersText,
  sentence,
  shownSample,
  silentText,
  sleepText,
} from '../measure-words.ts'
import { histogram } from './histogram.ts'
import { type Html, html, isolated, ownHtml } from './html.ts'
import { MEASURE_STYLE } from './measure-style.ts'
import { contentPolicy } from './policy.ts'

/** Lost requests that a table has. A choice: what a browser draws at once. */
const LISTED = 500

/** A measurement as one self-contained page, without a script: the same document gives the same page. */
export function measurePage(made: MeasureDocument): string {
  const document = printableIn(made)
  const { loadBalancers, why, by } = document
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(undefined, MEASURE_STYLE)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Slackwater measure: ${loadBalancers.map(balancerName).join(', ')}</title>
<link rel="icon" href="data:,">
<style>${ownHtml(MEASURE_STYLE)}</style></head>
<body><header><h1>Slackwater measure</h1></header>
<main>
${why === undefined ? '' : whyPart(why)}${loadBalancers.map(balancerPart)}${sourcesPart(document)}</main>
<footer><p>Made by ${by} on ${momentText(document.created)} UTC. Times are UTC. This page loads nothing and sends nothing.</p></footer>
</body></html>
`.text
}

function balancerPart(one: LoadBalancerEntry, at: number): Html {
  const id = `balancer-${at}`
  const groups = one.targetGroups.filter((group) => group.departures > 0 || lostCount(group) > 0)
  return html`<section aria-labelledby="${id}"><h2 id="${id}">ALB ${isolated(balancerName(one))}</h2>
<p class="lead">${leadText(one)}</p>
<p class="dim">${isolated(one.loadBalancer)}</p>
<p>${sentence(one.statement)}</p>
${tiles(one)}${picture(one, id)}${groups.map((group, index) => groupPart(group, `${id}-${index}`, groups.length > 1))}${groups.some((group) => lostCount(group) > 0) ? '' : lostPart(one, `${id}-lost`)}${groups.length === 0 ? othersPart(one) : ''}</section>
`
}

/** The numbers that people look for. */
function tiles(one: LoadBalancerEntry): Html {
  const sample = shownSample(one)
  const { sleep } = one
  const lost = lostCount(one)
  return html`<ul class="tiles"><li><strong>${digits(one.departures)}</strong> <span>departures measured</span></li>${
    sample === undefined
      ? ''
      : html`<li><strong>${Math.ceil(sample.max)} s</strong> <span>until the nodes stop${isFromDeletion(one) ? ', from the deletion' : ', from the deregistration'}</span></li>`
  }${sleep === undefined ? '' : html`<li><strong>${sleep.todaySeconds} → ${sleep.measuredSeconds} s</strong> <span>the sleep, ${sleep.assumed ? 'by default' : 'today'} and with what was measured</span></li>`}<li class="${lost > 0 ? 'bad' : 'good'}"><strong>${digits(lost)}</strong> <span>${lost === 1 ? 'request' : 'requests'} lost at Pods that left</span></li></ul>
`
}

function picture({ lasts, lastRequest, propagation, sleep }: MeasuredEntry, id: string): Html | undefined {
  if (lasts.length === 0) return undefined
  const longest = (lastRequest ?? propagation)?.max
  return histogram({
    id: `${id}-histogram`,
    lasts,
    since: lastRequest === undefined ? 'deregistration' : 'deletion',
    marks: [
      ...(longest === undefined
        ? []
        : [{ at: longest, text: `end: ${tenths(longest)} s`, look: 'longest' as const }]),
      ...(sleep === undefined
        ? []
        : [
            {
              at: sleep.measuredSeconds,
              text: `would do: ${sleep.measuredSeconds} s`,
              look: 'measured' as const,
            },
            {
              at: sleep.todaySeconds,
              text: `${sleep.assumed ? 'default' : 'today'}: ${sleep.todaySeconds} s`,
              look: 'today' as const,
            },
          ]),
    ],
  })
}

/** @param isOneOfSeveral a single target group has the same picture as its load balancer. */
function groupPart(group: TargetGroupEntry, id: string, isOneOfSeveral: boolean): Html {
  const { lastRequest, controller, propagation, sleep } = group
  const owners = ownersText(group)
  const rows = [
    ['Last request after the deletion', lastRequest],
    ['Controller C: deletion until deregistered', controller],
    ['Propagation P: deregistration until the last request', propagation],
  ] as const
  return html`<h3 id="${id}">Target group ${isolated(groupName(group))}${owners === '' ? '' : html` <small>${isolated(owners)}</small>`}</h3>
<p>${counted(group.departures, 'departure')} with requests when they left${group.silent === 0 ? '' : `, and ${silentText(group.silent)}`}. ${sentence(group.statement)}</p>
${isOneOfSeveral ? picture(group, id) : ''}<div class="scroll" tabindex="0" role="region" aria-label="Times of ${groupName(group)}"><table class="times"><thead><tr><th scope="col">Seconds<th scope="col" class="number">n<th scope="col" class="number">Median<th scope="col" class="number">95 %<th scope="col" class="number">End</tr></thead><tbody>${rows.map(
    ([name, sample]) =>
      sample === undefined
        ? ''
        : html`<tr><th scope="row">${name}<td class="number">${digits(sample.n)}<td class="number">${tenths(sample.median)}<td class="number">${tenths(sample.p95)}<td class="number">${tenths(sample.max)}</tr>`,
  )}</tbody></table></div>
<p class="dim">The end of C is the longest that was seen. The other ends are estimated from the requests, and never below what was seen.</p>
${sleep === undefined ? '' : html`<p>Sleep: ${sleepText(sleep)}.<br><span class="dim">${formulaTexts(sleep).join('; ')}</span></p>`}${lostPart(group, `${id}-lost`)}${othersPart(group)}`
}

function othersPart(one: MeasuredEntry): Html | undefined {
  const others = othersText(one)
  return others === '' ? undefined : html`<p>Other answers of 500 and above: ${others}.</p>`
}

function lostPart(one: MeasuredEntry, id: string): Html {
  const count = lostCount(one)
  if (count === 0)
    return html`<p>No request was lost at a Pod that left.</p>
`
  const shown = one.lost.slice(0, LISTED)
  const reading = listText(one.lost)
  return html`<h4 id="${id}">${counted(count, 'lost request')}</h4><p>${causesText(one)}.${reading === '' ? '' : html` ${sentence(reading)}`}</p>
<ul>${lostGroups(one.lost).map((group) => html`<li><b>${groupHead(group)}:</b> ${isolated(group.reason)}</li>`)}</ul>
<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}"><table><thead><tr><th scope="col">Answered, UTC<th scope="col">Status<th scope="col">Pod or target<th scope="col" class="number">After, s<th scope="col">What was missing</tr></thead><tbody>${shown.map(lostRow)}</tbody></table></div>
${count > shown.length ? html`<p class="dim">and ${digits(count - shown.length)} more</p>` : ''}`
}

const lostRow = ({ answered, status, pod, target, afterSeconds, missing }: LostEntry): Html =>
  html`<tr><td class="time">${momentText(answered)}<td>${status}<td>${isolated(pod ?? target ?? 'no target')}<td class="number">${afterSeconds === undefined ? '–' : tenths(afterSeconds)}<td>${isolated(missing.join('; '))}</tr>
`

const whyPart = ({ asked, from, to, text, reasons, moments, more }: WhyEntry): Html =>
  html`<section aria-labelledby="why"><h2 id="why">Around ${asked}</h2>
<p class="lead">${momentText(from)} to ${momentText(to)}: ${text}.</p>
<ul>${reasons.map((reason) => html`<li>${isolated(reason)}</li>`)}</ul>
<ol class="moments">${moments.map(({ at, text, bad }) => html`<li${bad ? html` class="bad"` : ''}><time datetime="${at}">${at.slice(11, 23)}</time> ${bad ? '▲ ' : ''}${isolated(text)}</li>`)}</ol>
${more === 0 ? '' : html`<p class="dim">and ${digits(more)} more</p>`}</section>
`

function sourcesPart({ logs, departures, notices }: MeasureDocument): Html {
  const when =
    logs.from === undefined || logs.to === undefined
      ? ''
      : `, ${momentText(logs.from)} to ${momentText(logs.to)}`
  const bad = logs.unreadable === 0 ? '' : ` ${counted(logs.unreadable, 'line')} could not be read.`
  return html`<section aria-labelledby="sources"><h2 id="sources">What this is from</h2>
<p>${counted(logs.requests, 'request')} in ${counted(logs.files, 'file')}${when}.${bad} ${counted(departures.known, 'departure')} from ${departures.sources.join(' and ')}, ${digits(departures.measured)} of them in the logs.</p>
${notices.length === 0 ? '' : html`<ul>${notices.map((text) => html`<li>${isolated(text)}</li>`)}</ul>`}</section>
`
}
