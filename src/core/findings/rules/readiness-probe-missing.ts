import { type Rule, remarkIf } from '../rule.ts'

/** Without a readiness probe a pod is ready when its process has started, not when it can serve. */
export const readinessProbeMissing: Rule = {
  id: 'readiness-probe-missing',
  check: ({ template: { containers } }) =>
    remarkIf(
      containers.length > 0 && containers.every(({ hasReadinessProbe }) => !hasReadinessProbe),
      () => ({
        message: 'no container has a readiness probe: a pod counts as ready as soon as it runs',
        brief: 'no container has a readiness probe',
      }),
    ),
}
