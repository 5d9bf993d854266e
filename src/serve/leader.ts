import type { Logger } from 'pino'
import packageJson from '../../package.json' with { type: 'json' }
import type { Answer } from '../admission/review.ts'
import { createAws } from '../aws/connection.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import { createAwsWitness } from '../controller/aws-witness.ts'
import { createEventRecorder } from '../controller/event-recorder.ts'
import type { EventRecorder } from '../controller/events.ts'
import { createGateWatch } from '../controller/gate-watch.ts'
import { createLateExposure } from '../controller/late-exposure.ts'
import { createNamespaceLabels } from '../controller/namespace-labels.ts'
import { ownIdentity, ownName, runController } from '../controller/run-controller.ts'
import { readStoredNews } from '../controller/stored-news.ts'
import { createWorkloadEvents } from '../controller/workload-events.ts'
import { excludedNamespaces } from '../core/decision/scope.ts'
import { liveGates } from '../core/gates/live-gates.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import { refText } from '../core/model/object-ref.ts'
import type { Settings } from '../core/model/settings.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { MeasuredController } from '../lbc-metrics/last-hour.ts'
import { createLbcMetrics, type LbcMetrics } from '../lbc-metrics/loop.ts'
import { SYSTEM_CLOCK } from '../pacing/clock.ts'
import { logThrottle } from '../pacing/log-throttle.ts'
import { createPolicyReports } from '../policy-reports/loop.ts'
import type { Terminal } from '../render/terminal.ts'
import { buildReport } from '../report/build-report.ts'
import type { ControllerMetrics } from '../server/controller-metrics.ts'
import type { Metrics } from '../server/metrics.ts'
import { type KeptLedger, keptLedger } from './departures.ts'
import type { KnowledgeSource } from './knowledge.ts'
import { untilDeleted } from './own-deletion.ts'

/** How often failed Events are logged. Milliseconds. A choice. */
const SAID_AGAIN = 60_000

interface LeaderInputs {
  readonly api: ApiServer
  readonly live: LiveView
  readonly settings: Settings
  readonly metrics: ControllerMetrics
  readonly log: Logger
  /** Loops that need no inventory. */
  readonly furtherLoops: readonly ControlLoop[]
  /** This process runs in a Pod of the cluster. */
  readonly inPod: boolean
  /** Variables that name a proxy, for AWS. */
  readonly proxy: Terminal['proxy']
}

/** The inputs of the control loops. */
interface Parts extends LeaderInputs {
  readonly events: EventRecorder
  readonly ledger: KeptLedger
  readonly lbcMetrics: LbcMetrics
}

/** The leader's loops, which run side by side. To add a loop, add a line here. */
function loopsOf({
  api,
  live,
  settings,
  metrics,
  log,
  events,
  ledger,
  lbcMetrics,
  furtherLoops,
  proxy,
}: Parts): readonly ControlLoop[] {
  const watch = createGateWatch({ api, known: live, settings, clock: Date.now })
  const gates = liveGates(live, settings, () => watch.hold())
  const labels = createNamespaceLabels({
    api,
    known: live,
    watch,
    settings,
    events,
    log,
    random: Math.random,
  })
  metrics.namespaces(() => labels.counts())
  metrics.stuckGates(() => labels.stuckWorkloads())
  const lateExposure = createLateExposure({
    api,
    inventory: live,
    settings,
    gateSettled: gates.isSettled,
    furtherNamespaces: gates.homes,
    events,
    count: metrics.adoption,
    log,
    clock: Date.now,
    now: SYSTEM_CLOCK.now,
  })
  const policyReports = policyReportsOf({ api, live, settings, log })
  const aws = settings.aws.enabled ? [awsWitnessOf({ api, live, settings, metrics, log, proxy })] : []
  return [...furtherLoops, labels, lateExposure, ledger.loop, lbcMetrics.loop, policyReports, ...aws]
}

const awsWitnessOf = ({
  api,
  live,
  settings,
  metrics,
  log,
  proxy,
}: Pick<Parts, 'api' | 'live' | 'settings' | 'metrics' | 'log' | 'proxy'>): ControlLoop => {
  const timing = { clock: SYSTEM_CLOCK, random: Math.random }
  const aws = createAws({ ...timing, proxy, onCall: metrics.aws.call })
  const namespace = settings.ownNamespace
  const loop = createAwsWitness({ ...timing, api, aws, known: live, namespace, log })
  metrics.aws.age(() => loop.age())
  return loop
}

/** Only what a report says of workloads is used. */
const policyReportsOf = ({
  api,
  live,
  settings,
  log,
}: Pick<Parts, 'api' | 'live' | 'settings' | 'log'>): ControlLoop => {
  const inputs = {
    source: { api },
    knowledge: { inventory: live, settings },
    version: packageJson.version,
    settings: [],
    ages: () => [],
    now: () => SYSTEM_CLOCK.date(),
  }
  return createPolicyReports({
    api,
    live,
    log,
    clock: SYSTEM_CLOCK,
    wanted: settings.policyReports,
    untouched: excludedNamespaces(settings),
    report: (signal) => buildReport(inputs, undefined, signal),
  })
}

