import { gateWordsText } from '../../model/stuck-gate.ts'
import type { Rule } from '../rule.ts'

/** Only Pods that run can show it. */
export const gateStuck: Rule = {
  id: 'gate-stuck',
  check: () => [],
  checkPods: ({ stuck }) => {
    if (stuck === undefined) return []
    const { pods, longest } = stuck
    const others = pods === 1 ? '' : `, and ${pods - 1} more`
    return [
      {
        message: `Pod ${longest.pod.name}${others}: the containers are ready, but the readiness gate ${longest.gate} has not passed within ${longest.limit} s: ${gateWordsText(longest)}`,
      },
    ]
  },
}
