import type { Desired } from '../injection/desired.ts'
import { longer, type Seconds, seconds } from '../model/seconds.ts'
import {
  DEFAULT_GRACE,
  type PodTemplate,
  type ProbeGraces,
  STOPPING_PROBES,
  type StoppingProbe,
} from '../model/workload.ts'

/** Kubernetes refuses a probe's terminationGracePeriodSeconds below 1 (core/v1 Probe). */
const SHORTEST_PROBE_GRACE = seconds(1)

/**
 * A liveness or startup failure runs the preStop hook too. With the grace that the pod had before us on such a
 * probe, a wedged container restarts no later than it used to.
 */
export function probeGraces(bare: PodTemplate, sleeps: Desired['sleeps']): Desired['probes'] {
  const had = longer(SHORTEST_PROBE_GRACE, bare.grace ?? DEFAULT_GRACE)
  const graces = new Map<string, ProbeGraces>()
  for (const { name, probes } of bare.containers) {
    if (!sleeps.has(name)) continue
    const own: Partial<Record<StoppingProbe, Seconds>> = {}
    let isOpen = false
    for (const probe of STOPPING_PROBES) {
      if (probes[probe] === undefined || probes[probe].grace !== undefined) continue
      own[probe] = had
      isOpen = true
    }
    if (isOpen) graces.set(name, own)
  }
  return graces
}
