import { type Rule, remarkIf } from '../rule.ts'

/** Nobody deregisters: the load balancer sends to a deleted pod for as long as it looks healthy. */
export const controllerNotReady: Rule = {
  id: 'controller-not-ready',
  check: ({ controllerDown }) =>
    remarkIf(
      controllerDown !== undefined,
      () => `${controllerDown} has no ready replica: nothing is deregistered, no sleep helps`,
    ),
}
