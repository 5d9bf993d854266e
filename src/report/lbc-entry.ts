import { ONE_REPLICA } from '../core/discovery/lbc/single-replica.ts'
import type { LbcState } from '../core/discovery/objects/lbc-state.ts'
import { given } from '../kubernetes/json.ts'
import type { LbcEntry, MeasuredControllerEntry } from './lbc-schema.ts'

/** The state of the load balancer controller, each of its settings with its source, and what its metrics say. */
export function lbcEntry(
  { deployment, gateWebhooks, gateInjection, settings }: LbcState,
  measured?: MeasuredControllerEntry,
): LbcEntry {
  const { featureGates, ...resolved } = settings
  const gates = Object.entries(featureGates).map(([name, gate]) => [`featureGates.${name}`, gate] as const)
  const stated = [...Object.entries({ ...resolved, readinessGateInject: gateInjection }), ...gates]
  return {
    ...given('deployment', deployment === undefined ? undefined : deploymentEntry(deployment)),
    gateWebhooks: gateWebhooks.map(({ configuration, controller, failurePolicy }) => ({
      configuration,
      controller,
      failurePolicy,
    })),
    settings: stated
      .filter(([, { value }]) => value !== undefined)
      .map(([name, { value, origin }]) => ({ name, value, source: origin.source })),
    ...given('measured', measured),
  }
}

const deploymentEntry = ({ ref, desired, ready }: NonNullable<LbcState['deployment']>) => ({
  namespace: ref.namespace,
  name: ref.name,
  desired,
  ready,
  ...(desired === 1 ? { remark: ONE_REPLICA } : {}),
})
