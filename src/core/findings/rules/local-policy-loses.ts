import { atObject } from '../paste.ts'
import { distinctRemarks, type Rule } from '../rule.ts'

/**
 * `externalTrafficPolicy: Local`, and the health check asks the port of the traffic: kube-proxy hands it to the
 * terminating pod (Kubernetes: ProxyTerminatingEndpoints), so the node counts as healthy until the pod is gone. From
 * then on it drops what arrives until the check has failed. A longer sleep only moves that.
 */
export const localPolicyLoses: Rule = {
  id: 'local-policy-loses',
  check: ({ budget }) =>
    distinctRemarks(
      budget.perExposure
        .filter(({ row }) => row === 'instance-local-unaware')
        .map(({ exposure: { service } }) => ({
          brief: `Service ${service.name} has externalTrafficPolicy Local`,
          paste: atObject(
            service,
            { spec: { externalTrafficPolicy: 'Cluster' } },
            'the address of the client is lost',
          ),
          message: `Service ${service.name} has externalTrafficPolicy Local: its node drops requests at exit, no sleep helps; use ip targets or Cluster`,
        })),
    ),
}
