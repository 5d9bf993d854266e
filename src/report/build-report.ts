import { aftermathOf, exposedTwins } from '../assessment/aftermath.ts'
import { assess, decisionOn, type Knowledge } from '../assessment/assess.ts'
import { noticesAbout } from '../assessment/notices-about.ts'
import type { ResourceAge } from '../cluster/live-inventory.ts'
import { othersFirst } from '../cluster/slices.ts'
import type { AdoptionVerdict } from '../core/adoption/adoption.ts'
import type { Subject } from '../core/decision/subject.ts'
import { type Acceptance, withAcceptances } from '../core/findings/acceptance.ts'
import { findingsOfPods } from '../core/findings/findings.ts'
import { lbcFacts, skipsGates } from '../core/gates/lbc-outlook.ts'
import { type InventoryView, isInDoubt } from '../core/inventory/inventory.ts'
import type { Notice } from '../core/model/notice.ts'
import { compareRefs, compareText, keyOf, type ObjectRef, refText } from '../core/model/object-ref.ts'
import type { WorkloadSummary } from '../core/model/workload.ts'
import { concernsOf } from '../judgement/concerns.ts'
import { isListed } from '../judgement/workloads.ts'
import { at, given, itemsOf, root, ShapeError } from '../kubernetes/json.ts'
import { toPodStatus } from '../kubernetes/pod-status.ts'
import { departuresEntry, type KnownLedger, withRollouts } from './departures.ts'
import { Handovers } from './handovers.ts'
import type { LbcEntry } from './lbc-schema.ts'
import { missingIn } from './missing.ts'
import { isOrphaned, removalOf } from './orphaned-hook.ts'
import { PodTallies } from './pod-tally.ts'
import { objectFrom, type ReportExtent, type ReportSource, readAll } from './reading.ts'
import { podsOfWorkload, stuckGateOf } from './remedy.ts'
import { lateExposureOf, type Replacing, replacingOf, withoutReplacedPods } from './replacing-pods.ts'
import { type GateEntry, type OtherPods, REPORT_FORMAT, type Report, type WorkloadEntry } from './schema.ts'
import { judgedByPods } from './state.ts'
import { TargetGroupLoads } from './target-group-loads.ts'
import { namespacesOf, totalsOf } from './totals.ts'
import { withoutCertainty } from './uncertain.ts'
import { entryOf } from './workload-entry.ts'

export interface ReportInputs {
  readonly source: ReportSource
  readonly knowledge: Knowledge
  readonly version: string
  /** Settings that differ from their defaults. */
  readonly settings: Report['slackwater']['settings']
  /** The cluster that was read from outside, with the caller's rights; absent: Slackwater runs in it, or manifests. */
  readonly audited?: NonNullable<Report['audited']>
  /** The only workload to judge; it is listed even if there is nothing to report of it. */
  readonly only?: ObjectRef
  /** What the inventory could not be filled with; absent: nothing, or it says so as its doubt. */
  readonly missing?: Report['missing']
  /** Objects that the inventory could not be filled with. */
  readonly unreadable?: Report['unreadable']
  /** What is unknown without a resource, a clause. */
  readonly unknownWithout?: (part: string) => string | undefined
  /** What happens to a workload whose load balancer came after it; absent: this installation rolls nothing out. */
  readonly lateExposure?: (workload: WorkloadSummary) => AdoptionVerdict
  /** The decisions about the readiness-gate labels of namespaces. */
  readonly gates?: (signal: AbortSignal) => Promise<readonly (GateEntry & { readonly namespace: string })[]>
  /** Notices about objects that were too large or could not be read. */
  readonly passedOver?: () => Promise<readonly Notice[]>
  readonly loadBalancerController?: () => LbcEntry
  /** What is known of the Pods that left; absent: this is no running Slackwater. @param leader if known. */
  readonly departures?: (leader: string | undefined) => KnownLedger
  readonly ages: () => readonly ResourceAge[]
  readonly now: () => Date
}

/**
 * Reads every workload and Pod once, assesses each as the webhook would, and keeps what is reported. A list that fails
 * is reported as missing; the rest is reported anyway. Manifests have no running Pods.
 * @param namespace the only one to read.
 * @throws the signal's reason if it is aborted.
 */
