import { arrivalsEnd } from '../../budget/timeline.ts'
import { endsServerBy, knownLength, longestKnownHook } from '../../injection/hooks.ts'
import { DEFAULT_GRACE, type PreStop } from '../../model/workload.ts'
import { type Remark, type Rule, remarkIf, type Situation } from '../rule.ts'

/**
 * The grace period runs while the hook does. Where it ends with the hook or before, the application gets the
 * kubelet's two seconds; where an explicit shutdown time is longer than the rest, it is cut. Where it ends while
 * requests still arrive, they are lost, be a hook as long as it may.
 */
export const graceTooShort: Rule = {
  id: 'grace-too-short',
  check: (situation) => {
    const { template, budget } = situation
    const cut = cutOff(situation)
    if (cut !== undefined) return [cut]
    const grace = template.grace ?? DEFAULT_GRACE
    const hook = longestKnownHook(template)
    const needed = budget.shutdown.origin.rank === 'explicit' ? budget.shutdown.value : 1
    const left = Math.max(0, grace - hook)
    return remarkIf(
      left < needed && (hook > 0 || needed > 1),
      () => `grace period ${grace} s leaves ${left} s after a preStop of ${hook} s`,
    )
  },
}

/** SIGKILL while requests arrive. Of a hook of known length other findings tell as much, and more. */
function cutOff({ template, budget, outage }: Situation): Remark | undefined {
  const grace = template.grace ?? DEFAULT_GRACE
  const until = arrivalsEnd(budget)
  if (grace >= until || budget.sleep === 0 || outage !== undefined) return undefined
  // Kubernetes skips the hook where the grace period is 0 (kubelet, killContainer).
  if (grace === 0)
    return {
      message: `grace period 0: SIGKILL at 0 s, no preStop hook runs; requests arrive until ${until} s`,
    }
  const isOpen = template.containers.some(({ preStop }) => preStop !== undefined && isUnknown(preStop))
  return isOpen
    ? { message: `SIGKILL at ${grace} s, requests arrive until ${until} s: raise the grace period` }
    : undefined
}

const isUnknown = (hook: PreStop): boolean =>
  knownLength(hook) === undefined && endsServerBy(hook) === undefined
