import type { Rule } from '../rule.ts'

/**
 * Nothing is deregistered when a pod goes: no sleep promises zero while connections are busy, since one that
 * is in use stays pinned to the pod and breaks at SIGTERM. No gate is possible either.
 */
export const instanceTargets: Rule = {
  id: 'instance-targets',
  check: ({ exposures }) => {
    const instance = exposures.find(({ targetType }) => targetType.value === 'instance')
    if (instance === undefined) return []
    const cure =
      'answer “Connection: close” before exit, or use ip targets; minReadySeconds replaces the gate'
    return [
      {
        brief: `${instance.service.name} has instance targets: busy connections break`,
        message: `instance targets of ${instance.service.name}: a busy connection breaks at SIGTERM: ${cure}`,
      },
    ]
  },
}