export async function buildReport(
  inputs: ReportInputs,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Report> {
  const gathering = new Gathering(inputs)
  const take: Gathering['take'] = (what, object) => gathering.take(what, object)
  const extent = await readAll(inputs.source, { namespace, signal, take })
  return await gathering.report(inputs, { namespace, ...extent }, signal)
}

interface Extent extends ReportExtent {
  readonly namespace: string | undefined
}

/** The entries gathered so far. */
class Gathering {
  readonly #knowledge: Knowledge
  readonly #source: ReportSource
  readonly #only: string | undefined
  readonly #workloads: WorkloadEntry[] = []
  readonly #pods: PodTallies
  readonly #handovers: Handovers
  readonly #loads = new TargetGroupLoads()
  /** By workload: what is found of its Pods is accepted too. */
  readonly #acceptances = new Map<string, readonly Acceptance[]>()
  readonly #read = new Map<string, number>()
  readonly #unreadable: Report['unreadable'] = []

  constructor({ knowledge, source, now, only }: ReportInputs) {
    this.#knowledge = knowledge
    const started = now().getTime()
    this.#pods = new PodTallies(started)
    this.#handovers = new Handovers(started, (one) => this.#unreadable.push(one))
    this.#source = source
    this.#only = only && keyOf(only)
  }

  /** One object that cannot be assessed must not cost the report of all the others. */
  take(what: 'workload' | 'pod', object: unknown): void {
    try {
      if (what === 'pod') this.#takePod(object)
      else this.#takeWorkload(object)
    } catch (error) {
      const problem = error instanceof ShapeError ? error.message : `internal error: ${error}`
      this.#unreadable.push({ object: nameOf(object), problem })
    }
  }

  #takeWorkload(raw: unknown): void {
    if (isOwned(raw)) return
    const assessment = assess(objectFrom(this.#source, 'workload', raw), this.#knowledge)
    if (!assessment.readable) {
      this.#unreadable.push({ object: nameOf(raw), problem: assessment.problem })
      return
    }
    const { decision, acceptances } = assessment
    const { ref } = decision.subject
    this.#loads.add(decision.exposures)
    if (this.#only !== undefined && keyOf(ref) !== this.#only) return
    const aftermath = aftermathOf(assessment, this.#knowledge.inventory, raw)
    const entry = entryOf(assessment, {
      ...aftermath,
      notices: noticesAbout(decision.subject, this.#knowledge.inventory),
    })
    this.#read.set(entry.namespace, (this.#read.get(entry.namespace) ?? 0) + 1)
    if (!isListed(entry) && this.#only === undefined) return
    this.#workloads.push({
      ...entry,
      ...given('orphanedHook', this.#orphanedHookOf(entry, decision.subject)),
    })
    if (acceptances.length > 0) this.#acceptances.set(refText(entry), acceptances)
  }

  #takePod(raw: unknown): void {
    const status = toPodStatus(raw)
    if (!status.alive) return
    const decided = decisionOn(objectFrom(this.#source, 'pod', raw), this.#knowledge)
    if (!decided.readable) {
      this.#unreadable.push({ object: nameOf(raw), problem: decided.problem })
      return
    }
    this.#loads.addPod(decided.decision, status)
    const handedOver = this.#handovers.take(decided.decision.subject.ref, raw)
    this.#pods.add(decided.decision, status, handedOver)
  }

  async report(
    inputs: ReportInputs,
    { namespace, leader, missing: unlisted }: Extent,
    signal: AbortSignal,
  ): Promise<Report> {
    const { inventory, settings } = this.#knowledge
    // Whether a late exposure waits for its namespace's label depends on these.
    const gates = (await inputs.gates?.(signal)) ?? []
    const ledger = inputs.departures?.(leader)
    const workloads = withRollouts(await this.#completed(inputs), ledger)
    const otherPods = this.#otherPods()
    const handovers = this.#handovers.entries()
    const counted = { workloads, otherPods, read: this.#read }
    await this.#takePassedOver(inputs, namespace)
    const known = new Set(this.#unreadable.map(({ object }) => object))
    this.#unreadable.push(...(inputs.unreadable ?? []).filter(({ object }) => !known.has(object)))
    const missing = missingIn(inputs, unlisted)
    const unreadable = this.#unreadable.sort((a, b) => compareText(a.object, b.object))
    const around = { inventory, settings, isWhole: namespace === undefined && inputs.only === undefined }
    const cluster = {
      ...given('doubt', inventory.doubt?.()),
      ...given('leader', leader),
      ...given('loadBalancerController', this.#loads.onto(inputs.loadBalancerController?.(), around)),
      watches: [...inputs.ages()],
    }
    return {
      formatVersion: REPORT_FORMAT,
      created: inputs.now().toISOString(),
      ...given('namespace', namespace),
      ...given('audited', inputs.audited),
      ...('manifests' in inputs.source ? { manifests: [...inputs.source.manifests] } : {}),
      slackwater: { version: inputs.version, mode: settings.mode, settings: inputs.settings },
      cluster,
      missing,
      unreadable,
      concerns: [
        ...concernsOf({
          ...given('audited', inputs.audited),
          ...{ cluster, missing, unreadable, workloads, otherPods, ...handovers },
        }),
      ],
      totals: totalsOf(counted, unreadable.length),
      ...given('departures', ledger && departuresEntry(ledger, namespace)),
      namespaces: [
        ...namespacesOf(counted, {
          factsOf: (name) => inventory.namespace(name),
          gates,
        }),
      ],
      workloads,
      otherPods,
      ...handovers,
    }
  }

  /** Adds what is known only after every Pod has been read. */
  async #completed(inputs: ReportInputs): Promise<WorkloadEntry[]> {
    const completed: WorkloadEntry[] = []
    for (const entry of this.#workloads.sort(compareRefs)) {
      completed.push(await othersFirst(() => this.#completedOne(entry, inputs)))
    }
    return completed
  }

  #completedOne(entry: WorkloadEntry, inputs: ReportInputs): WorkloadEntry {
    const judged = withoutReplacedPods(
      judgedByPods(this.#withPods(this.#withLateExposure(entry, inputs), inputs)),
      this.#knowledge.inventory.workload(entry)?.replicas,
    )
    // A live inventory in doubt knows no exposure at all. One that was read once has those that it could read.
    const isPartial = inputs.audited !== undefined && isInDoubt(this.#knowledge.inventory)
    return isPartial ? withoutCertainty(judged) : judged
  }

  /**
   * In doubt no load balancer is known: that says nothing of those that exist. And the half of a blue-green pair that is
   * not selected now needs its hook at the next switch.
   */
  #orphanedHookOf(entry: WorkloadEntry, { ref, template }: Subject): WorkloadEntry['orphanedHook'] {
    const { inventory } = this.#knowledge
    if (!isOrphaned(entry) || isInDoubt(inventory)) return undefined
    if (exposedTwins(ref.namespace, template.labels, inventory).length > 0) return undefined
    return { cure: removalOf({ ref, ...inventory.workload(ref) }) }
  }

  async #takePassedOver({ passedOver }: ReportInputs, namespace: string | undefined): Promise<void> {
    const found = (await passedOver?.()) ?? []
    for (const { object, text } of found) {
      const isMeant = namespace === undefined || [object.namespace, object.name].includes(namespace)
      if (isMeant) this.#unreadable.push({ object: refText(object), problem: text })
    }
  }

  #withLateExposure(entry: WorkloadEntry, { lateExposure }: ReportInputs): WorkloadEntry {
    const known = this.#knowledge.inventory.workload(entry)
    const verdictOf = () => (known === undefined ? undefined : lateExposure?.(known))
    return { ...entry, ...given('lateExposure', lateExposureOf(entry, verdictOf, this.#replacingOf(entry))) }
  }

  #replacingOf(entry: WorkloadEntry): Replacing {
    const { inventory, settings } = this.#knowledge
    return replacingOf(entry, inventory.workload(entry), settings)
  }

  #withPods(entry: WorkloadEntry, { audited }: ReportInputs): WorkloadEntry {
    const tally = this.#pods.take(entry)
    if (tally === undefined) return entry
    const { inventory } = this.#knowledge
    const namespace = inventory.namespace(entry.namespace) ?? { name: entry.namespace, labels: {} }
    const { exposures } = entry
    const state = inventory.lbc?.()
    const peers: InventoryView['gatedPeers'] = (...query) => inventory.gatedPeers?.(...query)
    const facts = lbcFacts({ exposures, namespace, peers }, state)
    const isGateSkipped = exposures.some(({ controller }) => controller === 'lbc') && skipsGates(state)
    const ofPods = withAcceptances(findingsOfPods(tally), this.#acceptances.get(refText(entry)) ?? [])
    const findings = [...entry.findings, ...ofPods]
    const isAudit = audited !== undefined
    return {
      ...entry,
      findings,
      pods: podsOfWorkload(entry, tally, { ...facts, ...this.#replacingOf(entry), isAudit, isGateSkipped }),
    }
  }

  #otherPods(): OtherPods[] {
    const rest = [...this.#pods.rest()].sort((a, b) => compareRefs(a.ref, b.ref))
    return rest.map(({ ref, counts, oldest, stuck }) => ({
      ...ref,
      pods: { ...counts, ...stuckGateOf(stuck), ...(oldest === '' ? {} : { oldest }) },
    }))
  }
}

/** The owner has to be changed instead, and is listed itself. */
const isOwned = (raw: unknown): boolean =>
  itemsOf(at(root(raw), 'metadata', 'ownerReferences')).some(
    (owner) => at(owner, 'controller').value === true,
  )

/** The name of an object of any shape. */
function nameOf(raw: unknown): string {
  const { kind, metadata } = raw as { kind?: unknown; metadata?: { namespace?: unknown; name?: unknown } }
  return `${kind} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`
}
