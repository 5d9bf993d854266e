import { type Rule, remarkIf } from '../rule.ts'

/** Without the namespace's label no readiness gate is injected: a new pod counts before its target is healthy. */
export const readinessGateMissing: Rule = {
  id: 'readiness-gate-missing',
  check: ({ exposures, gateLabelled, noGate }) =>
    remarkIf(
      !gateLabelled && exposures.some(({ targetType }) => targetType.value === 'ip'),
      () =>
        `${noGate ?? 'the namespace has no readiness-gate label'}: new pods are ready before their targets are healthy`,
    ),
}
