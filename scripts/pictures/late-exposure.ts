import { NEW_ADDRESS } from '../../src/cluster/arrivals.ts'
import { TOUCHES } from '../../src/controller/late-exposure.ts'
import { BIRTH } from '../../src/core/adoption/adoption.ts'
import { arrow, box, drawn, type Fill, heightOf, line, WIDTH, wrapped } from './drawing.ts'

/** 600_000: `10 minutes`; 60_000: `minute`. */
const minutes = (milliseconds: number): string => {
  const count = milliseconds / 60_000
  return count === 1 ? 'minute' : `${count} minutes`
}

const STEPS = [
  'kubectl apply creates the Deployment',
  'its Pods start: no hook, no readiness gate',
  'the Ingress is created',
  'the controller creates its TargetGroupBinding',
  'the load balancer answers, minutes later',
] as const

/** Of the table in docs/failure-behaviour.md, in few words; a test compares their number. */
export const CONDITIONS: readonly string[] = [
  'mode enforce, setting adopt: newborn, in scope',
  `created less than ${minutes(BIRTH)} ago`,
  'never rolled out before',
  'not paused',
  'exactly one target group sends to it, newer than Slackwater’s start',
  `its load balancer has no address, or has had one for less than a ${minutes(NEW_ADDRESS)}`,
  'no TargetGroupBinding that was created by hand',
  'TargetGroupBinding and namespace label are there (waited for)',
  'the copy of the cluster is up to date',
  'a dry run returns the hooks, and no other change',
]

const MARGIN = 16

function steps(y: number): readonly string[] {
  const gap = 24
  const width = (WIDTH - 2 * MARGIN - gap * (STEPS.length - 1)) / STEPS.length
  const height = heightOf(Math.max(...STEPS.map((words) => wrapped(words, width - 16).length)))
  return STEPS.flatMap((words, index) => {
    const x = MARGIN + index * (width + gap)
    const fill = index < 2 ? 'partly' : 'sends'
    return [
      box({ x, y, width, height }, words, fill),
      ...(index === 0 ? [] : [arrow({ x: x - gap + 2, y: y + height / 2 }, { x: x - 2, y: y + height / 2 })]),
    ]
  })
}

const HALF = (WIDTH - 2 * MARGIN - 20) / 2
const RIGHT = MARGIN + HALF + 20

const heightFor = (all: readonly string[]): number =>
  heightOf(Math.max(...all.map((words) => wrapped(words, HALF - 16).length)))

/** The conditions in two columns, and where the next part begins. */
function conditions(top: number): { readonly parts: readonly string[]; readonly bottom: number } {
  const parts: string[] = []
  let y = top
  for (let index = 0; index < CONDITIONS.length; index += 2) {
    const pair = CONDITIONS.slice(index, index + 2)
    const height = heightFor(pair)
    parts.push(
      ...pair.map((words, column) =>
        box({ x: column === 0 ? MARGIN : RIGHT, y, width: HALF, height }, words, 'box'),
      ),
    )
    y += height + 8
  }
  return { parts, bottom: y }
}

function outcome(x: number, y: number, { answer, words, fill, height }: Outcome): readonly string[] {
  const middle = x + HALF / 2
  return [
    arrow({ x: middle, y }, { x: middle, y: y + 40 }),
    line({ x: middle + 12, y: y + 24 }, answer, { bold: true }),
    box({ x, y: y + 44, width: HALF, height }, words, fill),
  ]
}

interface Outcome {
  readonly answer: string
  readonly words: string
  readonly fill: Fill
  readonly height: number
}

/** `docs/images/late-exposure.svg`: how a load balancer comes after its Pods, and what is done then. */
export function lateExposure(): string {
  const { most, mostOfOne, span } = TOUCHES
  const yes = `Its load balancer has no users yet: it is rolled out once, and gets the Event Adopted. At most ${mostOfOne} of one namespace and ${most} of the cluster in any ${minutes(span)}.`
  const no =
    'Slackwater does not roll it out: you choose the moment. slackwater handover replaces the Pods. The Event ExposedUnprotected says why, unless the workload is not Slackwater’s to change.'
  const height = heightFor([yes, no])
  const { parts, bottom } = conditions(166)
  return drawn({
    title: 'Late exposure',
    description: `${STEPS.join('; then ')}. The Pods then run without a hook. A workload is rolled out once if all of this is true at the same time: ${CONDITIONS.join('; ')}. Yes: ${yes} No: ${no}`,
    height: bottom + 44 + height + MARGIN,
    parts: [
      line({ x: MARGIN, y: 30 }, 'A load balancer that comes after its Pods', {
        bold: true,
        size: 'heading',
      }),
      ...steps(46),
      line({ x: MARGIN, y: 152 }, 'Is all of this true at the same time?', { bold: true, size: 'heading' }),
      ...parts,
      ...outcome(MARGIN, bottom, { answer: 'yes', words: yes, fill: 'serves', height }),
      ...outcome(RIGHT, bottom, { answer: 'no', words: no, fill: 'lost', height }),
    ],
  })
}
