import { type Html, html, isolated } from './html.ts'
import { type Bar, barName, type Lane, type Mark, type TimelineDrawing } from './timeline.ts'

/** Heights in CSS pixels. Widths are per cent, so that letters keep their size on a phone. */
const NAME = 18
const BAR = 22
const THIN = 16
const GAP = 10
const ROW = 16

/** The narrowest drawings that labels must fit: on a phone, and where the style shows the wide labels. CSS pixels. */
const NARROW = 300
const WIDE = 800
/** The width of one character at 12 px. */
const CHARACTER = 7

/** Per cent that a text needs. */
const widthOf = (text: string, drawn = NARROW): number => ((text.length * CHARACTER) / drawn) * 100

/** The bars that stand below the others of their lane: they run at the same time. */
const isThin = ({ look }: Bar): boolean => look === 'delay' || look === 'loss'

const percent = (share: number): string => `${Number(share.toFixed(2))}%`

/**
 * The termination as a drawing, and the same as a list: the drawing is for eyes, the list has every number in words.
 * @param id of the page, unique.
 */
export function drawTimelineSvg(drawing: TimelineDrawing, id: string): Html {
  const { lanes, marks, end } = drawing
  const tops = topsOf(lanes)
  const bottom = tops.at(-1) ?? 0
  const rows = rowsOf(marks, end)
  const height = bottom + ROW * (1 + Math.max(0, ...rows))
  return html`<svg class="timeline" role="img" aria-labelledby="${id}-title ${id}-text" width="100%" height="${height}"><title id="${id}-title">Timeline of a Pod’s termination</title><desc id="${id}-text">${inWords(drawing)}</desc>${marks.map((mark, at) => drawMark(mark, { end, bottom, row: rows[at] ?? 0 }))}${lanes.map((lane, at) => drawLane(lane, tops[at] ?? 0, end))}</svg>
<ol class="phases">${lanes.flatMap((lane) => lane.bars.map((bar) => phaseItem(bar, lane)))}</ol>`
}

const heightOf = ({ bars }: Lane): number => NAME + BAR + (bars.some(isThin) ? THIN + 2 : 0) + GAP

/** Where each lane begins, and where the last one ends. */
function topsOf(lanes: readonly Lane[]): readonly number[] {
  const tops = [0]
  for (const lane of lanes) tops.push((tops.at(-1) ?? 0) + heightOf(lane))
  return tops
}

function drawLane({ name, bars }: Lane, top: number, end: number): Html {
  return html`<text class="lane" x="0" y="${top + NAME - 5}">${name}</text>${bars.map((bar) => drawBar(bar, top + NAME, end))}`
}

function drawBar(bar: Bar, top: number, end: number): Html {
  const { look, from, to } = bar
  const [start, share] = [(from / end) * 100, ((Math.min(to, end) - from) / end) * 100]
  const [y, height] = isThin(bar) ? [top + BAR + 2, THIN] : [top, BAR]
  const [narrow, wide] = [labelOf(bar, share, NARROW), labelOf(bar, share, WIDE)]
  const label = (text: string, shown: string): Html | undefined =>
    text === ''
      ? undefined
      : html`<text class="on-${look}${shown}" x="${percent(start + share / 2)}" y="${y + height / 2 + 4}" text-anchor="middle">${text}</text>`
  return html`<rect class="${look}" x="${percent(start)}" y="${y}" width="${percent(share)}" height="${height}"/>${narrow === wide ? label(wide, '') : [label(narrow, ' narrow'), label(wide, ' wide')]}`
}

/** As much as fits: name and seconds, the letter and seconds, the letter. */
function labelOf(bar: Bar, share: number, drawn: number): string {
  const { term, from, to } = bar
  const length = `${to - from} s`
  const texts = [
    `${barName(bar)} ${length}`,
    ...(term === undefined ? [length] : [`${term} ${length}`, term]),
  ]
  return texts.find((text) => widthOf(text, drawn) + 1 <= share) ?? ''
}

interface MarkPlace {
  readonly end: number
  readonly bottom: number
  readonly row: number
}

const isRight = ({ at }: Mark, end: number): boolean => at * 2 > end

const markText = ({ at, text }: Mark): string => `${at} s ${text}`

function drawMark(mark: Mark, { end, bottom, row }: MarkPlace): Html {
  const x = percent((mark.at / end) * 100)
  const y = bottom + ROW * (row + 1) - 4
  return html`<line class="mark" x1="${x}" x2="${x}" y1="0" y2="${y - 10}"/><text class="mark" x="${x}" y="${y}" text-anchor="${isRight(mark, end) ? 'end' : 'start'}">${markText(mark)}</text>`
}

/** A row for each mark's text, the highest in which it touches none before it. */
function rowsOf(marks: readonly Mark[], end: number): readonly number[] {
  const taken: (readonly [row: number, from: number, to: number])[] = []
  return marks.map((mark) => {
    const [from, to] = extentOf(mark, end)
    const isFree = (row: number): boolean =>
      !taken.some(([other, a, b]) => other === row && from < b && a < to)
    let row = 0
    while (!isFree(row)) row += 1
    taken.push([row, from, to])
    return row
  })
}

function extentOf(mark: Mark, end: number): readonly [from: number, to: number] {
  const [at, width] = [(mark.at / end) * 100, widthOf(`${markText(mark)} `)]
  return isRight(mark, end) ? [at - width, at] : [at, at + width]
}

/** The moments only: every bar is in the list below the drawing. */
const inWords = ({ marks }: TimelineDrawing): string => `${marks.map(markText).join(', ')}.`

const phaseItem = (bar: Bar, { name }: Lane): Html =>
  html`<li><span class="key ${bar.look}"></span><b>${bar.from}–${bar.to} s</b> ${isolated(name)}: ${barName(bar)}<span class="dim">, ${bar.text}</span></li>`
