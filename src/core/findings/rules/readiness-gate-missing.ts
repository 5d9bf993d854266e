import { GATE_ENABLED, GATE_LABELS } from '../../model/keys.ts'
import { commandOn } from '../paste.ts'
import { pasteOf, type Rule } from '../rule.ts'

/** Without the namespace's label no readiness gate is injected: a new pod counts before its target is healthy. */
export const readinessGateMissing: Rule = {
  id: 'readiness-gate-missing',
  check: ({ exposures, gateLabelled, noGate, isGateUnknown }) => {
    if (gateLabelled || exposures.every(({ targetType }) => targetType.value !== 'ip')) return []
    if (isGateUnknown && noGate === undefined)
      return [
        {
          message: UNKNOWN,
          severity: 'information',
          brief: 'the Namespace was not read',
          action: 'label it for readiness gates',
        },
      ]
    if (noGate !== undefined)
      return [
        {
          message: `${noGate}: new pods are ready before their targets are healthy`,
          brief: 'new pods get no readiness gate',
          action: 'let the controller inject it',
        },
      ]
    const [first] = exposures.filter(({ targetType }) => targetType.value === 'ip')
    const namespace = first?.service.namespace ?? ''
    const label = `${GATE_LABELS[first?.controller ?? 'lbc']}=${GATE_ENABLED}`
    return [
      {
        brief: 'the namespace has no readiness-gate label',
        ...pasteOf(commandOn([namespace], `kubectl label namespace ${namespace} ${label}`)),
        message: `the namespace has no readiness-gate label: new pods are ready before their targets are healthy`,
      },
    ]
  },
}

/** It is not among the manifests, or whoever audits a cluster may not read it. */
const UNKNOWN = 'the Namespace was not read: whether it has the readiness-gate label is unknown'
