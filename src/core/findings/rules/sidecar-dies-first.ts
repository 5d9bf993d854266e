import { drainedAt } from '../../budget/budget.ts'
import type { Remark, Rule, Situation } from '../rule.ts'

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

function shortHooks({ budget }: Situation): readonly Remark[] {
  if (!budget.graceful) return []
  const needed = drainedAt(budget)
  return budget.containers.flatMap(({ container: { name, hook, isProxy } }) =>
    isProxy && typeof hook === 'number' && hook < needed
      ? [
          {
            about: name,
            message: `${name} stops after its preStop of ${hook} s, the application drains until ${needed} s: sleep ${needed} s`,
          },
        ]
      : [],
  )
}

function shortWait({ template, budget }: Situation): readonly Remark[] {
  const { proxyWait, containers, nativeSidecars } = template
  if (proxyWait === undefined) return []
  const { container, annotation, length } = proxyWait
  const isThere = [...containers, ...nativeSidecars].some(({ name }) => name === container)
  const needed = drainedAt(budget)
  if (isThere || length >= needed) return []
  return [
    { about: annotation, message: `${annotation} ends ${container} after ${length} s: set it to ${needed}` },
  ]
}
