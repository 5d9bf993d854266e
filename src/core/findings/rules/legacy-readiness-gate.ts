import { withoutGates } from '../gate-paste.ts'
import { pasteOf, type Rule, remarkIf } from '../rule.ts'

/** Gates of controller 1.x; 2.x removes them when it injects its own. */
const LEGACY_PREFIX = 'target-health.alb.ingress.k8s.aws/'

export const legacyReadinessGate: Rule = {
  id: 'legacy-readiness-gate',
  check: (situation) => {
    const isLegacy = (name: string): boolean => name.startsWith(LEGACY_PREFIX)
    const gate = situation.template.readinessGates.find(isLegacy)
    return remarkIf(gate !== undefined, () => ({
      message: `readiness gate ${gate} belongs to controller 1.x: nothing sets it anymore`,
      brief: 'nothing sets the gate of controller 1.x anymore',
      ...pasteOf(withoutGates(situation, isLegacy)),
    }))
  },
}
