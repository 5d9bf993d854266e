import type { Budget } from '../src/core/budget/budget.ts'
import { phasesOf } from '../src/core/budget/timeline.ts'
import type { Ending } from '../src/core/decision/aftermath.ts'
import { reasonText } from '../src/core/model/exposure.ts'
import { refText } from '../src/core/model/object-ref.ts'
import { printable } from '../src/core/model/printable.ts'
import { positionText } from '../src/manifests/position.ts'
import type { PlannedObject } from '../src/plan/plan.ts'
import { exposureText } from '../src/render/budget.ts'
import type { Paper } from '../src/render/paint.ts'
import { printableObjects } from '../src/render/plan-object.ts'
import { drawComparison } from '../src/render/timeline.ts'
import { wrap } from '../src/render/wrap.ts'
import type { Reply } from './api-server.ts'

/** One object sent to the webhook, and what came of it. */
export interface Scene {
  readonly planned: PlannedObject
  /** What the object is, where it is not the planned one itself. */
  readonly title?: string
  readonly why?: string
  readonly before: Ending
  readonly after: Ending
  readonly reply: Reply
  /** What README.md derives: `sleep 45 s, grace period 75 s`. */
  readonly expected: string
  readonly asExpected: boolean
}

export function drawOpening(port: number, { width, paint }: Paper): readonly string[] {
  return [
    paint.bold('Slackwater: a pod leaves when its load balancer has stopped sending to it.'),
    ...wrap(
      `The real server listens on 127.0.0.1:${port}. Each object of examples/ is sent to it over TLS, as an API ` +
        'server would, and its end is drawn to scale: second 0 is the moment of its deletion.',
      { width, lead: '' },
    ),
    '',
    `  load balancer  ${paint.yellow('█')} sends  ${paint.yellow('▓')} some nodes still send  ${paint.yellow('░')} finishes open requests`,
    '  pod            ─ sleeps in preStop  ┤ SIGTERM, then SIGKILL  ▒ may shut down',
  ]
}

export function drawScene(played: Scene, paper: Paper): readonly string[] {
  const [planned = played.planned] = printableObjects([played.planned])
  const scene = { ...played, planned }
  const { before, after } = scene
  const { width, paint } = paper
  const { budget, exposures, subject } = planned.decision
  const title = scene.title === undefined ? refText(subject.ref) : printable(scene.title)
  const same = scene.reply.operations.length === 0
  const place = positionText(planned.manifest.position)
  const picture =
    budget === undefined ? [] : drawComparison(phasesOf(budget.decidedBy), [before, after], paper)
  return [
    '',
    paint.bold(title) + ' '.repeat(Math.max(2, width - title.length - place.length)) + paint.dim(place),
    ...exposures.flatMap((exposure) =>
      wrap(`${exposureText(exposure)}: ${reasonText(exposure.because[0])}`, { width, lead: '  ' }),
    ),
    ...picture,
    ...wrap(`before: ${endText(before, budget)}`, { width, lead: '  ' }),
    ...wrap(`after:  ${same ? 'the same' : endText(after, budget)}`, { width, lead: '  ' }),
    ...wrap(`why:    ${scene.why ?? planned.decision.why}`, { width, lead: '  ', hang: 10 }),
    ...verdictLines(scene, paper),
  ]
}

function verdictLines({ reply, expected, asExpected }: Scene, { width, paint }: Paper): readonly string[] {
  const { operations, milliseconds } = reply
  const answer = operations.length === 0 ? 'no patch' : `${operations.length} changes`
  const mark = asExpected ? `✓ ${expected}: as derived by hand` : `✗ NOT ${expected}, as derived by hand`
  const lines = wrap(`${mark} (${answer}, ${milliseconds.toFixed(0)} ms)`, { width, lead: '  ' })
  return lines.map(asExpected ? paint.green : paint.red)
}

/** What clients see of a pod that leaves too early: an ALB answers for it, an NLB lets the connection break. */
const LOST = { alb: '502, 504', nlb: 'broken connections', classic: '502, 504' } as const

function endText({ sigterm }: Ending, budget: Budget | undefined): string {
  if (budget === undefined) return `SIGTERM at ${sigterm} s`
  const sending = phasesOf(budget.decidedBy).filter(({ kind }) => kind !== 'finishing')
  const left = (sending.at(-1)?.to ?? 0) - sigterm
  const lost = LOST[budget.decidedBy.exposure.loadBalancer.value]
  return left > 0
    ? `SIGTERM at ${sigterm} s, but requests come for ${left} s more: ${lost}`
    : `SIGTERM at ${sigterm} s, when nothing new has come for ${-left} s`
}

export function drawClosing(scenes: readonly Scene[], { paint }: Paper): readonly string[] {
  const right = scenes.filter(({ asExpected }) => asExpected).length
  const all = right === scenes.length
  return [
    '',
    (all ? paint.green : paint.red)(
      `${right} of ${scenes.length} answers as README.md in examples/ derives them.`,
    ),
    'Next, your own manifests:  npm run -s slackwater -- plan -f PATH',
  ]
}
