/**
 * Why a workload is not handed over. docs/handover.md has a row for each; the ids are fixed, programs may match them.
 */
export const REFUSALS = [
  'stateful-set',
  'daemon-set',
  'job',
  'bare-pod',
  'other-kind',
  'owned',
  'not-read',
  'being-deleted',
  'not-exposed',
  'mode-off',
  'rollout-in-progress',
  'recreate',
  'host-port',
  'one-node-volume',
  'controller-down',
  'local-policy',
  'release-label-selected',
  'no-service',
  'network-policy',
  'would-be-adopted',
  'broken-disruption-budget',
  'rights-missing',
  'quota-exceeded',
  'replacement-rejected',
  'dry-run-impossible',
  'no-hook',
  'no-gate',
] as const
export type RefusalId = (typeof REFUSALS)[number]
