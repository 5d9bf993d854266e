import { add, longer, type Seconds, seconds, shorter, subtract } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import { DEFAULT_GRACE } from '../model/workload.ts'

/**
 * EC2 gives 120 s notice of a Spot interruption in all; ten are left for noticing it and starting the drain.
 */
export const SPOT_NOTICE = seconds(110)

/** cluster-autoscaler's default of --max-graceful-termination-sec: it ends a Pod then, whatever grace it has. */
export const AUTOSCALER_LIMIT = seconds(600)

/** The shutdown time below which a cap takes from the sleep instead: Kubernetes' own default grace. */
export const SHUTDOWN_FLOOR = seconds(30)

/** One cut: `term` went down from `from` to `to`, because of `limit`. */
export interface Cap {
  readonly limit: 'maxSleepSeconds' | 'spot' | 'maxGraceSeconds'
  readonly term: 'sleep' | 'shutdown'
  readonly from: Seconds
  readonly to: Seconds
}

interface Capped {
  readonly sleep: Seconds
  readonly shutdownTime: Seconds
  readonly grace: Seconds
  readonly caps: readonly Cap[]
}

interface CapInputs {
  readonly sleep: Seconds
  /** An explicit sleep is not cut by maxSleep, nor for Spot; maxGrace still holds. */
  readonly explicit: boolean
  readonly shutdown: Seconds
  /** Somebody said the shutdown time. */
  readonly isShutdownSaid: boolean
  readonly longestHook: Seconds
  readonly grace: Seconds | undefined
  readonly spot: boolean
  readonly settings: Pick<Settings, 'maxSleepSeconds' | 'maxGraceSeconds' | 'maxHookGraceSeconds'>
}

/** Applies every limit. The result never has a sleep above its grace: the API server would refuse the object. */
export function applyCaps(inputs: CapInputs): Capped {
  const { explicit, shutdown, isShutdownSaid: isSaid, longestHook, spot, settings } = inputs
  const caps: Cap[] = []
  const cut = (term: Cap['term'], from: Seconds, [limit, to]: readonly [Cap['limit'], Seconds]): Seconds => {
    if (to >= from) return from
    caps.push({ limit, term, from, to })
    return to
  }
  let sleep = inputs.sleep
  if (!explicit) sleep = cut('sleep', sleep, ['maxSleepSeconds', settings.maxSleepSeconds])
  if (!explicit && spot) sleep = cut('sleep', sleep, ['spot', spotLimit(shutdown)])
  const had = inputs.grace ?? DEFAULT_GRACE
  const ceiling = settings.maxGraceSeconds === undefined ? undefined : longer(settings.maxGraceSeconds, had)
  let left = shutdown
  if (ceiling !== undefined) {
    const floor = shorter(shutdown, SHUTDOWN_FLOOR)
    left = cut('shutdown', shutdown, [
      'maxGraceSeconds',
      longer(floor, subtract(ceiling, longer(sleep, longestHook))),
    ])
    sleep = cut('sleep', sleep, ['maxGraceSeconds', longer(seconds(0), subtract(ceiling, left))])
  }
  const wanted = longer(add(sleep, left), hookGrace(longestHook, { value: left, isSaid }, settings))
  const grace = longer(had, ceiling === undefined ? wanted : shorter(wanted, ceiling))
  return { sleep, shutdownTime: left, grace, caps }
}

/**
 * What a hook of the user's is given, and the time after it: no more than `maxHookGraceSeconds`, so that a hook of a
 * day holds no node for a day. Where somebody said how long the application needs, that comes on top of a hook which
 * is cut by itself.
 */
export function hookGrace(
  hook: Seconds,
  shutdown: { readonly value: Seconds; readonly isSaid: boolean },
  { maxHookGraceSeconds }: Pick<Settings, 'maxHookGraceSeconds'>,
): Seconds {
  return shutdown.isSaid
    ? add(shorter(hook, maxHookGraceSeconds), shutdown.value)
    : shorter(add(hook, shutdown.value), maxHookGraceSeconds)
}

/** A grace period as far as the installation lets us raise it. */
export const underMaxGrace = (
  wanted: Seconds,
  { maxGraceSeconds }: Pick<Settings, 'maxGraceSeconds'>,
): Seconds => (maxGraceSeconds === undefined ? wanted : shorter(wanted, maxGraceSeconds))

/** SIGTERM must still come within the notice. */
const spotLimit = (shutdown: Seconds): Seconds => subtract(SPOT_NOTICE, shorter(shutdown, SHUTDOWN_FLOOR))
