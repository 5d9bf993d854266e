import type { Knowledge, ReadableAssessment } from '../assessment/assess.ts'
import { controllerDown } from '../assessment/controller-down.ts'
import { GATES_PATH } from '../kubernetes/patch.ts'
import type { AdmissionRequest } from './review.ts'

/** What a rollout costs, or why a new Pod is not Ready, while the load balancer controller has no ready replica. */
export function controllerWarnings(
  assessment: ReadableAssessment,
  { operation }: Pick<AdmissionRequest, 'operation'>,
  { inventory, settings }: Knowledge,
): readonly string[] {
  const { decision } = assessment
  if (isGated(assessment)) return [warningOf('this Pod is not Ready before its readiness gate', 'restore it')]
  const down = controllerDown(decision, inventory)
  if (down === undefined) return []
  const waits =
    settings.gateWhenControllerDown === 'on' &&
    decision.mode.mode === 'enforce' &&
    down.gates.every(({ now }) => now)
  if (waits) return [warningOf('new Pods wait, leaving ones lose requests', 'restore it')]
  return operation === 'CREATE'
    ? [warningOf('its Pods get no readiness gate', 'restore it, then restart')]
    : [warningOf('this rollout loses requests', 'restore it, then restart again')]
}

const warningOf = (what: string, cure: string): string =>
  `${what}: load balancer controller has no ready replica; ${cure}`

/** The patch that is sent writes a readiness gate. */
export const isGated = ({ operations }: Pick<ReadableAssessment, 'operations'>): boolean =>
  operations.some(({ path }) => path.startsWith(GATES_PATH))