/** The part of the process that writes to the cluster. */
export interface Leader {
  /** Called after each answer; its Event waits until the object is stored. Never throws. */
  readonly answered: (answer: Answer) => void
  /** What this process has of the ledger of departures. @param leader the holder of the Lease, if known. */
  readonly ledger: KeptLedger['state']
  /** What the load balancer controller's metrics say, if this process reads them. */
  readonly measured: () => MeasuredController | undefined
  /** Ends leading and standing for election; this replica goes on reporting what it answers. */
  readonly resign: () => void
  /** Resolves after the abort of the signal that it was created with, once the lease is released. */
  readonly ended: Promise<unknown>
}

interface Acting {
  /** Whether this process writes to the cluster when it leads. */
  readonly acts: boolean
  readonly loops: readonly ControlLoop[]
  readonly settings: Settings
  readonly metrics: Metrics
  readonly log: Logger
  readonly proxy: Terminal['proxy']
}

/** A trial of the webhook with a kubeconfig does not write to a cluster: without --controller only a Pod in it does. */
export function leaderOf(
  { api, live, inPod }: KnowledgeSource,
  { acts, loops: furtherLoops, settings, metrics, log, proxy }: Acting,
  signal: AbortSignal,
): Leader | undefined {
  if (api === undefined || live === undefined) return undefined
  if (acts)
    return startLeader(
      { api, live, settings, metrics: metrics.controller, log, furtherLoops, inPod, proxy },
      signal,
    )
  log.info('answering admission only')
  return undefined
}

/** Starts at once. @param signal ends it. */
function startLeader(inputs: LeaderInputs, signal: AbortSignal): Leader {
  const { api, live, settings, metrics, log } = inputs
  const identity = ownIdentity()
  const tellFailure = failuresTo(log)
  const events = recorderOf(inputs, { instance: identity, tellFailure }, signal)
  const workloads = createWorkloadEvents({
    inventory: live,
    events,
    clock: SYSTEM_CLOCK,
    read: (news, reading) => readStoredNews(news, { api, knowledge: { inventory: live, settings } }, reading),
    onDropped: () => metrics.event('dropped'),
    onFailure: (ref, error) => {
      metrics.event('failed')
      tellFailure(refText(ref), error)
    },
  })
  const ledger = keptLedger({ api, live, settings, events, metrics, log })
  const lbcMetrics = lbcMetricsOf(inputs)
  const resigning = new AbortController()
  const resign = (): void => resigning.abort()
  const acting = AbortSignal.any([resigning.signal, signal])
  const ended = Promise.all([
    lead({ ...inputs, events, ledger, lbcMetrics }, identity, acting),
    workloads.run(signal),
    inputs.inPod ? resignWhenDeleted(inputs, resign, acting) : undefined,
  ])
  return {
    answered: ({ eventsFor = [] }) => {
      for (const news of eventsFor) workloads.tell(news)
    },
    ledger: ledger.state,
    measured: lbcMetrics.measured,
    resign,
    ended: ended.then(() => events.flush()),
  }
}

function lbcMetricsOf({ settings, metrics, log }: LeaderInputs): LbcMetrics {
  const url = settings.controllerMetricsURL
  const read = createLbcMetrics({ url, clock: SYSTEM_CLOCK, log, onScrape: metrics.controllerScrape })
  metrics.controllerTime(() => read.measured()?.controllerSeconds)
  return read
}

/** SIGTERM comes only after the Pod's preStop sleep. */
async function resignWhenDeleted(
  { api, settings }: LeaderInputs,
  resign: () => void,
  signal: AbortSignal,
): Promise<void> {
  const own = { api, namespace: settings.ownNamespace, name: ownName(), clock: SYSTEM_CLOCK }
  if (await untilDeleted(own, signal)) resign()
}

const lead = (parts: Parts, identity: string, signal: AbortSignal): Promise<void> => {
  const { api, live, settings, metrics, ledger, log } = parts
  return runController(
    {
      api,
      namespace: settings.ownNamespace,
      identity,
      loops: loopsOf(parts),
      doubt: () => live.doubt?.(),
      clock: SYSTEM_CLOCK,
      random: Math.random,
      log,
      onLeading: (leads) => {
        metrics.leading(leads)
        ledger.leading(leads)
      },
      onTick: metrics.tick,
    },
    signal,
  )
}

type TellFailure = (object: string, error: unknown, reason?: string) => void

/** Logs at most one failure per interval, whatever fails. */
function failuresTo(log: Logger): TellFailure {
  const isNews = logThrottle(SAID_AGAIN, SYSTEM_CLOCK.now)
  return (object, error, reason) => {
    const said = messageOf(error)
    if (isNews('')) log.warn({ object, reason, error: said }, 'event not written')
  }
}

function recorderOf(
  { api, metrics }: LeaderInputs,
  { instance, tellFailure }: { readonly instance: string; readonly tellFailure: TellFailure },
  signal: AbortSignal,
) {
  return createEventRecorder({
    api,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    instance,
    signal,
    onOutcome: metrics.event,
    onFailure: ({ regarding, reason }, error) => tellFailure(refText(regarding), error, reason),
  })
}
