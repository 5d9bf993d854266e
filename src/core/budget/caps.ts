import { LONGEST, longer, longest, type Seconds, seconds, shorter, subtract } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import { DEFAULT_GRACE } from '../model/workload.ts'
import {
  type ContainerBudget,
  type ContainerEnding,
  graceOver,
  knownHook,
  longestShutdown,
  neededByContainers,
  type PodHooks,
  PROXY_END,
} from './containers.ts'
import { isExplicit } from './shutdown.ts'

/**
 * EC2 gives 120 s notice of a Spot interruption in all; ten are left for noticing it and starting the drain.
 */
export const SPOT_NOTICE = seconds(110)

/** cluster-autoscaler's default of --max-graceful-termination-sec: it ends a Pod then, whatever grace it has. */
export const AUTOSCALER_LIMIT = seconds(600)

/** The shutdown time below which a cap takes from the sleep instead: Kubernetes' own default grace. */
export const SHUTDOWN_FLOOR = seconds(30)

/** Whether a pod with this sleep and this time after SIGTERM, of which 30 s count, outlasts a Spot notice. */
export const exceedsSpotNotice = (sleep: Seconds, shutdown: Seconds): boolean => sleep > spotLimit(shutdown)

/** One cut: `term` went down from `from` to `to`, because of `limit`. */
export interface Cap {
  readonly limit: 'maxSleepSeconds' | 'spot' | 'maxGraceSeconds'
  readonly term: 'sleep' | 'shutdown'
  readonly from: Seconds
  readonly to: Seconds
}

interface Capped {
  readonly sleep: Seconds
  readonly grace: Seconds
  /** What each container is left with. */
  readonly containers: readonly ContainerBudget[]
  /** The longest time after SIGTERM of those that serve by themselves. */
  readonly shutdownTime: Seconds
  readonly caps: readonly Cap[]
}

interface CapInputs {
  readonly sleep: Seconds
  /** An explicit sleep is not cut by maxSleep, nor for Spot; maxGrace still holds. */
  readonly explicit: boolean
  readonly endings: readonly ContainerEnding[]
  readonly pod: PodHooks
  readonly spot: boolean
  readonly settings: Pick<Settings, 'maxSleepSeconds' | 'maxGraceSeconds' | 'maxHookGraceSeconds'>
}

/** Applies every limit. The result never has a sleep above its grace: the API server would refuse the object. */
export function applyCaps(inputs: CapInputs): Capped {
  const { pod, settings } = inputs
  const had = pod.grace ?? DEFAULT_GRACE
  const ceiling = settings.maxGraceSeconds === undefined ? undefined : longer(settings.maxGraceSeconds, had)
  const caps: Cap[] = []
  const short = shortSleep(inputs, caps)
  const under =
    ceiling === undefined
      ? { ...inputs, sleep: short }
      : underCeiling({ ...inputs, sleep: short }, ceiling, caps)
  const longestProxy = proxyLimit({ ...inputs, endings: under.endings, grace: pod.grace })
  const { maxHookGraceSeconds } = settings
  const containers = neededByContainers(under.endings, under.sleep, { maxHookGraceSeconds, longestProxy })
  const wanted = graceOver(containers, pod, settings)
  const grace = longer(had, ceiling === undefined ? wanted : shorter(wanted, ceiling))
  return { sleep: under.sleep, shutdownTime: longestShutdown(under.endings), containers, grace, caps }
}

/** @param caps what is cut is added. */
function cut(caps: Cap[], cap: Cap): Seconds {
  if (cap.to >= cap.from) return cap.from
  const isNew = !caps.some(({ term, from, to }) => term === cap.term && from === cap.from && to === cap.to)
  if (isNew) caps.push(cap)
  return cap.to
}

function shortSleep({ sleep, explicit, endings, spot, settings }: CapInputs, caps: Cap[]): Seconds {
  if (explicit) return sleep
  const { maxSleepSeconds } = settings
  const most = cut(caps, { limit: 'maxSleepSeconds', term: 'sleep', from: sleep, to: maxSleepSeconds })
  if (!spot) return most
  return cut(caps, { limit: 'spot', term: 'sleep', from: most, to: spotLimit(longestShutdown(endings)) })
}

/** First the time after SIGTERM gives way, down to the floor, then the sleep. */
function underCeiling(
  { sleep, endings }: Pick<CapInputs, 'sleep' | 'endings'>,
  ceiling: Seconds,
  caps: Cap[],
): Pick<CapInputs, 'sleep' | 'endings'> {
  const limit = 'maxGraceSeconds'
  // A proxy that outlives the application ends after it.
  const room = subtract(
    ceiling,
    longest(endings.flatMap(({ holds, shutdownTime }) => (holds === 'outlives' ? [shutdownTime] : []))),
  )
  const left = endings.map((ending): ContainerEnding => {
    const { holds, container, shutdownTime: from } = ending
    if (holds === 'outlives') return ending
    const end = holds === 'hook' ? subtract(ceiling, knownHook(container)) : subtract(room, sleep)
    const to = longer(shorter(from, SHUTDOWN_FLOOR), end)
    return { ...ending, shutdownTime: cut(caps, { limit, term: 'shutdown', from, to }) }
  })
  const ours = left.filter(({ holds }) => holds === 'sleep')
  const tail = longestShutdown(ours.length === 0 ? left : ours)
  const to = longer(seconds(0), subtract(room, tail))
  return { endings: left, sleep: cut(caps, { limit, term: 'sleep', from: sleep, to }) }
}

/** What containers are left with after this sleep, under maxGrace; as with a budget, where none is computed. */
export function endingsUnderMaxGrace({
  endings,
  sleep,
  settings: { maxGraceSeconds },
  grace = DEFAULT_GRACE,
}: Pick<CapInputs, 'endings' | 'sleep'> &
  Pick<ProxyLimitInputs, 'settings' | 'grace'>): readonly ContainerEnding[] {
  if (maxGraceSeconds === undefined) return endings
  return underCeiling({ endings, sleep }, longer(maxGraceSeconds, grace), []).endings
}

/**
 * The most that a proxy may sleep: what it waits for is a bound on the application's shutdown, which may be as long as
 * its grace period. Unless that time was stated, maxSleep holds; so do the Spot notice and maxGrace.
 */
export function proxyLimit({ endings, settings, grace, spot }: ProxyLimitInputs): Seconds {
  const isStated = endings.some(({ shutdown }) => isExplicit(shutdown))
  const { maxSleepSeconds, maxGraceSeconds } = settings
  const most = isStated ? LONGEST : maxSleepSeconds
  const noticed = spot ? shorter(most, SPOT_NOTICE) : most
  if (maxGraceSeconds === undefined) return noticed
  return shorter(noticed, subtract(longer(maxGraceSeconds, grace ?? DEFAULT_GRACE), PROXY_END))
}

interface ProxyLimitInputs {
  readonly endings: readonly ContainerEnding[]
  readonly settings: Pick<Settings, 'maxSleepSeconds' | 'maxGraceSeconds'>
  /** The grace period before us; absent: the API server's default. */
  readonly grace: Seconds | undefined
  readonly spot: boolean
}

/** A grace period as far as the installation lets us raise it. */
export const underMaxGrace = (
  wanted: Seconds,
  { maxGraceSeconds }: Pick<Settings, 'maxGraceSeconds'>,
): Seconds => (maxGraceSeconds === undefined ? wanted : shorter(wanted, maxGraceSeconds))

/** SIGTERM must still come within the notice. */
const spotLimit = (shutdown: Seconds): Seconds => subtract(SPOT_NOTICE, shorter(shutdown, SHUTDOWN_FLOOR))
