import type { HealthCheck } from '../../model/exposure.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import { type Annotated, lineOf } from './written.ts'

type CheckPart = 'protocol' | 'path' | 'port' | 'codes'

/** The health check that annotations write; upper and lower case of a protocol are the same to the controller. */
export function writtenCheck(
  layers: readonly Annotated[],
  keys: Readonly<Record<CheckPart, string>>,
): HealthCheck {
  const textOf = (part: CheckPart): string | undefined => lineOf(layers, keys[part])?.text
  return checkFrom({
    protocol: textOf('protocol')?.toUpperCase(),
    path: textOf('path'),
    port: textOf('port'),
    codes: textOf('codes'),
  })
}

/** Only what is written. */
function checkFrom(written: Readonly<Partial<Record<CheckPart, string | undefined>>>): HealthCheck {
  const { protocol, path, port, codes } = written
  if ([protocol, path, port, codes].every((part) => part === undefined)) return DEFAULT_CHECK
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(path === undefined ? {} : { path }),
    ...(port === undefined ? {} : { port }),
    ...(codes === undefined ? {} : { codes }),
  }
}

/** Nothing is written, one object for all: most target groups have it. */
export const DEFAULT_CHECK: HealthCheck = {}
const DEFAULT_OF_LOCAL: HealthCheck = { asksKubeProxy: true }

/**
 * Whether the check of instance targets asks kube-proxy: where its port is written, by that; else by the default. Of
 * what listens there a connection by TCP tells nothing, since kube-proxy always accepts it.
 */
export function withKubeProxy(
  check: HealthCheck,
  { externalTrafficPolicy, healthCheckNodePort }: ServiceObject,
  byDefault: boolean,
): HealthCheck {
  if (externalTrafficPolicy !== 'Local' || check.protocol === 'TCP') return check
  if (check.port !== undefined)
    return check.port === String(healthCheckNodePort) ? { ...check, asksKubeProxy: true } : check
  if (!byDefault) return check
  return check === DEFAULT_CHECK ? DEFAULT_OF_LOCAL : { ...check, asksKubeProxy: true }
}
