import type { Overrides } from '../model/overrides.ts'
import type { Resolved } from '../model/resolved.ts'
import { add, LONGEST, longer, longest, type Seconds, seconds, shorter } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import { evaluate, type Formula } from './expression.ts'
import { GRACEFUL_SHUTDOWN, SHUTDOWN } from './formulas.ts'
import { isExplicit, resolveShutdown } from './shutdown.ts'
import { resolveRequest } from './terms.ts'

/** A regular container as a budget sees it, without Slackwater's work. */
export interface HookedContainer {
  readonly name: string
  /** Its own preStop hook: the known length, or `unknown`; absent: it has none. */
  readonly hook?: Seconds | 'unknown'
  /** The traffic of the others goes through it (setting `proxyContainers`). */
  readonly isProxy: boolean
}

/** What of a pod decides its grace period. */
export interface PodHooks {
  readonly containers: readonly HookedContainer[]
  /** The longest known hook of a native sidecar; 0 for none. The kubelet must not cut it; nothing comes on top. */
  readonly sidecarHook: Seconds
  /** The grace period before us; absent: the API server's default. */
  readonly grace: Seconds | undefined
}

/** A container whose time after SIGTERM is known, and when that SIGTERM comes is not yet. */
export interface ContainerEnding {
  readonly container: HookedContainer
  /**
   * Why it holds on: `sleep`: the pod's sleep; `outlives`: a proxy, which must be there for as long as the application
   * drains after SIGTERM; `hook`: a preStop hook of the user's.
   */
  readonly holds: 'sleep' | 'outlives' | 'hook'
  /** A of this container. */
  readonly shutdown: Resolved<Seconds>
  /** After SIGTERM: A, or max(A, R) where the application drains by itself; of a proxy that outlives it, its own end. */
  readonly shutdownTime: Seconds
}

/** What one regular container needs of the grace period. */
export interface ContainerBudget extends ContainerEnding {
  /** Seconds until its SIGTERM; of a hook of unknown length 0, or what it should have been. */
  readonly sleep: Seconds
  /** Both together, with what `maxHookGraceSeconds` takes of a hook of the user's. */
  readonly grace: Seconds
}

/** Envoy's own end after its drain: Istio's default `terminationDrainDuration`, 5 s (istio.io, ProxyConfig). */
export const PROXY_END = seconds(5)

/** The known length of a container's own hook; 0 for none, and for one of unknown length. */
export const knownHook = ({ hook }: HookedContainer): Seconds =>
  typeof hook === 'number' ? hook : seconds(0)

interface EndingInputs {
  readonly pod: PodHooks
  readonly settings: Settings
  readonly overrides: Overrides
}

/** What comes after SIGTERM, and in a graceful shutdown why. */
export const shutdownFormula = ({ graceful }: Pick<Overrides, 'graceful'>): Formula =>
  graceful ? GRACEFUL_SHUTDOWN : SHUTDOWN

/** How each regular container ends after SIGTERM, in the order of the template. */
export function endingsOf({ pod, settings, overrides }: EndingInputs): readonly ContainerEnding[] {
  const { containers, grace } = pod
  const request = resolveRequest(settings.terms, overrides).value
  const formula = shutdownFormula(overrides)
  const isServed = overrides.graceful && containers.some(({ isProxy }) => !isProxy)
  return containers.map((container) => {
    const { hook, isProxy } = container
    const shutdown = resolveShutdown({
      grace,
      hook: knownHook(container),
      settings: settings.terms,
      overrides,
    })
    const outlives = isServed && isProxy
    const holds = hook !== undefined ? 'hook' : outlives ? 'outlives' : 'sleep'
    // What the application needs after SIGTERM, a proxy does not, whoever wrote its hook.
    const shutdownTime = outlives
      ? PROXY_END
      : evaluate(formula, (name) => (name === 'A' ? shutdown.value : request))
    return { container, holds, shutdown, shutdownTime }
  })
}

/** When the last container that a proxy serves has ended, if those without a hook sleep for so long. */
export const drainedAfter = (endings: readonly ContainerEnding[], sleep: Seconds): Seconds =>
  longest(
    endings.map(({ holds, container, shutdownTime }) =>
      holds === 'outlives' || container.isProxy
        ? seconds(0)
        : add(holds === 'hook' ? longer(knownHook(container), sleep) : sleep, shutdownTime),
    ),
  )

/** The longest time after SIGTERM of those that serve by themselves. */
export const longestShutdown = (endings: readonly ContainerEnding[]): Seconds =>
  longest(endings.map(({ holds, shutdownTime }) => (holds === 'outlives' ? seconds(0) : shutdownTime)))

/**
 * What the containers need once ours sleep for so long: all but the limits on the pod.
 * @param least what users' hooks should hold for, where no container can be given a sleep.
 * @param longestProxy the most that a proxy may sleep beyond the others.
 */
export function containerBudgets(
  endings: readonly ContainerEnding[],
  sleep: Seconds,
  {
    maxHookGraceSeconds,
    least = seconds(0),
    longestProxy = LONGEST,
  }: Pick<Settings, 'maxHookGraceSeconds'> & { readonly least?: Seconds; readonly longestProxy?: Seconds },
): readonly ContainerBudget[] {
  const drained = longer(sleep, shorter(drainedAfter(endings, sleep), longestProxy))
  return endings.map(({ container, holds, shutdown, shutdownTime }) => {
    if (holds !== 'hook') {
      const own = holds === 'outlives' ? drained : sleep
      return { container, holds, shutdown, shutdownTime, sleep: own, grace: add(own, shutdownTime) }
    }
    const hook = knownHook(container)
    const forHook = hookGrace(
      hook,
      { value: shutdownTime, isStated: isExplicit(shutdown) },
      { maxHookGraceSeconds },
    )
    const grace = longer(forHook, add(least, shutdownTime))
    return { container, holds, shutdown, shutdownTime, sleep: longer(hook, least), grace }
  })
}

/** What is needed where every hook is the user's is shown, though none can be given: what they should hold for. */
export const neededByContainers = (
  endings: readonly ContainerEnding[],
  sleep: Seconds,
  limits: Pick<Settings, 'maxHookGraceSeconds'> & { readonly longestProxy?: Seconds },
): readonly ContainerBudget[] =>
  containerBudgets(endings, sleep, {
    ...limits,
    least: endings.every(({ holds }) => holds === 'hook') ? sleep : seconds(0),
  })

/** The grace period that covers every container and the hooks of native sidecars, without any limit on the pod. */
export const graceOver = (
  budgets: readonly ContainerBudget[],
  { sidecarHook }: Pick<PodHooks, 'sidecarHook'>,
  { maxHookGraceSeconds }: Pick<Settings, 'maxHookGraceSeconds'>,
): Seconds => longer(longest(budgets.map(({ grace }) => grace)), shorter(sidecarHook, maxHookGraceSeconds))

/**
 * What a hook of the user's is given, and the time after it: no more than `maxHookGraceSeconds`, so that a hook of a
 * day holds no node for a day. Where somebody stated how long the application needs, that comes on top of a hook which
 * is cut by itself.
 */
function hookGrace(
  hook: Seconds,
  shutdown: { readonly value: Seconds; readonly isStated: boolean },
  { maxHookGraceSeconds }: Pick<Settings, 'maxHookGraceSeconds'>,
): Seconds {
  return shutdown.isStated
    ? add(shorter(hook, maxHookGraceSeconds), shutdown.value)
    : shorter(add(hook, shutdown.value), maxHookGraceSeconds)
}
