import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { OTHER_METRIC, traitsOf } from '../core/model/workload-kind.ts'
import { type ControllerMetrics, createControllerMetrics } from './controller-metrics.ts'
import { createPortMetrics, type PortMetrics } from './port-metrics.ts'

/** One decision to count. Times are seconds. */
interface Observation {
  readonly webhook: string
  readonly kind: string
  readonly operation: string
  readonly outcome: string
  readonly seconds: number
  readonly patchBytes: number
  /** Readiness gates in the patch. @default 0 */
  readonly gates?: number
  /** Ids of the findings for which it was refused. @default none */
  readonly denied?: readonly string[]
}

export interface WatchAge {
  readonly resource: string
  readonly seconds: number
}

export interface Replicas {
  readonly desired: number
  readonly ready: number
}

export interface Metrics {
  readonly observe: (observation: Observation) => void
  /** A request's headers have arrived. */
  readonly started: () => void
  /** Its answer is sent, or its connection broke. */
  readonly ended: () => void
  readonly certificateExpires: (at: Date) => void
  /** Expiry of the self-managed CA. */
  readonly authorityExpires: (at: Date) => void
  readonly controller: ControllerMetrics
  readonly port: PortMetrics
  /** Log lines that could not be written; read at each scrape. */
  readonly logLinesDropped: (dropped: () => number) => void
  /** Seconds since the API server last confirmed the copy of each resource; read at each scrape. */
  readonly watchAges: (ages: () => readonly WatchAge[]) => void
  /** The load balancer controller's Deployment, if found; read at each scrape. */
  readonly loadBalancerController: (replicas: () => Replicas | undefined) => void
  /** The exposition format of Prometheus, and its content type. */
  readonly expose: () => Promise<{ readonly text: string; readonly contentType: string }>
}

/** A label's values must be bounded, whatever clients send. */
const kindOf = (kind: string): string =>
  FURTHER_KINDS.includes(kind) ? kind : (traitsOf(kind)?.metric ?? OTHER_METRIC)
/** The webhooks are asked about these beside workloads. */
const FURTHER_KINDS = ['Pod', 'Ingress', 'HTTPRoute', 'Service']
const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT']

/** From an answer out of memory to the webhook's own timeout of 5 s. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]
/** From one hook to a thousand containers, and far more. */
const PATCH_BUCKETS = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576]

const oneOf = (known: readonly string[], value: string): string =>
  known.includes(value) ? value : OTHER_METRIC

/** A separate registry: no global state, so that two servers can run in one process. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({ name: 'slackwater_build_info', help: 'Always 1', labelNames: ['version'], registers }).set(
    { version },
    1,
  )
  return {
    ...admissionMetrics(registry),
    ...certificateMetrics(registry),
    controller: createControllerMetrics(registry),
    port: createPortMetrics(registry),
    logLinesDropped: (dropped) => void droppedCounter(registry, dropped),
    watchAges: (ages) => void watchAgeGauge(registry, ages),
    loadBalancerController: (replicas) => void replicasGauge(registry, replicas),
    expose: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  }
}

interface CountedLabels {
  readonly webhook: string
  readonly kind: string
  readonly operation: string
  readonly outcome: string
}

function admissionMetrics(registry: Registry): Pick<Metrics, 'started' | 'ended' | 'observe'> {
  const registers = [registry]
  const requests = new Counter({
    name: 'slackwater_admission_requests_total',
    help: 'Answered admission requests, per outcome',
    labelNames: ['webhook', 'kind', 'operation', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'slackwater_admission_duration_seconds',
    help: 'From the headers of a request to its answer',
    buckets: DURATION_BUCKETS,
    registers,
  })
  const patch = new Histogram({
    name: 'slackwater_admission_patch_bytes',
    help: 'Size of the patches sent, before base64',
    buckets: PATCH_BUCKETS,
    registers,
  })
  const gateCounter = new Counter({
    name: 'slackwater_readiness_gates_written_total',
    help: 'Readiness gates written into new Pods because the load balancer controller had no ready replica',
    registers,
  })
  const denials = new Counter({
    name: 'slackwater_admission_denied_total',
    help: 'Requests that were refused for a finding, because the settings deny it; no dry runs',
    labelNames: ['finding'],
    registers,
  })
  const inFlight = new Gauge({
    name: 'slackwater_admission_in_flight',
    help: 'Requests whose headers have arrived and whose answer is not yet sent',
    registers,
  })
  // A label set is hashed at each use; a stored counter is not. As many counters as there are bounded label values.
  const counters = new Map<string, Counter.Internal>()
  const counterOf = (labels: CountedLabels): Counter.Internal => {
    const key = `${labels.webhook} ${labels.kind} ${labels.operation} ${labels.outcome}`
    const counter = counters.get(key) ?? requests.labels({ ...labels })
    counters.set(key, counter)
    return counter
  }
  return {
    started: () => inFlight.inc(),
    ended: () => inFlight.dec(),
    observe: ({ webhook, kind, operation, outcome, seconds, patchBytes, gates = 0, denied = [] }) => {
      counterOf({ webhook, kind: kindOf(kind), operation: oneOf(OPERATIONS, operation), outcome }).inc()
      duration.observe(seconds)
      if (patchBytes > 0) patch.observe(patchBytes)
      if (gates > 0) gateCounter.inc(gates)
      for (const finding of denied.length === 0 ? denied : new Set(denied)) denials.inc({ finding })
    },
  }
}

function certificateMetrics(registry: Registry): Pick<Metrics, 'certificateExpires' | 'authorityExpires'> {
  const registers = [registry]
  const expiry = new Gauge({
    name: 'slackwater_certificate_expiry_timestamp_seconds',
    help: 'When the serving certificate expires, in seconds since 1970',
    registers,
  })
  const authorityExpiry = new Gauge({
    name: 'slackwater_certificate_authority_expiry_timestamp_seconds',
    help: 'When the CA of self-managed certificates expires, in seconds since 1970',
    registers,
  })
  // Until they are known: a gauge starts at 0, and the year 1970 would raise an alarm.
  for (const unknown of [expiry, authorityExpiry]) unknown.remove()
  return {
    certificateExpires: (at) => expiry.set(at.getTime() / 1000),
    authorityExpires: (at) => authorityExpiry.set(at.getTime() / 1000),
  }
}

const watchAgeGauge = (registry: Registry, ages: () => readonly WatchAge[]): Gauge<'resource'> =>
  new Gauge({
    name: 'slackwater_watch_age_seconds',
    help: 'Time since the API server last confirmed that the copy of a resource is up to date',
    labelNames: ['resource'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { resource, seconds } of ages()) this.set({ resource }, seconds)
    },
  })

const droppedCounter = (registry: Registry, dropped: () => number): Counter =>
  new Counter({
    name: 'slackwater_log_lines_dropped_total',
    help: 'Log lines that could not be written',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(dropped())
    },
  })

const replicasGauge = (registry: Registry, replicas: () => Replicas | undefined): Gauge<'state'> =>
  new Gauge({
    name: 'slackwater_load_balancer_controller_replicas',
    help: 'Replicas of the load balancer controller; absent if its Deployment is not found',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.reset()
      const seen = replicas()
      if (seen === undefined) return
      this.set({ state: 'desired' }, seen.desired)
      this.set({ state: 'ready' }, seen.ready)
    },
  })
