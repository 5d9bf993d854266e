import { type Rule, remarkIf } from '../rule.ts'

/** Nobody deregisters: the load balancer sends to a deleted pod for as long as it looks healthy. */
export const lbcNotReady: Rule = {
  id: 'controller-not-ready',
  check: ({ lbcDown }) =>
    remarkIf(lbcDown !== undefined, () => ({
      message: `${lbcDown} has no ready replica: no target is deregistered, so no sleep helps, and new pods get no readiness gate: restore it before a rollout`,
      brief: 'the load balancer controller has no ready replica',
    })),
}
