import { ApiError } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { ownPods } from '../cluster/own-pods.ts'
import { refText } from '../core/model/object-ref.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { RolloutProgress } from '../kubernetes/rollout-progress.ts'
import type { Clock } from '../pacing/clock.ts'
import type { FoundWorkload } from './find-workloads.ts'
import { left, takeLabelsBack } from './namespaces.ts'
import type { NamespaceRemoval, Removal, ReportRemoval, WorkloadRemoval } from './removal.ts'
import { takeReportBack } from './reports.ts'
import { waitForRollouts } from './rollouts.ts'
import type { Survey } from './survey.ts'
import { type TakenBack, takeBack } from './take-back.ts'
import { killSwitch, type OwnWebhooks } from './webhooks.ts'

export interface RemovalOptions {
  readonly api: ApiServer
  /** Workloads to roll out at a time. */
  readonly batch: number
  /** Between two batches. Milliseconds. */
  readonly pause: number
  /** Time limit for the rollouts of one batch. Milliseconds. */
  readonly timeout: number
  /** The namespace that Slackwater runs in: while it runs, it would set the labels again. */
  readonly slackwaterNamespace: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Prints one line of progress. */
  readonly tell: (line: string) => void
}

/**
 * Removes what was found: from workloads batch by batch, then the labels of namespaces, so that the Pods of these
 * rollouts still get their readiness gates. Ends early if continuing could do harm; the result has the reason.
 */
export const remove = (found: Survey, options: RemovalOptions): Promise<Removal> =>
  new RemovalRun(found, options).run()

class RemovalRun {
  readonly #found: Survey
  readonly #options: RemovalOptions
  readonly #workloads = new Map<FoundWorkload, WorkloadRemoval>()
  #stopped: string | undefined

  constructor(found: Survey, options: RemovalOptions) {
    this.#found = found
    this.#options = options
  }

  async run(): Promise<Removal> {
    const { workloads, unread, webhooks, validatingWebhooks } = this.#found
    await this.#batches()
    const hindrance = await this.#hindrance()
    const namespaces = await this.#namespaces(hindrance)
    const reports = await this.#reports(hindrance)
    const reported = workloads.map((one) => this.#workloads.get(one) ?? withoutPath(one, notBegun(one)))
    const stopped = this.#stopped === undefined ? {} : { stopped: this.#stopped }
    return { workloads: reported, namespaces, reports, unread, webhooks, validatingWebhooks, ...stopped }
  }

  async #batches(): Promise<void> {
    const { batch: size, pause, clock, signal, tell } = this.#options
    const due = this.#found.workloads.filter(({ state }) => state === 'would-take-back')
    const count = Math.ceil(due.length / size)
    let hasWritten = false
    for (let number = 1; number <= count; number++) {
      if (hasWritten) await clock.sleep(pause, signal)
      tell(`batch ${number} of ${count}`)
      const batch = due.slice((number - 1) * size, number * size)
      hasWritten = (await this.#batch(batch)) > 0
      if (this.#stopped !== undefined) return
    }
  }

  /** @returns how many workloads were changed. */
  async #batch(batch: readonly FoundWorkload[]): Promise<number> {
    const written: FoundWorkload[] = []
    for (const workload of batch) {
      if (this.#stopped === undefined && (await this.#takeBack(workload))) written.push(workload)
    }
    const { api, clock, timeout, signal } = this.#options
    const onEnd = (one: FoundWorkload, progress: RolloutProgress): void => this.#ended(one, progress)
    await waitForRollouts(written, { api, clock, timeout, signal, onEnd })
    return written.length
  }

  /** @returns whether it was changed. */
  async #takeBack(workload: FoundWorkload): Promise<boolean> {
    const { api, signal } = this.#options
    const { ref, path } = workload
    try {
      const taken = await takeBack({ api, path, namespace: ref.namespace }, signal)
      this.#came(workload, taken)
      return taken.outcome === 'taken-back'
    } catch (error) {
      const said = messageOf(error)
      this.#is(workload, { state: 'left', why: `unknown whether it was changed: ${said}` })
      this.#stopped = `the API server cannot be reached: ${said}`
      return false
    }
  }

  #came(workload: FoundWorkload, taken: TakenBack): void {
    const { tell } = this.#options
    const name = refText(workload.ref)
    if (taken.outcome === 'put-back') this.#stopped = stillThere(this.#found)
    else if (taken.outcome === 'gone') this.#is(workload, { state: 'taken-back' })
    else if (taken.outcome === 'taken-back') {
      this.#is(workload, { state: 'taken-back', changes: taken.changes })
      tell(`  ${name}: removed`)
    } else {
      this.#is(workload, { state: taken.outcome, changes: [], why: taken.why })
      tell(`  ${name}: ${taken.outcome}: ${taken.why}`)
    }
  }

