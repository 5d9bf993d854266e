import type { Result } from '../../result/result.ts'
import { anchorsOf } from './anchors.ts'
import { detailChunks } from './detail-chunks.ts'
import { type Html, html, ownHtml } from './html.ts'
import { contentPolicy } from './policy.ts'
import { remarksPart } from './remarks.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { summaryPart, tallyOf, titleWords } from './summary.ts'
import { inOrder, workloadTable } from './workload-table.ts'

/**
 * The Content-Security-Policy of every page, which also stands in it. `frame-ancestors` holds only as a header (CSP3,
 * section 3.3).
 */
const PAGE_POLICY = contentPolicy(SCRIPT, STYLE)

/** The same for the HTTP header. */
export const PAGE_HEADER = `${PAGE_POLICY}; frame-ancestors 'none'`

/** A result as one self-contained HTML page. The same result gives the same page. */
export const htmlPage = (result: Result): string => [...htmlPieces(result)].join('')

/** The same piece by piece, each made within milliseconds: a server has other things to do meanwhile. */
export function* htmlPieces(result: Result): Generator<string> {
  const workloads = inOrder(result.workloads)
  const anchors = anchorsOf(workloads)
  yield head(result).text
  for (const piece of workloadTable(workloads, anchors)) yield piece.text
  yield foot(result).text
  for (const piece of detailChunks(workloads, anchors)) yield piece.text
  yield `<script>${SCRIPT}</script>
</body></html>
`
}

function head(result: Result): Html {
  const tally = tallyOf(result)
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Slackwater ${result.command}: ${titleWords(tally)}</title>
<link rel="icon" href="data:,">
<style>${ownHtml(STYLE)}</style></head>
<body><a class="skip" href="#workloads">Skip to the table</a>
<header><h1>Slackwater ${result.command}</h1><button type="button" id="theme" hidden>Theme: system</button></header>
<main>
${summaryPart(result, tally)}${remarksPart(result.remarks)}<section aria-labelledby="list"><h2 id="list">Workloads</h2>
<p id="plain">Filters and details need JavaScript. This table has every workload.</p>
${TOOLBAR}`
}

/** The script fills the lists with what is in the table. */
const TOOLBAR = html`<form id="filters" role="search" aria-label="Filter workloads" hidden><div><label for="search">Search</label><input type="search" id="search" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></div>${(
  [
    ['cluster', 'Cluster'],
    ['namespace', 'Namespace'],
    ['state', 'State'],
    ['balancer', 'Load balancer'],
    ['findings', 'Finding'],
  ] as const
).map(
  ([key, words]) =>
    html`<div><label for="by-${key}">${words}</label><select id="by-${key}" data-key="${key}"></select></div>`,
)}<button type="reset">Clear</button></form>
<p id="count" role="status" hidden></p>
`

const foot = ({
  version,
}: Result): Html => html`<button type="button" id="more" hidden></button></section></main>
<p id="said" class="unseen" role="status"></p>
<footer><p>Slackwater ${version}. Seconds count from the deletion of a Pod. This page loads nothing and sends nothing.</p></footer>
`
