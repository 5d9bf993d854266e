import type { Labels } from '../model/workload.ts'

/** Labels that differ from a template's in one value, as those of the other half of a blue-green pair would. */
interface TwinLabels {
  readonly label: string
  readonly own: string
  readonly other: string
  readonly labels: Labels
}

/** Of the labels that may tell the halves of a pair apart, so many are looked at. A choice: one or two are usual. */
const MOST_TWINS = 8

/** The words in a label's key that make its value a color. A choice, after public examples of blue-green Services. */
const COLOR_WORDS: ReadonlySet<string> = new Set(['color', 'colour', 'slot', 'version', 'bluegreen'])

/** Values under such a key. A choice, after public examples. Not primary and secondary: these are databases. */
const OPPOSITES: readonly (readonly [string, string])[] = [
  ['a', 'b'],
  ['active', 'idle'],
  ['active', 'inactive'],
  ['active', 'passive'],
  ['active', 'standby'],
  ['current', 'next'],
  ['live', 'idle'],
  ['live', 'next'],
  ['live', 'preview'],
  ['live', 'standby'],
]

/** The labels that the twins of such a template may have: the same but for a color, in one label or in each that has it. */
export function twinLabelsOf(labels: Labels): readonly TwinLabels[] {
  const twins: TwinLabels[] = []
  const painted: [label: string, own: string, other: string][] = []
  for (const [label, own] of Object.entries(labels)) {
    const repainted = own.replace(COLOR, swapColor)
    if (repainted !== own) painted.push([label, own, repainted])
    for (const other of repainted === own ? othersOf(label, own) : [repainted]) {
      if (twins.length < MOST_TWINS) twins.push({ label, own, other, labels: { ...labels, [label]: other } })
    }
  }
  const [first, second] = painted
  if (first === undefined || second === undefined) return twins
  const [label, own, other] = first
  const all = Object.fromEntries(painted.map(([key, , value]) => [key, value]))
  return [...twins, { label, own, other, labels: { ...labels, ...all } }]
}

/** The one pair that needs no such key: `blue`, `web-green`. */
const COLOR = /(?<![a-z0-9])(blue|green)(?![a-z0-9])/i

const swapColor = (color: string): string => (color.toLowerCase() === 'blue' ? 'green' : 'blue')

function othersOf(label: string, value: string): readonly string[] {
  if (!wordsOf(label).some((word) => COLOR_WORDS.has(word))) return []
  const paired = OPPOSITES.flatMap(([one, other]) => {
    if (value === one) return [other]
    return value === other ? [one] : []
  })
  return [...paired, ...neighborsOf(value)]
}

/** `example.com/release-color` has the words `release` and `color`. */
const wordsOf = (label: string): readonly string[] =>
  label
    .slice(label.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace('blue-green', 'bluegreen')
    .split(/[-_.]/)

/** `v2` stands beside `v1` and `v3`. */
function neighborsOf(value: string): readonly string[] {
  const number = /^v(\d{1,4})$/.exec(value)?.[1]
  if (number === undefined) return []
  return [Number(number) - 1, Number(number) + 1].filter((one) => one >= 0).map((one) => `v${one}`)
}
