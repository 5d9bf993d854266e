import { type Aim, judge, median, type Row, ratioOf, type Section } from './row.ts'

/** Rows as text of at most 80 columns. */

/** What one section returned. */
export interface Measured {
  readonly section: Pick<Section, 'name' | 'title'>
  readonly rows: readonly Row[]
}

export const COLUMNS = 80
/** Name and unit; then ours, the base, the ratio, the aim and the judgement, with a space before each. */
const NAME = 38
const CELLS = [8, 8, 6, 8, 7] as const

const NONE = '-'

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text

const line = (name: string, cells: readonly string[]): string =>
  [cut(name, NAME).padEnd(NAME), ...cells.map((cell, at) => cell.padStart(CELLS[at] ?? 0))]
    .join(' ')
    .trimEnd()

/** Three digits that count, more where there are more before the point. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return NONE
  const size = Math.abs(value)
  if (size >= 99.95) return value.toFixed(0)
  return value.toFixed(size >= 9.995 ? 1 : 2)
}

const aimText = (aim: Aim | undefined): string => {
  if (aim === undefined) return ''
  const sign = aim.direction === 'at most' ? '≤' : '≥'
  if (aim.of === 'ratio') return `${sign} ${aim.value.toFixed(2)} ×`
  return `${sign} ${Number.isInteger(aim.value) ? aim.value : figure(aim.value)}`
}

const WORDS = { met: 'met', 'not met': 'not met', 'no aim': '', 'not measured': NONE } as const

function rowLine(row: Row, mark: string): string {
  const { name, unit, ours, base, aim } = row
  const ratio = ratioOf(row)
  return line(`${name}${unit === '' ? '' : `, ${unit}`}${mark}`, [
    ours.length === 0 ? NONE : figure(median(ours)),
    base === undefined ? '' : figure(median(base.rounds)),
    ratio === undefined ? '' : ratio.toFixed(2),
    aimText(aim),
    WORDS[judge(row)],
  ])
}

/** At spaces, so that each line fits. @param first what begins the first line; the others are indented as far. */
export function wrapped(text: string, first: string): readonly string[] {
  const indent = ' '.repeat(first.length)
  const lines: string[] = []
  let current = first
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && current.length + 1 + word.length > COLUMNS) {
      lines.push(current)
      current = indent
      isEmpty = true
    }
    current += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, current]
}

/** Equal notes of several rows are printed once. */
function sectionLines({ section, rows }: Measured): readonly string[] {
  const notes = [...new Set(rows.flatMap(({ note }) => note ?? []))]
  const lines: string[] = [section.title]
  let heading: string | undefined
  for (const row of rows) {
    const base = row.base?.name ?? ''
    if (base !== heading) lines.push(line('', ['ours', base, base === '' ? '' : 'ratio', 'aim']))
    heading = base
    lines.push(rowLine(row, row.note === undefined ? '' : ` [${notes.indexOf(row.note) + 1}]`))
  }
  return [...lines, ...notes.flatMap((note, at) => wrapped(note, `[${at + 1}] `))]
}

function countsText(all: readonly Row[]): string {
  const count = (what: ReturnType<typeof judge>): number => all.filter((row) => judge(row) === what).length
  const words = [`${count('met')} met`, `${count('not met')} not met`, `${count('no aim')} without an aim`]
  const unmeasured = count('not measured')
  return [...words, ...(unmeasured > 0 ? [`${unmeasured} not measured`] : [])].join(', ')
}

/** The whole table, a block for each section. @param footing sentences about the run, below it. */
export const table = (measured: readonly Measured[], footing: readonly string[]): readonly string[] => [
  ...measured.flatMap((one) => [...sectionLines(one), '']),
  `aims: ${countsText(measured.flatMap(({ rows }) => rows))}`,
  ...footing.flatMap((text) => wrapped(text, '')),
]
