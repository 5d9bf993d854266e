import type { Exposure } from '../model/exposure.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import { type PodReadiness, type StuckGate, TARGET_GATE } from '../model/stuck-gate.ts'
import { gateLimit } from './gate-limit.ts'

interface GatedPod {
  readonly ref: ObjectRef
  /** Its workload, if known; else the Pod. */
  readonly workload: ObjectRef
  readonly readinessGates: readonly string[]
  readonly readiness: PodReadiness
}

/**
 * How long after its start a Pod behind a gate is ready at the earliest, in milliseconds: a health check has to pass at
 * least twice, at least 5 s apart (ELB API, CreateTargetGroup: HealthyThresholdCount, HealthCheckIntervalSeconds). The
 * kubelet writes the condition Ready at the Pod's start, and again when it changes: a later time means that it was ready.
 */
const READY_AT_EARLIEST = 5_000

/**
 * The gate for which a Pod has waited too long; undefined if there is none. A Pod that was ready once does not count:
 * its gate has passed, so that it can pass, and a target that fails its health checks later is everyday life.
 * @param now milliseconds since 1970.
 */
export function stuckGateOf(
  { ref: pod, workload, readinessGates, readiness }: GatedPod,
  exposures: readonly Exposure[],
  now: number,
): StuckGate | undefined {
  const { containersReady: since, met, unmet } = readiness
  if (since === undefined || wasReady(readiness)) return undefined
  const waiting = readinessGates.filter((type) => TARGET_GATE.test(type) && !met.has(type))
  const late = waiting.flatMap((gate) => {
    const words = unmet.get(gate)
    const limit = gateLimit(exposures, words?.reason)
    const isLate = limit !== undefined && now - since > limit * 1000
    return isLate ? [{ pod, workload, gate, limit, since, ...words }] : []
  })
  return late[0]
}

function wasReady({ isReady, started, unready }: PodReadiness): boolean {
  if (isReady) return true
  return started !== undefined && unready !== undefined && unready - started >= READY_AT_EARLIEST
}
