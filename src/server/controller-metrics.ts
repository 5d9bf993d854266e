import { Counter, Gauge, type Registry } from 'prom-client'

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
  /** Workloads with a stuck readiness gate; read at each scrape. */
  readonly stuckGates: (count: () => number) => void
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
  leader.set(0)
  return {
    leading: (leads) => leader.set(leads ? 1 : 0),
    tick: (loop, outcome) => ticks.inc({ loop, outcome }),
    event: (outcome) => events.inc({ outcome }),
    adoption: (outcome) => adoptions.inc({ outcome }),
    namespaces: (counts) => void namespacesGauge(registry, counts),
    stuckGates: (count) => void stuckGatesGauge(registry, count),
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

const stuckGatesGauge = (registry: Registry, count: () => number): Gauge =>
  new Gauge({
    name: 'slackwater_gate_stuck_workloads',
    help: 'Workloads whose new Pods do not pass their readiness gate, where Slackwater set the label; from the leader only',
    registers: [registry],
    collect() {
      this.set(count())
    },
  })
