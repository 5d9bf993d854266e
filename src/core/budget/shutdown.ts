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
  /** The known length of the container's own preStop hook; 0 for none. */
  readonly hook: Seconds
  readonly settings: TermSettings
  readonly overrides: Overrides
}

/**
 * A, what a container needs after SIGTERM: explicit; else the grace that the pod had minus the container's own known
 * hook, where that is positive; else 30. Another container's hook takes nothing from it.
 */
export function resolveShutdown({ grace, hook, settings, overrides }: ShutdownInputs): Resolved<Seconds> {
  const left = subtract(grace ?? DEFAULT_GRACE, hook)
  const evidence = overrides.shutdownSeconds === undefined ? [] : [overrides.shutdownSeconds]
  return resolveOver(
    [...evidence, ...written(settings.shutdownSeconds, 'shutdownSeconds')],
    left > 0 ? leftOver(left, grace, hook) : assumed(DEFAULT_SHUTDOWN, KUBERNETES),
  )
}

/** An annotation or the settings state it. */
export const isExplicit = ({ origin }: Resolved<Seconds>): boolean => origin.rank === 'explicit'

const KUBERNETES: Provenance = { kind: 'default', of: 'Kubernetes' }

function leftOver(left: Seconds, grace: Seconds | undefined, hook: Seconds): Candidate<Seconds> {
  if (grace === undefined && hook === 0) return assumed(left, KUBERNETES)
  const had = `grace period ${grace ?? DEFAULT_GRACE}`
  return declared(left, { kind: 'derived', text: hook === 0 ? had : `${had} − preStop ${hook}` })
}
