import type { Budget } from '../../budget/budget.ts'
import { graceAdvice } from '../../budget/said.ts'
import { arrivalsEnd } from '../../budget/timeline.ts'
import { endsServerBy, knownLength } from '../../injection/hooks.ts'
import { type Seconds, seconds } from '../../model/seconds.ts'
import { type Container, DEFAULT_GRACE, type PreStop } from '../../model/workload.ts'
import { inPodSpec } from '../paste.ts'
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
    const short = [...template.containers, ...template.nativeSidecars]
      .map((container) => ({ hook: hookOf(container), needed: neededAfter(container, budget) }))
      .filter(({ hook, needed }) => grace - hook < needed && (hook > 0 || needed > 1))
    const hook = Math.max(0, ...short.map((one) => one.hook))
    return remarkIf(short.length > 0, () => ({
      message: `grace period ${grace} s leaves ${Math.max(0, grace - hook)} s after a preStop of ${hook} s${advice(grace, budget)}`,
      brief: `grace ${grace} s leaves ${Math.max(0, grace - hook)} s after a preStop of ${hook} s`,
      ...cureOf(situation),
    }))
  },
}

/** Nothing where `maxHookGraceSeconds` keeps what is needed below what the pod has. */
function advice(grace: Seconds, budget: Budget): string {
  const text = graceAdvice(budget, grace)
  return text === undefined ? '' : `: ${text}`
}

/** The grace period to write; where a limit keeps it below what is needed, it is the limit that has to go. */
function cureOf(situation: Situation): Pick<Remark, 'action' | 'paste'> {
  const { budget, template } = situation
  const { grace, needed } = budget
  if (grace < needed.grace) return { action: `raise its limit: it needs ${needed.grace} s` }
  if (grace <= (template.grace ?? DEFAULT_GRACE)) return {}
  return {
    action: `set terminationGracePeriodSeconds ${grace}`,
    paste: inPodSpec(situation, { terminationGracePeriodSeconds: grace }),
  }
}

const hookOf = ({ preStop }: Container): Seconds =>
  (preStop === undefined ? undefined : knownLength(preStop)) ?? seconds(0)

/** Seconds that a container must have after its hook: what was stated, or any. A native sidecar's hook must only end. */
function neededAfter({ name }: Container, { containers, graceful }: Budget): Seconds {
  const found = containers.find(({ container }) => container.name === name)
  if (found === undefined) return seconds(0)
  // The time that was stated is the application's: the proxy of one that drains by itself ends after it.
  if (found.container.isProxy && graceful) return seconds(1)
  return found.shutdown.origin.rank === 'explicit' ? found.shutdown.value : seconds(1)
}

/** SIGKILL while requests arrive. Of a hook of known length other findings tell as much, and more. */
function cutOff(situation: Situation): Remark | undefined {
  const { template, budget, outage } = situation
  const grace = template.grace ?? DEFAULT_GRACE
  const until = arrivalsEnd(budget)
  if (grace >= until || budget.sleep === 0 || outage !== undefined) return undefined
  const rest =
    budget.needed.grace > until
      ? cureOf(situation)
      : { action: `set terminationGracePeriodSeconds above ${until}` }
  const cure =
    budget.needed.grace > until ? advice(grace, budget) : `: set terminationGracePeriodSeconds above ${until}`
  // Kubernetes skips the hook where the grace period is 0 (kubelet, killContainer).
  if (grace === 0)
    return {
      brief: `grace period 0, requests arrive until ${until} s`,
      ...rest,
      message: `grace period 0: SIGKILL at 0 s, no preStop hook runs; requests arrive until ${until} s${cure}`,
    }
  const isOpen = template.containers.some(({ preStop }) => preStop !== undefined && isUnknown(preStop))
  return isOpen
    ? {
        brief: `SIGKILL at ${grace} s, requests arrive until ${until} s`,
        ...rest,
        message: `SIGKILL at ${grace} s, requests arrive until ${until} s${cure}`,
      }
    : undefined
}

const isUnknown = (hook: PreStop): boolean =>
  knownLength(hook) === undefined && endsServerBy(hook) === undefined
