import { SHUTDOWN_SECONDS_ANNOTATION } from '../../model/keys.ts'
import type { PodTemplate } from '../../model/workload.ts'
import type { Declaration } from '../../servers/declarations.ts'
import { onTemplate } from '../paste.ts'
import type { Rule } from '../rule.ts'
import { isStatedByPod } from '../stated-by-pod.ts'

/** The application says that it goes on for longer after SIGTERM than the grace period leaves it: the kubelet kills it. */
export const shutdownDeclared: Rule = {
  id: 'shutdown-declared',
  check: (situation) => {
    const { template, budget, declared = [], outage } = situation
    const left = budget.shutdownTime
    const [longest] = declared
      .filter(({ role, value }) => role === 'shutdown' && value > left)
      .filter((one) => !isSpentInHook(template, one))
      .sort((a, b) => b.value - a.value)
    if (longest === undefined || outage !== undefined || isStatedByPod(budget.shutdown)) return []
    const { container, line, value } = longest
    return [
      {
        brief: `${container} may need ${value} s after SIGTERM, it gets ${left} s`,
        paste: onTemplate(situation, { [SHUTDOWN_SECONDS_ANNOTATION]: String(value) }),
        message: `${container} may need ${value} s after SIGTERM (${line}), it gets ${left} s: set ${SHUTDOWN_SECONDS_ANNOTATION}: "${value}"`,
      },
    ]
  },
}

const isSpentInHook = ({ containers }: PodTemplate, { container, spentBy }: Declaration): boolean =>
  spentBy !== undefined &&
  containers.some(({ name, preStop }) => name === container && preStop?.exec?.includes(spentBy) === true)
