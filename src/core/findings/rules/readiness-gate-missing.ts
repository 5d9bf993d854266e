import type { Rule } from '../rule.ts'

/** Without the namespace's label no readiness gate is injected: a new pod counts before its target is healthy. */
export const readinessGateMissing: Rule = {
  id: 'readiness-gate-missing',
  check: ({ exposures, gateLabelled, noGate, isGateUnknown }) => {
    if (gateLabelled || exposures.every(({ targetType }) => targetType.value !== 'ip')) return []
    if (isGateUnknown && noGate === undefined) return [{ message: UNKNOWN, severity: 'information' }]
    return [
      {
        message: `${noGate ?? 'the namespace has no readiness-gate label'}: new pods are ready before their targets are healthy`,
      },
    ]
  },
}

const UNKNOWN = 'the Namespace is not among the manifests: whether it has the readiness-gate label is unknown'
