import { distinctRemarks, type Rule } from '../rule.ts'

/** Such a Service keeps a terminating pod ready: LBC deregisters it only when it is gone, so no sleep helps. */
export const publishNotReadyAddresses: Rule = {
  id: 'publish-not-ready-addresses',
  check: ({ exposures }) =>
    distinctRemarks(
      exposures
        .filter(
          ({ publishNotReadyAddresses, targetType }) => publishNotReadyAddresses && targetType.value === 'ip',
        )
        .map(({ service }) => ({
          brief: `Service ${service.name} has publishNotReadyAddresses`,
          message: `Service ${service.name} has publishNotReadyAddresses: its pods are deregistered only when they are gone`,
        })),
    ),
}
