import { Counter, Gauge, type Registry } from 'prom-client'

/** What is counted of the controller. Label values are words of ours. */
export interface ControllerMetrics {
  readonly leading: (leads: boolean) => void
  /** A tick of a control loop has ended, or was left out. */
  readonly tick: (loop: string, outcome: string) => void
  /** What became of an Event. */
  readonly event: (outcome: string) => void
}

export function createControllerMetrics(registry: Registry): ControllerMetrics {
  const registers = [registry]
  const leader = new Gauge({
    name: 'slackwater_leader',
    help: '1 where this process leads, else 0',
    registers,
  })
  const ticks = new Counter({
    name: 'slackwater_controller_ticks_total',
    help: 'Rounds of the control loops, by how they ended',
    labelNames: ['loop', 'outcome'],
    registers,
  })
  const events = new Counter({
    name: 'slackwater_events_total',
    help: 'Events on objects, by what became of them',
    labelNames: ['outcome'],
    registers,
  })
  leader.set(0)
  return {
    leading: (leads) => leader.set(leads ? 1 : 0),
    tick: (loop, outcome) => ticks.inc({ loop, outcome }),
    event: (outcome) => events.inc({ outcome }),
  }
}
