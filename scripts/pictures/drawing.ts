/** What the pictures of docs/images are made of: SVG that a browser shows light or dark, as its user wants it. */

/**
 * Colors by theme. Words on any fill are `ink` or `dim`; `test/repository/pictures.test.ts` holds each of these pairs to
 * the contrast that WCAG asks of text (1.4.3, 4.5:1). What a color says, a word in the picture says too.
 */
export const THEMES = {
  light: {
    paper: '#ffffff',
    ink: '#1f2328',
    dim: '#4f565e',
    line: '#59636e',
    box: '#eef1f4',
    sends: '#ffb77c',
    partly: '#ffd8b5',
    ends: '#fdeedd',
    sleeps: '#b6d9ff',
    serves: '#b9ecc4',
    lost: '#ffc1bc',
  },
  dark: {
    paper: '#0d1117',
    ink: '#f0f6fc',
    dim: '#b3bcc7',
    line: '#8b949e',
    box: '#212830',
    sends: '#8a4600',
    partly: '#653300',
    ends: '#42280f',
    sleeps: '#0d4a8f',
    serves: '#165e2b',
    lost: '#93211a',
  },
} as const

export type Fill = Exclude<keyof (typeof THEMES)['light'], 'ink' | 'dim' | 'line' | 'paper'>

/** Pixels, if the picture is shown at its own width; a page of GitHub makes it at most a tenth smaller. */
export const SIZES = { heading: 17, text: 14 } as const
export const WIDTH = 900
const LINE_HEIGHT = 19

/** The width of a character of a system font at size 1, on the wide side: a line breaks early rather than late. */
const CHARACTER = 0.56

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Helvetica, Arial, sans-serif'

export interface Place {
  readonly x: number
  readonly y: number
}

export interface Area extends Place {
  readonly width: number
  readonly height: number
}

interface Look {
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly color?: 'ink' | 'dim'
  readonly bold?: boolean
  readonly size?: keyof typeof SIZES
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const number = (value: number): string => String(Math.round(value * 10) / 10)

/** One line; `y` is its baseline. */
export function line({ x, y }: Place, words: string, look: Look = {}): string {
  const { anchor = 'start', color = 'ink', bold = false, size = 'text' } = look
  const classes = [color, ...(bold ? ['bold'] : []), ...(size === 'heading' ? ['heading'] : [])]
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" class="${classes.join(' ')}">${escaped(words)}</text>`
}

/** Whether words fit into a width, in pixels. */
export const fits = (words: string, width: number): boolean => words.length * SIZES.text * CHARACTER <= width

/** Breaks words into lines of at most this width, in pixels. */
export function wrapped(words: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of words.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && fits(`${last} ${word}`, width)) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Several lines, the first with its baseline at `y`. */
export const lines = ({ x, y }: Place, all: readonly string[], look: Look = {}): string =>
  all.map((one, index) => line({ x, y: y + index * LINE_HEIGHT }, one, look)).join('\n')

/** The height of a box around so many lines. */
export const heightOf = (count: number): number => count * LINE_HEIGHT + 14

/** A box with words in it, from its top. */
export function box(area: Area, words: string, fill: Fill, look: Look = {}): string {
  const shown = wrapped(words, area.width - 16)
  return [block(area, fill, true), lines({ x: area.x + 8, y: area.y + LINE_HEIGHT + 1 }, shown, look)].join(
    '\n',
  )
}

export const block = ({ x, y, width, height }: Area, fill: Fill, isOutlined = false): string =>
  `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"${isOutlined ? ' rx="4"' : ''} class="${fill}${isOutlined ? ' outlined' : ''}"/>`

export const rule = (from: Place, to: Place, isDashed = false): string =>
  `<path d="M${number(from.x)} ${number(from.y)}L${number(to.x)} ${number(to.y)}" class="rule${isDashed ? ' dashed' : ''}"/>`

/** A rule with a head at its end, along an axis. */
export function arrow(from: Place, to: Place): string {
  const [dx, dy] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)]
  const back = { x: to.x - 8 * dx, y: to.y - 8 * dy }
  const head = `M${number(to.x)} ${number(to.y)}L${number(back.x - 5 * dy)} ${number(back.y - 5 * dx)}L${number(back.x + 5 * dy)} ${number(back.y + 5 * dx)}Z`
  return `${rule(from, back)}\n<path d="${head}" class="head"/>`
}

const rulesOf = (theme: keyof typeof THEMES): readonly string[] => {
  const { paper, ink, dim, line: stroke, ...fills } = THEMES[theme]
  return [
    `.paper{fill:${paper}}`,
    `.ink{fill:${ink}}`,
    `.dim{fill:${dim}}`,
    `.rule,.outlined{stroke:${stroke}}`,
    `.head{fill:${stroke}}`,
    ...Object.entries(fills).map(([name, color]) => `.${name}{fill:${color}}`),
  ]
}

export interface Picture {
  /** The name of the picture, in a few words. */
  readonly title: string
  /** What it shows, for whoever does not see it. */
  readonly description: string
  readonly height: number
  readonly parts: readonly string[]
}

/** The picture on paper of its own, so that it can be read on a page of the other theme, too. */
export function drawn({ title, description, height, parts }: Picture): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>
text{font-family:${FONT};font-size:${SIZES.text}px}
.heading{font-size:${SIZES.heading}px}
.bold{font-weight:600}
.rule{fill:none;stroke-width:1.5}
.dashed{stroke-dasharray:5 4}
.outlined{stroke-width:1}
${rulesOf('light').join('\n')}
@media (prefers-color-scheme: dark){
${rulesOf('dark').join('\n')}
}
</style>
<rect width="${WIDTH}" height="${height}" class="paper"/>
${parts.join('\n')}
</svg>
`
}