  #is(workload: FoundWorkload, further: Partial<WorkloadRemoval>): void {
    this.#workloads.set(workload, withoutPath(this.#workloads.get(workload) ?? workload, further))
  }

  #ended(workload: FoundWorkload, progress: RolloutProgress): void {
    const { tell, timeout } = this.#options
    const name = refText(workload.ref)
    this.#is(workload, { rollout: progress })
    tell(progress.state === 'done' ? `  ${name}: rolled out` : `  ${name}: ${progress.why}`)
    if (progress.state === 'stuck') this.#stopped = `the rollout of ${name} is stuck: ${progress.why}`
    if (progress.state === 'rolling')
      this.#stopped ??= `the rollout of ${name} is not done after ${timeout / 1000} s: ${progress.why}`
  }

  /** Why what the leader would write again is left; asked only if there is any. */
  async #hindrance(): Promise<string | undefined> {
    const { namespaces, reports } = this.#found
    if (![...namespaces, ...reports].some(isDue)) return undefined
    return this.#stopped === undefined ? await this.#stillRunning() : 'not begun'
  }

  async #reports(hindrance: string | undefined): Promise<readonly ReportRemoval[]> {
    const { api, signal, tell } = this.#options
    const results: ReportRemoval[] = []
    for (const found of this.#found.reports) {
      const { ref } = found
      const result: ReportRemoval =
        hindrance === undefined
          ? await takeReportBack(api, found, signal)
          : { ref, state: 'left', why: hindrance }
      results.push(result)
      tell(`${refText(ref)}: ${result.why ?? 'deleted'}`)
    }
    return results
  }

  async #namespaces(hindrance: string | undefined): Promise<readonly NamespaceRemoval[]> {
    const { namespaces } = this.#found
    if (!namespaces.some(isDue)) return namespaces
    const results: NamespaceRemoval[] = []
    for (const one of namespaces) results.push(isDue(one) ? await this.#labels(one, hindrance) : one)
    return results
  }

  async #labels(found: NamespaceRemoval, hindrance: string | undefined): Promise<NamespaceRemoval> {
    if (hindrance !== undefined) return left(found, hindrance)
    const { api, signal, tell } = this.#options
    try {
      const result = await takeLabelsBack(api, found, signal)
      tell(`Namespace ${found.name}: ${result.state === 'taken-back' ? 'labels removed' : result.why}`)
      return result
    } catch (error) {
      return left(found, messageOf(error))
    }
  }

  async #stillRunning(): Promise<string | undefined> {
    const { api, slackwaterNamespace: namespace, signal } = this.#options
    try {
      const [pod] = (await ownPods(api, namespace, signal)).filter(({ ready }) => ready)
      return (
        pod &&
        `Slackwater still runs (Pod ${namespace}/${pod.name}) and would set them again: uninstall it first`
      )
    } catch (error) {
      // A user who may not list these Pods is not stopped by that.
      if (error instanceof ApiError) return undefined
      return messageOf(error)
    }
  }
}

const isDue = ({ state }: Pick<NamespaceRemoval, 'state'>): boolean => state === 'would-take-back'

const notBegun = ({ state }: WorkloadRemoval): Partial<WorkloadRemoval> =>
  state === 'would-take-back' ? { state: 'left', why: 'not started' } : {}

/** Without the path, which is internal. */
const withoutPath = (
  { ref, state, changes, why, rollout }: WorkloadRemoval,
  further: Partial<WorkloadRemoval>,
): WorkloadRemoval => ({
  ref,
  state,
  changes,
  ...(why === undefined ? {} : { why }),
  ...(rollout === undefined ? {} : { rollout }),
  ...further,
})

const stillThere = (webhooks: OwnWebhooks): string =>
  'the webhook is still installed and restores what is removed (in mode off too). Delete it first: ' +
  `${killSwitch(webhooks)}; or all of Slackwater: helm uninstall slackwater -n slackwater-system`
