import type { Exposure } from '../model/exposure.ts'
import { gateCheckOf } from '../model/gate-check.ts'
import { add, longer, type Seconds, seconds } from '../model/seconds.ts'

/** How long a target is being registered: with an ALB no time is known, with an NLB up to 180 s (LBC issue 1834). */
const REGISTRATION = { alb: seconds(0), nlb: seconds(180) } as const

/** A gate that is not met is looked at again after this time (LBC pkg/targetgroupbinding/resource_manager.go). */
const POLL = seconds(15)

interface Gate {
  readonly time: Seconds
  /** What the time consists of. */
  readonly parts: readonly string[]
}

const NO_GATE: Gate = { time: seconds(0), parts: [] }

/** How long a gate may hold a new pod back. A target is checked while it is being registered: the longer one counts. */
function gateOf(exposure: Exposure): Gate {
  const check = gateCheckOf(exposure)
  if (check === undefined) return NO_GATE
  const { loadBalancer, interval, healthy } = check
  const registration = REGISTRATION[loadBalancer]
  const checks = seconds(interval * healthy)
  const time = add(longer(checks, registration), POLL)
  const what =
    checks < registration ? `registration ${registration} s` : `${healthy} health checks every ${interval} s`
  return { time, parts: [what, `${POLL} s until the gate is set`] }
}

/** The gate that a new pod waits for longest; no time where there is none. */
export const slowestGate = (exposures: readonly Exposure[]): Gate =>
  exposures.map(gateOf).reduce((slowest, gate) => (gate.time > slowest.time ? gate : slowest), NO_GATE)
