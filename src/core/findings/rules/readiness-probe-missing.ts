import type { Container } from '../../model/workload.ts'
import { type Rule, remarkIf } from '../rule.ts'

/** Without a readiness probe a pod is ready when its process has started, not when it can serve. */
export const readinessProbeMissing: Rule = {
  id: 'readiness-probe-missing',
  check: ({ template: { containers } }) =>
    remarkIf(
      containers.length > 0 && containers.every(({ hasReadinessProbe }) => !hasReadinessProbe),
      () => ({
        message: `no container has a readiness probe: a pod counts as ready as soon as ${startOf(containers)}`,
        brief: 'no container has a readiness probe',
      }),
    ),
}

/** Until a startup probe passes, its container counts as not ready (kubelet, prober). */
const startOf = (containers: readonly Container[]): string =>
  containers.some(({ probes }) => probes.startupProbe !== undefined)
    ? 'its startup probe has passed'
    : 'it runs'
