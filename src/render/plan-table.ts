import type { Budget } from '../core/budget/budget.ts'
import { knownLength } from '../core/injection/hooks.ts'
import type { Exposure } from '../core/model/exposure.ts'
import { refText } from '../core/model/object-ref.ts'
import { DEFAULT_GRACE, type PodTemplate } from '../core/model/workload.ts'
import { positionText } from '../manifests/position.ts'
import type { PlannedObject } from '../plan/plan.ts'
import { BALANCER } from './budget.ts'
import { columnsOf, padBefore, padTo } from './columns.ts'
import { cell } from './counted.ts'
import { MARK } from './notices.ts'
import type { Paper } from './paint.ts'
import { lastingOf, PLAN_STATE_TEXT, PLAN_STATES, type PlanState, stateIn } from './plan-states.ts'
import { drawRow } from './row.ts'
import { wrap } from './wrap.ts'

const TITLES = ['behind', 'verdict', 'sleep', 'grace', MARK.warning] as const

/** Columns of text are aligned on the left, numbers on the right. */
const PADS = [padTo, padTo, padBefore, padBefore, padBefore] as const

const GAP = '  '

interface Row {
  readonly name: string
  readonly cells: readonly string[]
  readonly place?: string
}

/** One line for each workload that is behind a load balancer or changed, in the order of the files. */
export function drawTable(objects: readonly PlannedObject[], { width, paint }: Paper): readonly string[] {
  const shown = objects.flatMap((object) => {
    const state = stateIn(object)
    return state === undefined ? [] : [{ object, state }]
  })
  if (shown.length === 0) return []
  const often = Map.groupBy(shown, ({ object }) => refText(object.decision.subject.ref))
  const rows = shown.map(({ object, state }) => rowOf(object, state, often))
  const widths = TITLES.map((title, at) => widest([title, ...rows.map(({ cells }) => cells[at] ?? '')]))
  const lineOf = (cells: readonly string[]): string =>
    PADS.map((pad, at) => GAP + pad(cells[at] ?? '', widths[at] ?? 0)).join('')
  const room = Math.min(
    widest(['Workloads', ...rows.map(({ name }) => name)]) + 1,
    width - columnsOf(lineOf(TITLES)),
  )
  return [
    paint.bold(padTo('Workloads', room) + lineOf(TITLES)),
    ...rows.flatMap(({ name, cells, place }) => [
      ...drawRow(name, lineOf(cells), room),
      ...(place === undefined ? [] : [paint.dim(`    ${place}`)]),
    ]),
    '',
    ...legend([...new Set(shown.map(({ state }) => state))], { width, paint }),
  ]
}

/** The words that do not explain themselves. */
const EXPLAINED: readonly PlanState[] = ['in-pods', 'short', 'unknown-hook', 'withheld', 'left-alone']

const legend = (present: readonly PlanState[], { width, paint }: Paper): readonly string[] =>
  [
    'sleep and grace period in seconds: now→after the change; !: number of warnings that stay',
    ...EXPLAINED.filter((state) => present.includes(state)).map(
      (state) => `${PLAN_STATE_TEXT[state]}: ${PLAN_STATES[state]}`,
    ),
  ].flatMap((text) => wrap(text, { width, lead: '  ', hang: 4 }).map(paint.dim))

const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, columnsOf(text)), 0)

/** A workload that stands in several files is told apart by its place. */
function rowOf(object: PlannedObject, state: PlanState, often: ReadonlyMap<string, readonly unknown[]>): Row {
  const { decision, manifest, ending } = object
  const { subject, budget, exposures } = decision
  const ref = refText(subject.ref)
  const { grace = DEFAULT_GRACE } = subject.template
  const sleep = sleepNow(subject.template)
  return {
    name: `  ${ref}`,
    cells: [
      behindText(exposures, budget),
      PLAN_STATE_TEXT[state],
      sleep === undefined ? '?' : changeText(sleep, ending?.sigterm ?? sleep),
      changeText(grace, ending?.sigkill ?? grace),
      cell(lastingOf(object).length),
    ],
    ...((often.get(ref)?.length ?? 0) > 1 ? { place: positionText(manifest.position) } : {}),
  }
}

const changeText = (from: number, to: number): string => (from === to ? String(to) : `${from}→${to}`)

/** When the first container gets SIGTERM now; undefined: every hook is of unknown length. */
function sleepNow({ containers }: PodTemplate): number | undefined {
  const lengths = containers.map(({ preStop }) => (preStop === undefined ? 0 : knownLength(preStop)))
  const known = lengths.filter((length) => length !== undefined)
  if (known.length > 0) return Math.min(...known)
  return containers.length === 0 ? 0 : undefined
}

/** `ALB ip`; of several, the one that decided, and how many others there are. */
function behindText(exposures: readonly Exposure[], budget: Budget | undefined): string {
  const first = budget?.decidedBy.exposure ?? exposures[0]
  if (first === undefined) return '·'
  const shortText = ({ loadBalancer, targetType }: Exposure): string =>
    loadBalancer.value === 'classic' ? 'classic' : `${BALANCER[loadBalancer.value]} ${targetType.value}`
  const others = new Set(exposures.map(shortText)).size - 1
  return `${shortText(first)}${others === 0 ? '' : ` +${others}`}`
}
