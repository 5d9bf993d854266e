import { counted, digits } from '../counted.ts'
import { type Html, html } from './html.ts'

/** Heights in CSS pixels. Widths are per cent, so that letters keep their size on a phone. */
const BARS = 140
const ROW = 18
const AXIS = 22

/** The most bars; from there on one is wider than a second. A choice: on a phone each still has 5 px. */
const MOST_BARS = 60

/** The narrowest drawing whose labels must not touch, and the width of a character at 12 px. CSS pixels. */
const NARROW = 300
const CHARACTER = 7

/** A moment of the axis that a line marks. */
interface HistogramMark {
  readonly at: number
  readonly text: string
  readonly look: 'longest' | 'measured' | 'today'
}

interface HistogramInputs {
  /** What the seconds count from: `deletion`. */
  readonly since: string
  /** Seconds, ascending, not empty. */
  readonly lasts: readonly number[]
  /** From when on they count; where some departures have only a deregistration, the others’ deletion is told. */
  readonly since: 'deletion' | 'deregistration'
  readonly marks: readonly HistogramMark[]
  /** Of the page, unique. */
  readonly id: string
}

interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** How long after their Pods’ deletion or deregistration the last requests came: a drawing for eyes, and the same numbers as a list. */
export function histogram({ lasts, since, marks, id }: HistogramInputs): Html {
  const end = axisEnd([...lasts, ...marks.map(({ at }) => at)])
  const bins = binsOf(lasts, end)
  const top = Math.max(...bins.map(({ count }) => count))
  const rows = rowsOf(marks, end)
  const above = ROW * (2 + Math.max(-1, ...rows))
  const height = above + BARS + AXIS
  const base = above + BARS
  return html`<svg class="histogram" role="img" aria-labelledby="${id}-title ${id}-text" width="100%" height="${height}"><title id="${id}-title">Departures by the time of their last request</title><desc id="${id}-text">${inWords({ lasts, since, marks })}</desc>${gridLines(top, above)}${bins.map((bin) => drawBin(bin, { top, base, end }))}${ticksOf(end).map((at) => drawTick(at, { base, end }))}${marks.map((mark, at) => drawMark(mark, { base, end, row: rows[at] ?? 0 }))}</svg>
<details><summary>The same as a table</summary><table class="bins"><thead><tr><th scope="col">Seconds after the ${since}<th scope="col">Departures</tr></thead><tbody>${bins.filter(({ count }) => count > 0).map(({ from, to, count }) => html`<tr><td>${from} to ${to}<td class="number">${digits(count)}</tr>`)}</tbody></table></details>
`
}

/** A whole number of steps. */
function axisEnd(times: readonly number[]): number {
  const longest = Math.max(1, ...times)
  const step = stepOf(longest)
  return Math.ceil((longest * 1.02) / step) * step
}

/** Between two numbers of the axis: about six of them. */
const stepOf = (end: number): number =>
  [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((step) => end / step <= 6) ?? 3600

const ticksOf = (end: number): readonly number[] => {
  const step = stepOf(end / 1.02)
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step)
}

function binsOf(lasts: readonly number[], end: number): readonly Bin[] {
  const wide = Math.max(1, Math.ceil(end / MOST_BARS))
  const counts = new Map<number, number>()
  for (const last of lasts) {
    // A request may have come last before the deletion.
    const at = Math.max(0, Math.floor(last / wide))
    counts.set(at, (counts.get(at) ?? 0) + 1)
  }
  return Array.from({ length: Math.ceil(end / wide) }, (_, at) => ({
    from: at * wide,
    to: (at + 1) * wide,
    count: counts.get(at) ?? 0,
  }))
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))}%`

interface Place {
  readonly base: number
  readonly end: number
}

function drawBin(
  { from, to, count }: Bin,
  { top, base, end }: Place & { readonly top: number },
): Html | undefined {
  if (count === 0) return undefined
  const height = Math.max(2, Math.round((count / top) * BARS))
  return html`<rect class="bar" x="${percent(from / end)}" y="${base - height}" width="${percent((to - from) / end)}" height="${height}"><title>${from} to ${to} s: ${counted(count, 'departure')}</title></rect>`
}

/** The number at the top, and none between: the list has them all. */
const gridLines = (top: number, above: number): Html =>
  html`<line class="grid" x1="0" x2="100%" y1="${above}" y2="${above}"/><line class="axis" x1="0" x2="100%" y1="${above + BARS}" y2="${above + BARS}"/><text class="grid" x="0" y="${above - 5}">${counted(top, 'departure')}</text>`

function drawTick(at: number, { base, end }: Place): Html {
  const anchor = at === 0 ? 'start' : at === end ? 'end' : 'middle'
  return html`<text class="tick" x="${percent(at / end)}" y="${base + 16}" text-anchor="${anchor}">${at}${at === end ? ' s' : ''}</text>`
}

function drawMark(
  { at, text, look }: HistogramMark,
  { base, end, row }: Place & { readonly row: number },
): Html {
  const x = percent(at / end)
  const y = ROW * (row + 1) - 5
  const [anchor, shift] = at * 2 > end ? ['end', -4] : ['start', 4]
  return html`<line class="mark ${look}" x1="${x}" x2="${x}" y1="${y - 11}" y2="${base}"/><text class="mark ${look}" x="${x}" dx="${shift}" y="${y}" text-anchor="${anchor}">${text}</text>`
}

/** A row for each mark's text, the highest in which it touches none before it. */
function rowsOf(marks: readonly HistogramMark[], end: number): readonly number[] {
  const taken: (readonly [row: number, from: number, to: number])[] = []
  return marks.map((mark) => {
    const at = (mark.at / end) * 100
    const width = (((mark.text.length + 1) * CHARACTER) / NARROW) * 100
    const [from, to] = mark.at * 2 > end ? [at - width, at] : [at, at + width]
    let row = 0
    while (taken.some(([other, a, b]) => other === row && from < b && a < to)) row += 1
    taken.push([row, from, to])
    return row
  })
}

const inWords = ({ lasts, since, marks }: Omit<HistogramInputs, 'id'>): string =>
  `${counted(lasts.length, 'departure')}, the last request of each between ${lasts[0] ?? 0} and ${lasts.at(-1) ?? 0} s after the ${since}. ${marks.map(({ text }) => text).join(', ')}.`
