import { add, type Seconds, seconds } from '../../model/seconds.ts'
import { slowestGate } from '../gate-time.ts'
import { yaml } from '../paste.ts'
import type { Rule } from '../rule.ts'

/** Kubernetes' default of progressDeadlineSeconds (apps/v1 DeploymentSpec). */
const DEFAULT_DEADLINE = seconds(600)

/** The default where it is enough; else as long again for images and the start of the application. A choice. */
const deadlineFor = (needed: Seconds): number => Math.max(DEFAULT_DEADLINE, 2 * needed)

/** A rollout is given up before one new pod can have passed its gate, if it has one. */
export const progressDeadlineTooShort: Rule = {
  id: 'progress-deadline-too-short',
  check: ({ workload, exposures, gateLabelled }) => {
    if (workload?.replacement.kind !== 'rolling') return []
    const { progressDeadline = DEFAULT_DEADLINE, minReadySeconds } = workload
    const { time, parts } = slowestGate(gateLabelled ? exposures : [])
    const needed = add(time, minReadySeconds)
    if (progressDeadline > needed) return []
    const all = [...parts, ...(minReadySeconds > 0 ? [`minReadySeconds ${minReadySeconds}`] : [])]
    return [
      {
        brief: `progressDeadlineSeconds ${progressDeadline}, a pod may need ${needed} s`,
        action: `raise it above ${needed}`,
        paste: yaml({ spec: { progressDeadlineSeconds: deadlineFor(needed) } }),
        message: `progressDeadlineSeconds ${progressDeadline}: a new pod may need ${needed} s (${all.join(' + ')}): raise it above ${needed}`,
      },
    ]
  },
}
