import { type Rule, remarkIf } from '../rule.ts'

/** Gates of controller 1.x; 2.x removes them when it injects its own. */
const LEGACY_PREFIX = 'target-health.alb.ingress.k8s.aws/'

export const legacyReadinessGate: Rule = {
  id: 'legacy-readiness-gate',
  check: ({ template: { readinessGates } }) => {
    const gate = readinessGates.find((name) => name.startsWith(LEGACY_PREFIX))
    return remarkIf(
      gate !== undefined,
      () => `readiness gate ${gate} belongs to controller 1.x: nothing sets it anymore`,
    )
  },
}
