import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** Namespaces for which the leader has made the same decision about their readiness-gate label. */
interface NamespaceCount {
  readonly controller: string
  readonly state: string
  readonly count: number
}

/** Metrics of the controller. All label values come from Slackwater. */
export interface ControllerMetrics {
  readonly leading: (leads: boolean) => void
  /** A tick of a control loop has ended, or was skipped. */
  readonly tick: (loop: string, outcome: string) => void
  /** The result for an Event. */
  readonly event: (outcome: string) => void
  /** An attempt to adopt a workload, by its outcome. */
  readonly adoption: (outcome: string) => void
  /** Decisions about the labels of namespaces; read at each scrape. */
  readonly namespaces: (counts: () => readonly NamespaceCount[]) => void
  readonly departures: DepartureMetrics
  /** A scrape of the load balancer controller's metrics. */
  readonly controllerScrape: (outcome: string) => void
  /** The floor of the controller time C; read at each scrape. Undefined: not measured. */
  readonly controllerTime: (seconds: () => number | undefined) => void
  readonly aws: AwsMetrics
  /** Workloads with a stuck readiness gate; read at each scrape. */
  readonly stuckGates: (count: () => number) => void
}

/** Metrics of what AWS is asked; none of them exists until it is. */
interface AwsMetrics {
  /** A call has ended, by its outcome. */
  readonly call: (action: string, outcome: string) => void
  /** Seconds since the last complete answer was asked for, undefined if there is none; read at each scrape. */
  readonly age: (age: () => number | undefined) => void
}

/** Metrics of Pods that left. */
interface DepartureMetrics {
  /** One Pod left, by its outcome. */
  readonly departure: (outcome: string) => void
  readonly slept: (seconds: number) => void
  readonly gatePassed: (seconds: number) => void
  /** A rollout has ended, by its verdict and the mode of its workload. */
  readonly rollout: (verdict: string, mode: string) => void
}

export function createControllerMetrics(registry: Registry): ControllerMetrics {
  const registers = [registry]
  const leader = new Gauge({
    name: 'slackwater_leader',
    help: '1 if this process is the leader, else 0',
    registers,
  })
  const ticks = new Counter({
    name: 'slackwater_controller_ticks_total',
    help: 'Rounds of the control loops, per outcome',
    labelNames: ['loop', 'outcome'],
    registers,
  })
  const events = new Counter({
    name: 'slackwater_events_total',
    help: 'Events on objects, per outcome',
    labelNames: ['outcome'],
    registers,
  })
  const adoptions = new Counter({
    name: 'slackwater_adoptions_total',
    help: 'Attempts to roll out once a workload whose load balancer came after it, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const scrapes = new Counter({
    name: 'slackwater_load_balancer_controller_scrapes_total',
    help: 'Scrapes of the load balancer controller’s metrics, per outcome; from the leader only',
    labelNames: ['outcome'],
    registers,
  })
  leader.set(0)
  return {
    leading: (leads) => leader.set(leads ? 1 : 0),
    tick: (loop, outcome) => ticks.inc({ loop, outcome }),
    event: (outcome) => events.inc({ outcome }),
    adoption: (outcome) => adoptions.inc({ outcome }),
    namespaces: (counts) => void namespacesGauge(registry, counts),
    departures: departureMetrics(registry),
    controllerScrape: (outcome) => scrapes.inc({ outcome }),
    controllerTime: (seconds) => void controllerTimeGauge(registry, seconds),
    aws: awsMetrics(registry),
    stuckGates: (count) => void stuckGatesGauge(registry, count),
  }
}

/** The defaults of the sleep S are 25 to 140, a stated one may be an hour. */
const SLEEP_BUCKETS = [1, 5, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 600]

/** A target is healthy after two checks of 15 s by default, and a slow one gets minutes. */
const GATE_BUCKETS = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600]

function departureMetrics(registry: Registry): DepartureMetrics {
  const registers = [registry]
  const departures = new Counter({
    name: 'slackwater_departures_total',
    help: 'Pods behind load balancers that left, per outcome; from the leader only',
    labelNames: ['outcome'],
    registers,
  })
  const slept = new Histogram({
    name: 'slackwater_departure_sleep_seconds',
    help: 'How long the hooks of a Pod that left held SIGTERM back; from the leader only',
    buckets: SLEEP_BUCKETS,
    registers,
  })
  const gates = new Histogram({
    name: 'slackwater_readiness_gate_seconds',
    help: 'Time from ready containers of a Pod to the readiness gate of its target; from the leader only',
    buckets: GATE_BUCKETS,
    registers,
  })
  const rollouts = new Counter({
    name: 'slackwater_rollouts_total',
    help: 'Rollouts that have ended, per verdict and mode of the workload; from the leader only',
    labelNames: ['verdict', 'mode'],
    registers,
  })
  return {
    departure: (outcome) => departures.inc({ outcome }),
    slept: (seconds) => slept.observe(seconds),
    gatePassed: (seconds) => gates.observe(seconds),
    rollout: (verdict, mode) => rollouts.inc({ verdict, mode }),
  }
}

function awsMetrics(registry: Registry): AwsMetrics {
  const registers = [registry]
  const calls = new Counter({
    name: 'slackwater_aws_calls_total',
    help: 'Calls of AWS’s API, per action and outcome; from the leader only',
    labelNames: ['action', 'outcome'],
    registers,
  })
  let age = (): number | undefined => undefined
  new Gauge({
    name: 'slackwater_aws_answer_age_seconds',
    help: 'Time since AWS was asked for what is known from it; no value without an answer; from the leader only',
    registers,
    collect() {
      const seconds = age()
      if (seconds === undefined) this.remove()
      else this.set(seconds)
    },
  })
  return {
    call: (action, outcome) => calls.inc({ action, outcome }),
    age: (read) => {
      age = read
    },
  }
}

/** Both labels have a few values that the core defines; no namespace name is one. */
const namespacesGauge = (
  registry: Registry,
  counts: () => readonly NamespaceCount[],
): Gauge<'controller' | 'state'> =>
  new Gauge({
    name: 'slackwater_namespaces',
    help: 'Namespaces per decision about their readiness-gate label; from the leader only',
    labelNames: ['controller', 'state'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { controller, state, count } of counts()) this.set({ controller, state }, count)
    },
  })

const controllerTimeGauge = (registry: Registry, seconds: () => number | undefined): Gauge =>
  new Gauge({
    name: 'slackwater_load_balancer_controller_time_seconds',
    help: 'How long the slowest deregistrations of the last hour took at least, from the load balancer controller’s metrics; from the leader only',
    registers: [registry],
    collect() {
      this.reset()
      const measured = seconds()
      if (measured === undefined) this.remove()
      else this.set(measured)
    },
  })

const stuckGatesGauge = (registry: Registry, count: () => number): Gauge =>
  new Gauge({
    name: 'slackwater_gate_stuck_workloads',
    help: 'Workloads whose new Pods do not pass their readiness gate, where Slackwater set the label; from the leader only',
    registers: [registry],
    collect() {
      this.set(count())
    },
  })
