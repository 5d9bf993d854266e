import { knownLength } from '../../injection/hooks.ts'
import { STOPPING_PROBES } from '../../model/workload.ts'
import { listNames, type Rule, remarkIf } from '../rule.ts'

/**
 * A liveness or startup failure runs the preStop hook. With a grace of its own, no longer than the hook, the
 * probe bounds that wait, and the application is left the kubelet's two seconds after SIGTERM. Without one, a
 * wedged container restarts later by the length of the hook.
 */
export const livenessGrace: Rule = {
  id: 'liveness-grace',
  check: ({ template }) => {
    const waiting = template.containers.filter(({ preStop, probes }) => {
      const hook = preStop === undefined ? undefined : knownLength(preStop)
      const present = STOPPING_PROBES.flatMap((probe) => (probes[probe] === undefined ? [] : [probes[probe]]))
      return (
        hook !== undefined && hook > 0 && present.some(({ grace }) => grace === undefined || grace <= hook)
      )
    })
    const names = listNames(waiting.map(({ name }) => name))
    return remarkIf(waiting.length > 0, () => ({
      message: `a failing liveness or startup probe of ${names} runs the preStop hook first`,
      brief: 'a failing probe runs the preStop hook first',
    }))
  },
}
