import { TARGET_PORT } from './play.ts'
import type { Truth } from './played.ts'

interface Event {
  readonly at: number
  readonly msg: string
  readonly ip: string
}

/**
 * What AWS Load Balancer Controller logs of the same targets (pkg/targetgroupbinding/targets_manager.go, with the time in
 * whole seconds, as its logger writes it).
 *
 * @param isTimestamped each line with the time of its reading before it, as `kubectl logs --timestamps` has it.
 */
export function controllerLog({ pods, targetGroup }: Truth, isTimestamped = false): string {
  const events = pods.flatMap(({ ip, healthy, ready, leaving }): Event[] => [
    { at: ready, msg: 'registering targets', ip },
    { at: Math.min(ready + 120, healthy), msg: 'registered targets', ip },
    ...(leaving === undefined
      ? []
      : [
          { at: leaving.deregistering, msg: 'deRegistering targets', ip },
          { at: leaving.deregistered, msg: 'deRegistered targets', ip },
        ]),
  ])
  return events
    .sort((one, other) => one.at - other.at)
    .map(({ at, msg, ip }) => {
      const time = new Date(at).toISOString()
      const line = JSON.stringify({
        level: 'info',
        ts: time.replace(/\.\d+/, ''),
        msg,
        arn: targetGroup,
        targets: [{ Id: ip, AvailabilityZone: null, Port: TARGET_PORT, QuicServerId: null }],
      })
      return `${isTimestamped ? `${time} ` : ''}${line}\n`
    })
    .join('')
}
