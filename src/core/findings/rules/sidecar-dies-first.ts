import { drainedAt } from '../../budget/budget.ts'
import { PROXY_END } from '../../budget/containers.ts'
import { SHUTDOWN_SECONDS_ANNOTATION } from '../../model/keys.ts'
import { add, longer, type Seconds } from '../../model/seconds.ts'
import { hookOfLength, hooksPaste } from '../hook-paste.ts'
import { onTemplate } from '../paste.ts'
import { pasteOf, type Remark, type Rule, type Situation } from '../rule.ts'

/**
 * The traffic of a pod goes through its proxy: one that ends before the others do fails their requests. Where the
 * application drains by itself, that is after its SIGTERM; else a hook of at least the sleep is enough, and
 * prestop-too-short says where it is not. What a mesh adds at the creation of a Pod shows in an annotation only.
 */
export const sidecarDiesFirst: Rule = {
  id: 'sidecar-dies-first',
  check: (situation) =>
    situation.outage !== undefined || situation.budget.sleep === 0
      ? []
      : [...shortHooks(situation), ...shortWait(situation)],
}

function shortHooks(situation: Situation): readonly Remark[] {
  const { budget } = situation
  if (!budget.graceful) return []
  const needed = drainedAt(budget)
  return budget.containers.flatMap(({ container: { name, hook, isProxy } }) =>
    isProxy && typeof hook === 'number' && hook < needed
      ? [
          {
            about: name,
            brief: `${name} stops at ${hook} s, the application drains until ${needed} s`,
            action: `sleep ${needed} s`,
            ...pasteOf(raised(situation, name, needed)),
            message: `${name} stops after its preStop of ${hook} s, the application drains until ${needed} s: sleep ${needed} s`,
          },
        ]
      : [],
  )
}

/** Until when the application drains is counted from the grace period: raised, it must not count as more. */
function raised(situation: Situation, name: string, needed: Seconds): string | undefined {
  const { template, budget } = situation
  const { preStop } = template.containers.find((container) => container.name === name) ?? {}
  const hook = preStop === undefined ? undefined : hookOfLength(preStop, needed)
  if (hook === undefined) return undefined
  const isStated = budget.shutdown.origin.rank === 'explicit'
  const annotations = { [SHUTDOWN_SECONDS_ANNOTATION]: String(budget.shutdownTime) }
  return hooksPaste(situation, [{ container: name, preStop: hook }], {
    grace: longer(budget.grace, add(needed, PROXY_END)),
    ...(isStated ? {} : { annotations }),
  })
}

function shortWait(situation: Situation): readonly Remark[] {
  const { template, budget } = situation
  const { proxyWait, containers, nativeSidecars } = template
  if (proxyWait === undefined) return []
  const { container, annotation, length } = proxyWait
  const isThere = [...containers, ...nativeSidecars].some(({ name }) => name === container)
  const needed = drainedAt(budget)
  if (isThere || length >= needed) return []
  return [
    {
      about: annotation,
      message: `${annotation} ends ${container} after ${length} s: set it to ${needed}`,
      brief: `${container} ends after ${length} s, needs ${needed} s`,
      action: 'raise its proxy-wait annotation',
      paste: onTemplate(situation, { [annotation]: String(needed) }),
    },
  ]
}
