import { gateWordsText } from '../../model/stuck-gate.ts'
import { commandOn } from '../paste.ts'
import { pasteOf, type Rule } from '../rule.ts'

/** Only Pods that run can show it. */
export const gateStuck: Rule = {
  id: 'gate-stuck',
  check: () => [],
  checkPods: ({ stuck }) => {
    if (stuck === undefined) return []
    const { pods, longest } = stuck
    const others = pods === 1 ? '' : `, and ${pods - 1} more`
    const { namespace, name } = longest.pod
    return [
      {
        brief: `Pod ${name} waits over ${longest.limit} s for its gate`,
        ...pasteOf(commandOn([namespace, name], `kubectl describe pod ${name} -n ${namespace}`)),
        message: `Pod ${longest.pod.name}${others}: the containers are ready, but the readiness gate ${longest.gate} has not passed within ${longest.limit} s: ${gateWordsText(longest)}`,
      },
    ]
  },
}
