import type { Knowledge, ReadableAssessment } from '../assessment/assess.ts'
import { controllerDown } from '../assessment/controller-down.ts'
import type { AdmissionRequest } from './review.ts'

/** What a rollout costs while the load balancer controller has no ready replica. */
export function controllerWarnings(
  { decision }: ReadableAssessment,
  { operation }: Pick<AdmissionRequest, 'operation'>,
  { inventory, settings }: Knowledge,
): readonly string[] {
  const down = controllerDown(decision, inventory)
  if (down === undefined) return []
  const waits =
    settings.gateWhenControllerDown === 'on' &&
    decision.mode.mode === 'enforce' &&
    down.gates.every(({ now }) => now)
  const [what, cure] = waits
    ? ['new Pods wait, leaving ones lose requests', 'restore it']
    : operation === 'CREATE'
      ? ['its Pods get no readiness gate', 'restore it, then restart']
      : ['this rollout loses requests', 'restore it, then restart again']
  return [`${what}: load balancer controller has no ready replica; ${cure}`]
}
