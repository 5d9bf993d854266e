import type { Overrides } from '../model/overrides.ts'
import {
  assumed,
  type Candidate,
  declared,
  type Provenance,
  type Resolved,
  resolveOver,
} from '../model/resolved.ts'
import { type Seconds, subtract } from '../model/seconds.ts'
import type { TermSettings } from '../model/settings.ts'
import { DEFAULT_GRACE } from '../model/workload.ts'
import { written } from './terms.ts'

/** What an application is given after SIGTERM where nothing tells: Kubernetes' own default grace. */
const DEFAULT_SHUTDOWN: Seconds = DEFAULT_GRACE

interface ShutdownInputs {
  /** The grace period before us; absent: the API server's default. */
  readonly grace: Seconds | undefined
  readonly longestHook: Seconds
  readonly settings: TermSettings
  readonly overrides: Overrides
}

/**
 * A, what the application needs after SIGTERM: explicit; else the grace it had minus its longest known hook,
 * where that is positive; else 30.
 */
export function resolveShutdown({
  grace,
  longestHook,
  settings,
  overrides,
}: ShutdownInputs): Resolved<Seconds> {
  const left = subtract(grace ?? DEFAULT_GRACE, longestHook)
  const evidence = overrides.shutdownSeconds === undefined ? [] : [overrides.shutdownSeconds]
  return resolveOver(
    [...evidence, ...written(settings.shutdownSeconds, 'shutdownSeconds')],
    left > 0 ? leftOver(left, grace, longestHook) : assumed(DEFAULT_SHUTDOWN, KUBERNETES),
  )
}

/** Somebody wrote it: an annotation, or the settings. */
export const isSaid = ({ origin }: Resolved<Seconds>): boolean => origin.rank === 'explicit'

const KUBERNETES: Provenance = { kind: 'default', of: 'Kubernetes' }

function leftOver(left: Seconds, grace: Seconds | undefined, hook: Seconds): Candidate<Seconds> {
  if (grace === undefined && hook === 0) return assumed(left, KUBERNETES)
  const had = `grace period ${grace ?? DEFAULT_GRACE}`
  return declared(left, { kind: 'derived', text: hook === 0 ? had : `${had} − preStop ${hook}` })
}
