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
  const told = Object.entries({ ...resolved, gateInjection })
  return {
    ...given('deployment', deployment === undefined ? undefined : deploymentEntry(deployment)),
    gateWebhooks: gateWebhooks.map(({ configuration, controller, failurePolicy }) => ({
      configuration,
      controller,
      failurePolicy,
    })),
    settings: [
      ...told
        .filter(([, { value }]) => value !== undefined)
        .map(([name, { value, origin }]) => ({ name, value, source: origin.source })),
      ...Object.entries(featureGates).map(([name, value]) => ({ name: `featureGates.${name}`, value })),
    ],
  }
}

const deploymentEntry = ({ ref, desired, ready }: NonNullable<ControllerState['deployment']>) => ({
  namespace: ref.namespace,
  name: ref.name,
  desired,
  ready,
})
