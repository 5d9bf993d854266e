import type { Exposure, Switcher } from '../../model/exposure.ts'
import { refText } from '../../model/object-ref.ts'
import { listNames, type Rule } from '../rule.ts'

/**
 * The load balancer controller gives a Pod a readiness gate for each target group whose Service selects it when it is
 * created. A Service that Argo Rollouts switches later has none, so that nothing waits for its targets (Argo Rollouts
 * docs: ALB, zero-downtime updates; kubernetes-sigs/aws-load-balancer-controller#4204). Nodes are targets already.
 */
export const gateNotCovering: Rule = {
  id: 'gate-not-covering',
  check: ({ exposures }) => {
    const switched = exposures.filter(({ targetType }) => targetType.value === 'ip').flatMap(switchesOf)
    const [first] = switched
    if (first === undefined) return []
    const names = [...new Set(switched.map(({ service }) => service))]
    const groups = `the target group${names.length > 1 ? 's' : ''} of ${listNames(names)}`
    const rollout = refText(first.by.rollout)
    return [
      {
        brief: `new pods join ${names.length > 1 ? `${names.length} target groups` : names[0]} at a switch, without a gate`,
        action: ACTION[first.by.strategy],
        message: `new pods join ${groups} only when ${rollout} switches to them: no readiness gate covers that; ${CURE[first.by.strategy]}`,
      },
    ]
  },
}

const ACTION: Readonly<Record<Switcher['strategy'], string>> = {
  'blue-green': 'use canary with pingPong',
  canary: 'use pingPong',
}

const CURE: Readonly<Record<Switcher['strategy'], string>> = {
  'blue-green': 'the strategy canary with pingPong avoids it',
  canary: 'pingPong avoids it',
}

const switchesOf = ({ service, switchedBy }: Exposure) =>
  switchedBy === undefined ? [] : [{ service: service.name, by: switchedBy }]
