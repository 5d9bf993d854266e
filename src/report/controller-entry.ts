import type { ControllerState } from '../core/discovery/controller-state.ts'
import { given } from '../kubernetes/json.ts'
import type { ControllerEntry } from './schema.ts'

/** What is seen of the load balancer controller, each of its settings with its witness. */
export function controllerEntry({
  deployment,
  gateWebhooks,
  gateInjection,
  settings,
}: ControllerState): ControllerEntry {
  const { featureGates, ...resolved } = settings
  const gates = Object.entries(featureGates).map(([name, gate]) => [`featureGates.${name}`, gate] as const)
  const told = [...Object.entries({ ...resolved, readinessGateInject: gateInjection }), ...gates]
  return {
    ...given('deployment', deployment === undefined ? undefined : deploymentEntry(deployment)),
    gateWebhooks: gateWebhooks.map(({ configuration, controller, failurePolicy }) => ({
      configuration,
      controller,
      failurePolicy,
    })),
    settings: told
      .filter(([, { value }]) => value !== undefined)
      .map(([name, { value, origin }]) => ({ name, value, source: origin.source })),
  }
}

const deploymentEntry = ({ ref, desired, ready }: NonNullable<ControllerState['deployment']>) => ({
  namespace: ref.namespace,
  name: ref.name,
  desired,
  ready,
})
