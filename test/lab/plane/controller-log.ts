import { TARGET_PORT } from './play.ts'
import type { Truth } from './played.ts'

/** One thing that the controller logs. */
export interface ControllerEvent {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly msg:
    | 'registering targets'
    | 'registered targets'
    | 'deRegistering targets'
    | 'deRegistered targets'
  /** ARN. */
  readonly targetGroup: string
  readonly ip: string
  readonly port: number
}

/**
 * As AWS Load Balancer Controller writes it (pkg/targetgroupbinding/targets_manager.go), with the time in whole seconds, as
 * its logger has it.
 *
 * @param isTimestamped with the time of its writing before it, as `kubectl logs --timestamps` has it.
 */
export function controllerLine(
  { at, msg, targetGroup, ip, port }: ControllerEvent,
  isTimestamped = false,
): string {
  const time = new Date(at).toISOString()
  const line = JSON.stringify({
    level: 'info',
    ts: time.replace(/\.\d+/, ''),
    msg,
    arn: targetGroup,
    targets: [{ Id: ip, AvailabilityZone: null, Port: port, QuicServerId: null }],
  })
  return `${isTimestamped ? `${time} ` : ''}${line}\n`
}

/** What it logs of the Pods of a play. */
export function controllerLog({ pods, targetGroup }: Truth, isTimestamped = false): string {
  const events = pods.flatMap(({ ip, healthy, ready, leaving }): ControllerEvent[] => {
    const target = { targetGroup, ip, port: TARGET_PORT }
    const came: ControllerEvent[] = [
      { at: ready, msg: 'registering targets', ...target },
      { at: Math.min(ready + 120, healthy), msg: 'registered targets', ...target },
    ]
    if (leaving === undefined) return came
    return [
      ...came,
      { at: leaving.deregistering, msg: 'deRegistering targets', ...target },
      { at: leaving.deregistered, msg: 'deRegistered targets', ...target },
    ]
  })
  return events
    .sort((one, other) => one.at - other.at)
    .map((event) => controllerLine(event, isTimestamped))
    .join('')
}
