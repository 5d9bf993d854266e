import type { TermName } from '../../core/budget/expression.ts'
import type { Phase, PhaseKind } from '../../core/budget/timeline.ts'
import { seconds } from '../../core/model/seconds.ts'
import { DEFAULT_GRACE } from '../../core/model/workload.ts'
import type { BudgetDocument } from '../../report/decision-document.ts'
import type { ResultWorkload } from '../../result/result.ts'
import { exposureText, TERM_TEXT } from '../budget.ts'

/** One bar, in seconds after a Pod's deletion. */
export interface Bar {
  readonly look: PhaseKind | 'delay' | 'margin' | 'sleep' | 'exit' | 'grace' | 'loss'
  readonly from: number
  readonly to: number
  /** The term's letter, where one stands for it. */
  readonly term?: TermName
  /** What it means for the Pod or its clients, a clause. */
  readonly text: string
}

/** What one side does, one bar after the other. */
export interface Lane {
  readonly name: string
  readonly bars: readonly Bar[]
}

/** A moment of the Pod's termination. */
export interface Mark {
  readonly at: number
  readonly text: string
}

/** A Pod's termination and what its load balancers do meanwhile: everything that is drawn. Times are seconds. */
export interface TimelineDrawing {
  readonly end: number
  readonly lanes: readonly Lane[]
  readonly marks: readonly Mark[]
}

type PerExposure = BudgetDocument['perExposure'][number]
type PodEnding = NonNullable<ResultWorkload['ending']>

const PHASE_TEXT: Readonly<Record<PhaseKind, string>> = {
  unaware: 'it does not know of the deletion yet, and sends as before',
  stopping: 'some of its nodes still send new requests',
  finishing: 'nothing new is sent; open requests finish',
}

/** Load balancers with a lane of their own: those that decide first. A choice. */
const LANES = 3

/** @returns undefined if no budget was computed: then there is nothing to compare a termination with. */
export function timelineOf(workload: ResultWorkload): TimelineDrawing | undefined {
  const { budget, exposures } = workload
  if (budget === undefined) return undefined
  const deciding = [...budget.perExposure].sort((a, b) => rankIn(budget, a) - rankIn(budget, b))
  const distinct = [...new Map(deciding.map((one) => [JSON.stringify(one.phases), one])).values()]
  const shown = distinct.slice(0, LANES)
  const endings = endingsOf(workload)
  const end = Math.max(
    1,
    ...shown.flatMap(({ phases }) => phases.map(({ to }) => to)),
    ...endings.map(({ ending }) => ending.sigkill),
  )
  const arrivals = arrivalsOf(budget)
  const named = shown.length > 1
  return {
    end,
    lanes: [
      ...shown.map((one) => balancerLane(one, { exposures, named, end })),
      ...endings.map(({ name, ending }) => podLane(name, ending, { arrivals, budget })),
    ],
    marks: marksOf(endings.at(-1)?.ending, budget),
  }
}

const rankIn = ({ decidedBy }: BudgetDocument, { exposure }: PerExposure): number =>
  exposure === decidedBy ? 0 : 1

/** Until when new requests may still arrive, of the target group that notices last. */
const arrivalsOf = ({ perExposure }: BudgetDocument): number =>
  Math.max(
    0,
    ...perExposure.flatMap(({ phases }) =>
      phases.flatMap(({ kind, to }) => (kind === 'finishing' ? [] : to)),
    ),
  )

interface NamedEnding {
  readonly name: string
  readonly ending: PodEnding
}

/** As the template is, and with the change where that ends otherwise. */
function endingsOf({ present, changes, ending }: ResultWorkload): readonly NamedEnding[] {
  const now = presentEnding(present)
  const isSame = ending === undefined || (ending.sigterm === now.sigterm && ending.sigkill === now.sigkill)
  if (changes.length === 0 || isSame) return [{ name: 'Pod', ending: now }]
  return [
    { name: 'Pod as it is now', ending: now },
    { name: 'Pod after the change', ending },
  ]
}

/** The rule of `endingOf` in core/decision: the first SIGTERM counts, and hooks of unknown length are left out. */
function presentEnding({ containers, gracePeriodSeconds }: ResultWorkload['present']): PodEnding {
  const lengths = containers.flatMap(({ hook, seconds }) =>
    hook === undefined ? [0] : seconds === undefined ? [] : [seconds],
  )
  const sigterm = lengths.length === 0 ? 0 : Math.min(...lengths)
  return { sigterm: seconds(sigterm), sigkill: seconds(gracePeriodSeconds ?? DEFAULT_GRACE) }
}

