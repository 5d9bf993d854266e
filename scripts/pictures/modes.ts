import { MODE_LABEL } from '../../src/core/model/keys.ts'
import { MODES, type Mode } from '../../src/core/model/settings.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import {
  type Area,
  arrow,
  block,
  drawn,
  type Fill,
  heightOf,
  line,
  lines,
  WIDTH,
  wrapped,
} from './drawing.ts'

/** Where a mode may stand, in the order in which `effectiveMode` reads (core/decision/mode.ts). */
export const PLACES = [
  { name: 'Pod', where: 'a label of the Pod or of its template' },
  { name: 'Workload', where: 'a label of the Deployment, StatefulSet … itself' },
  { name: 'Namespace', where: 'a label of its Namespace' },
  { name: 'Installation', where: `the setting mode, default ${DEFAULT_SETTINGS.mode}` },
] as const

const MEANINGS: Readonly<Record<Mode, readonly [fill: Fill, words: string]>> = {
  enforce: ['serves', 'Hooks, grace periods and the record are written.'],
  'dry-run': ['sleeps', 'Everything is decided and shown. Nothing new is written.'],
  off: ['box', 'Nothing new is written. The next change of a template removes what Slackwater wrote there.'],
}

const MARGIN = 16
const GAP = 36

/** A box with a name above its words. */
function named(area: Area, name: string, words: string, fill: Fill): string {
  return [
    block(area, fill, true),
    line({ x: area.x + 10, y: area.y + 22 }, name, { bold: true }),
    lines({ x: area.x + 10, y: area.y + 43 }, wrapped(words, area.width - 20)),
  ].join('\n')
}

/** `docs/images/modes.svg`: which mode applies to a Pod, and what it does. */
export function modes(): string {
  const width = (WIDTH - 2 * MARGIN - GAP * (PLACES.length - 1)) / PLACES.length
  const xOf = (index: number) => MARGIN + index * (width + GAP)
  const places = PLACES.flatMap(({ name, where }, index) => [
    named({ x: xOf(index), y: 62, width, height: heightOf(4) }, `${index + 1}. ${name}`, where, 'partly'),
    ...(index === 0 ? [] : [arrow({ x: xOf(index) - GAP + 2, y: 107 }, { x: xOf(index) - 2, y: 107 })]),
  ])
  const third = (WIDTH - 2 * MARGIN - 2 * 20) / MODES.length
  const meanings = MODES.map((mode, index) => {
    const [fill, words] = MEANINGS[mode]
    return named(
      { x: MARGIN + index * (third + 20), y: 222, width: third, height: heightOf(4) },
      mode,
      words,
      fill,
    )
  })
  const repairs =
    'In every mode, what Slackwater wrote earlier is repaired where the API server would otherwise reject your request.'
  return drawn({
    title: 'Which mode applies',
    description: `The label ${MODE_LABEL} is read in this order: ${PLACES.map(({ where }) => where).join('; ')}. The first that names a mode wins. ${MODES.map((mode) => `${mode}: ${MEANINGS[mode][1]}`).join(' ')} ${repairs}`,
    height: 344,
    parts: [
      line({ x: MARGIN, y: 30 }, `The first of these that names a mode wins: label ${MODE_LABEL}`, {
        bold: true,
        size: 'heading',
      }),
      line({ x: MARGIN, y: 51 }, 'A label whose value is no mode is ignored, with a warning.', {
        color: 'dim',
      }),
      ...places,
      line({ x: MARGIN, y: 206 }, 'What the mode does', { bold: true, size: 'heading' }),
      ...meanings,
      line({ x: MARGIN, y: 334 }, repairs, { color: 'dim' }),
    ],
  })
}
