import { KINDS, type Resource } from '../kubernetes/kinds.ts'

/** @throws if no part of Slackwater reads the kind. */
export function resourceOf(kind: string): Resource {
  const found = KINDS.find((one) => one.kind === kind)
  if (found === undefined) throw new Error(`${kind} is not read`)
  return found
}

/** Read by no other part of Slackwater: the chart's rights need not cover them. */
export const NETWORK_POLICIES: Resource = {
  ...{ group: 'networking.k8s.io', versions: ['v1'], plural: 'networkpolicies', kind: 'NetworkPolicy' },
  builtIn: true,
}

/** Of the Prometheus operator, which scrapes by labels of Pods. */
export const POD_MONITORS: Resource = {
  ...{ group: 'monitoring.coreos.com', versions: ['v1'], plural: 'podmonitors', kind: 'PodMonitor' },
  builtIn: false,
}
