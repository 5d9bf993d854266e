import type { ApiServer } from '../cluster/api-server.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import { printable } from '../core/model/printable.ts'
import { handOver, undo } from '../handover/hand-over.ts'
import type { Planned } from '../handover/make-plan.ts'
import {
  doneOutcome,
  type HandoverOutcome,
  plannedOutcome,
  type WorkloadOutcome,
} from '../handover/outcome.ts'
import type { HandoverPlan, PodProgress } from '../handover/plan.ts'
import type { Clock } from '../pacing/clock.ts'
import { progressText } from '../render/handover-text.ts'
import { complain, progress, type Terminal } from '../render/terminal.ts'
import type { HandoverArguments } from './handover-arguments.ts'

interface CarryingOut {
  readonly given: HandoverArguments
  readonly terminal: Terminal
  readonly api: ApiServer
  readonly clock: Clock
  readonly namespace: string
  readonly signal: AbortSignal
}

/** One workload after the other; what is refused is told, and the rest goes on. */
export async function carryOutAll(plans: readonly Planned[], doing: CarryingOut): Promise<HandoverOutcome> {
  const workloads: WorkloadOutcome[] = []
  for (const planned of plans) {
    const isDue = planned.kind === 'plan' && !doing.signal.aborted
    workloads.push(isDue ? await carryOutOne(planned.plan, doing) : plannedOutcome(planned))
  }
  return { namespace: doing.namespace, dryRun: false, workloads }
}

async function carryOutOne(plan: HandoverPlan, doing: CarryingOut): Promise<WorkloadOutcome> {
  const { given, terminal, api, clock, signal } = doing
  const board = new ProgressBoard(plan, terminal)
  for (const caution of plan.cautions) complain(`${refText(plan.workload)}: ${caution}`, terminal, 'warning')
  const options = {
    ...{ api, signal, clock, maxExtra: given.maxExtra, timeout: given.timeout * 1000 },
    onProgress: (one: PodProgress) => board.show(one),
    onCaution: (sentence: string) => board.warn(sentence),
  }
  // Those that were begun are found by their records; a plan for them has no labels of its own.
  const pods = plan.pods.filter(({ lacks }) => lacks.length > 0)
  const result = await (given.undo === true
    ? undo(plan.workload, options)
    : handOver({ ...plan, pods }, options))
  terminal.status?.('')
  return doneOutcome(plan, result)
}

/** Standard error: at a terminal one line that is replaced and one for each Pod that is over, else one per change. */
class ProgressBoard {
  readonly #workload: ObjectRef
  readonly #count: number
  readonly #terminal: Terminal
  readonly #over = new Set<string>()
  readonly #told = new Map<string, string>()

  constructor({ workload, pods }: HandoverPlan, terminal: Terminal) {
    this.#workload = workload
    this.#count = pods.length
    this.#terminal = terminal
  }

  show(one: PodProgress): void {
    const { status } = this.#terminal
    if (IS_OVER[one.state]) this.#over.add(one.pod)
    const line = `${this.#workload.name}: ${one.pod} ${progressText(one)}`
    if (status === undefined) {
      // A note counts seconds: without a terminal each state is told once.
      const key = `${one.state} ${one.replacement ?? ''}`
      if (this.#told.get(one.pod) !== key) progress(line, this.#terminal)
      this.#told.set(one.pod, key)
      return
    }
    if (IS_OVER[one.state]) {
      status('')
      progress(line, this.#terminal)
    }
    status(printable(`${this.#over.size} of ${this.#count} ${line}`))
  }

  warn(sentence: string): void {
    this.#terminal.status?.('')
    complain(sentence, this.#terminal, 'warning')
  }
}

const IS_OVER: Readonly<Record<PodProgress['state'], boolean>> = {
  waiting: false,
  replacing: false,
  leaving: false,
  ending: false,
  done: true,
  undone: true,
  failed: true,
}