interface LaneContext {
  readonly exposures: ResultWorkload['exposures']
  readonly named: boolean
  readonly end: number
}

function balancerLane(one: PerExposure, { exposures, named, end }: LaneContext): Lane {
  const exposure = exposures.find(({ id }) => id === one.exposure)
  const kind = exposure === undefined ? 'load balancer' : exposureText(exposure)
  const service = named && exposure !== undefined ? `, Service ${exposure.service.name}` : ''
  return {
    name: `${kind}${service}`,
    bars: [...one.phases.map(phaseBar), ...marginBar(one), ...delayBar(one, end)],
  }
}

const phaseBar = ({ kind, term, from, to }: Phase): Bar => ({
  look: kind,
  from,
  to,
  term,
  text: PHASE_TEXT[kind],
})

/** J is the end of the sleep. Where what is open ends only after it (graceful), it lies under that. */
function marginBar({ terms, phases, sleepSeconds }: PerExposure): readonly Bar[] {
  const margin = terms['J']?.value ?? 0
  const from = Math.max(sleepSeconds - margin, phases.at(-1)?.to ?? 0)
  if (margin === 0 || from >= sleepSeconds) return []
  return [{ look: 'margin', from, to: sleepSeconds, term: 'J', text: 'for what takes longer than assumed' }]
}

/** From the deregistration on, after C. A delay that lasts longer than what is drawn ends at its edge. */
function delayBar({ terms }: PerExposure, end: number): readonly Bar[] {
  const [from, delay] = [terms['C']?.value, terms['D']?.value]
  if (from === undefined || delay === undefined || delay === 0 || from >= end) return []
  return [
    {
      look: 'delay',
      from,
      to: from + delay,
      term: 'D',
      text: 'then the load balancer itself closes what is open',
    },
  ]
}

interface PodContext {
  readonly arrivals: number
  readonly budget: BudgetDocument
}

function podLane(name: string, { sigterm, sigkill }: PodEnding, { arrivals, budget }: PodContext): Lane {
  const exit = exitOf({ sigterm, sigkill }, budget)
  const held = Math.min(sigterm, sigkill)
  const bars: readonly Bar[] = [
    { look: 'sleep', from: 0, to: held, text: 'preStop hook: the application serves as before' },
    { look: 'exit', from: held, to: exit, term: 'A', text: 'the application gets SIGTERM and exits' },
    { look: 'grace', from: exit, to: sigkill, text: 'what is left of the grace period' },
    { look: 'loss', from: held, to: arrivals, text: 'requests that arrive now may fail' },
  ]
  return { name, bars: bars.filter(({ from, to }) => to > from) }
}

const exitOf = ({ sigterm, sigkill }: PodEnding, { shutdownSeconds }: BudgetDocument): number =>
  Math.min(sigterm + shutdownSeconds, sigkill)

function marksOf(ending: PodEnding | undefined, budget: BudgetDocument): readonly Mark[] {
  if (ending === undefined) return []
  const { sigterm, sigkill } = ending
  const exit = exitOf(ending, budget)
  const isKilled = sigterm >= sigkill
  return [
    { at: 0, text: 'delete' },
    ...(isKilled ? [] : [{ at: sigterm, text: 'SIGTERM' }]),
    ...(isKilled || exit === sigkill ? [] : [{ at: exit, text: 'exit' }]),
    { at: sigkill, text: isKilled || exit === sigkill ? 'grace ends, SIGKILL' : 'grace ends' },
  ]
}

/** `P propagation`, or what a bar without a term is. */
export const barName = ({ look, term }: Bar): string =>
  term === undefined ? BAR_NAMES[look] : `${term} ${TERM_TEXT[term]}`

const BAR_NAMES: Readonly<Record<Bar['look'], string>> = {
  unaware: 'sends',
  stopping: 'still sends',
  finishing: 'finishes',
  delay: 'deregistration',
  margin: 'margin',
  sleep: 'sleep',
  exit: 'exit',
  grace: 'rest of the grace period',
  loss: 'at risk',
}
