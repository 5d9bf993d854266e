import { type Budget, computeBudget } from '../../src/core/budget/budget.ts'
import { arrivalsEnd, type Phase, type PhaseKind, phasesOf } from '../../src/core/budget/timeline.ts'
import { type Exposure, NO_EVIDENCE } from '../../src/core/model/exposure.ts'
import { assumed } from '../../src/core/model/resolved.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { block, drawn, type Fill, fits, line, rule, WIDTH } from './drawing.ts'

/** Ip targets of an ALB about which nothing is written: the number that most people need first. */
const EXPOSURE: Exposure = {
  id: 'picture',
  service: { kind: 'Service', namespace: 'shop', name: 'web' },
  loadBalancer: { ...assumed('alb', { kind: 'default', of: 'AWS' }), alternatives: [] },
  targetType: { ...assumed('ip', { kind: 'default', of: 'AWS' }), alternatives: [] },
  externalTrafficPolicy: 'Cluster',
  controller: 'lbc',
  evidence: NO_EVIDENCE,
  because: [[]],
  assumptions: [],
  publishNotReadyAddresses: false,
  selectsOnePod: false,
  otherClusters: false,
}

/** The budget of a Pod with one container and nothing written, behind an ALB with ip targets, with the default settings. */
export const pictured = (): Budget =>
  computeBudget({
    exposures: [EXPOSURE],
    settings: DEFAULT_SETTINGS,
    overrides: { graceful: false },
    pod: { containers: [], sidecarHook: seconds(0), grace: undefined },
    spot: false,
  })

const LEFT = 140
const RIGHT = WIDTH - 30
const BAR = 30

interface Scale {
  readonly xOf: (second: number) => number
}

interface Bar {
  readonly from: number
  readonly to: number
  readonly fill: Fill
  readonly words: string
}

function lane(y: number, name: string, bars: readonly Bar[], { xOf }: Scale): readonly string[] {
  return [
    line({ x: LEFT - 12, y: y + 20 }, name, { anchor: 'end' }),
    ...bars.flatMap(({ from, to, fill, words }) => {
      const [x, width] = [xOf(from), xOf(to) - xOf(from)]
      const isWide = fits(words, width - 8)
      return [
        block({ x, y, width, height: BAR }, fill),
        ...(isWide ? [line({ x: x + 8, y: y + 20 }, words)] : []),
      ]
    }),
  ]
}

/** Numbers below the lanes, each where something changes, and a dashed rule up to them. */
function axis(top: number, bottom: number, marks: readonly number[], { xOf }: Scale): readonly string[] {
  return [
    rule({ x: LEFT, y: bottom }, { x: RIGHT, y: bottom }),
    ...marks.flatMap((mark) => [
      rule({ x: xOf(mark), y: top }, { x: xOf(mark), y: bottom }, true),
      line({ x: xOf(mark), y: bottom + 18 }, `${mark} s`, { anchor: 'middle' }),
    ]),
  ]
}

const PHASE: Readonly<Record<PhaseKind, readonly [fill: Fill, words: string]>> = {
  unaware: ['sends', 'C'],
  stopping: ['partly', 'some nodes still send: P'],
  finishing: ['ends', 'open: R'],
}

const phaseBar = ({ kind, from, to }: Phase): Bar => {
  const [fill, words] = PHASE[kind]
  return { from, to, fill, words }
}

function without(top: number, budget: Budget, scale: Scale): readonly string[] {
  const phases = phasesOf(budget.decidedBy)
  const sent = arrivalsEnd(budget)
  const marks = [0, ...phases.map(({ to }) => to)]
  const heard = phases[0]?.to ?? sent
  return [
    ...heading(
      top,
      'Without a hook',
      `SIGTERM comes at once: an application that exits then misses ${sent} s of new requests`,
    ),
    ...axis(top + 34, top + 150, marks, scale),
    ...lane(top + 42, 'load balancer', phases.map(phaseBar), scale),
    ...lane(top + 78, 'application', [], scale),
    line({ x: scale.xOf(heard) + 8, y: top + 98 }, 'has exited'),
    ...lane(top + 114, 'new requests', [{ from: 0, to: sent, fill: 'lost', words: 'fail: 502, 504' }], scale),
  ]
}

function withHook(top: number, budget: Budget, scale: Scale): readonly string[] {
  const { sleep, grace } = budget
  const phases = phasesOf(budget.decidedBy)
  const sent = arrivalsEnd(budget)
  const marks = [...new Set([0, ...phases.map(({ to }) => to), sleep, grace])]
  const bar = (to: number, fill: Fill, words: string): Bar => ({ from: 0, to, fill, words })
  const shutdown: Bar = { from: sleep, to: grace, fill: 'box', words: `has ${grace - sleep} s to end: A` }
  return [
    ...heading(
      top,
      `With a sleep of ${sleep} s and a grace period of ${grace} s`,
      `SIGTERM at ${sleep} s, when nothing is sent any more; SIGKILL at ${grace} s if the application still runs`,
    ),
    ...axis(top + 34, top + 222, marks, scale),
    ...lane(top + 42, 'load balancer', phases.map(phaseBar), scale),
    ...lane(top + 78, 'kubelet', [bar(sleep, 'sleeps', `preStop: sleep ${sleep} s`)], scale),
    ...lane(top + 114, 'application', [bar(sleep, 'serves', 'serves as before'), shutdown], scale),
    ...lane(top + 150, 'new requests', [bar(sent, 'serves', 'all are answered')], scale),
    ...lane(
      top + 186,
      'open requests',
      [bar(phases.at(-1)?.to ?? sent, 'serves', 'all end, J before SIGTERM')],
      scale,
    ),
  ]
}

const heading = (top: number, title: string, words: string): readonly string[] => [
  line({ x: 20, y: top }, title, { bold: true, size: 'heading' }),
  line({ x: 20, y: top + 22 }, words, { color: 'dim' }),
]

/** `docs/images/timeline.svg`: from the deletion of a Pod to its end, without a hook and with one. */
export function timeline(): string {
  const budget = pictured()
  const { sleep, grace, decidedBy } = budget
  const scale = { xOf: (second: number) => LEFT + (second / grace) * (RIGHT - LEFT) }
  const sent = arrivalsEnd(budget)
  const { C, P, R, J, A } = decidedBy.terms
  const terms = `C ${C.value} s deregistration, P ${P.value} s propagation, R ${R.value} s longest request, J ${J.value} s margin, A ${A.value} s shutdown`
  return drawn({
    title: 'From the deletion of a Pod to its end',
    description: `An ALB with ip targets and the default terms: ${terms}. The load balancer sends to a deleted Pod for ${sent} s. Without a preStop hook the application gets SIGTERM at 0 s, and requests fail for ${sent} s. With a sleep of ${sleep} s and a grace period of ${grace} s it serves until ${sleep} s, when nothing is sent any more.`,
    height: 524,
    parts: [
      ...without(32, budget, scale),
      ...withHook(232, budget, scale),
      line({ x: 20, y: 510 }, `ALB with ip targets: ${terms}.`, { color: 'dim' }),
    ],
  })
}
