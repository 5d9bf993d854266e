import type { Exposure } from '../model/exposure.ts'
import type { Overrides } from '../model/overrides.ts'
import type { Candidate, Resolved } from '../model/resolved.ts'
import { longer, longest, type Seconds, seconds, shorter } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import { applyCaps, type Cap } from './caps.ts'
import {
  type ContainerBudget,
  type ContainerEnding,
  drainedAfter,
  endingsOf,
  graceOver,
  type HookedContainer,
  knownHook,
  neededByContainers,
  type PodHooks,
  shutdownFormula,
} from './containers.ts'
import { evaluate, type Formula } from './expression.ts'
import { GRACEFUL_SLEEP, type Row, rowOf, SLEEP } from './formulas.ts'
import { resolveTerms, type Terms } from './terms.ts'
import { isObserved, unaided } from './unaided.ts'

/** What one exposure asks for, before any cap, and why. */
export interface ExposureBudget {
  readonly exposure: Exposure
  readonly row: Row
  /** A is that of the container that decides the grace period. */
  readonly terms: Terms
  readonly sleepFormula: Formula
  readonly shutdownFormula: Formula
  readonly sleep: Seconds
  /** Over the containers: the hook that each has after us, and its own time after SIGTERM. */
  readonly grace: Seconds
  /** The sleep if it is a Classic Load Balancer, cut by `maxSleepSeconds`; absent: nothing speaks for one. */
  readonly classicSleep?: Seconds
  /** The sleep without what was measured and what AWS says; absent: nothing was observed. */
  readonly unaidedSleep?: Seconds
}

/** The timing budget of a pod over all of its exposures: the explanation is part of the value. */
export interface Budget {
  /** Seconds before SIGTERM, after caps; 0: nothing is to be injected. */
  readonly sleep: Seconds
  /** Grace period that covers the sleep and the shutdown, after caps; never below what the pod has. */
  readonly grace: Seconds
  /** The longest time that a container is left with after SIGTERM, after caps; proxies that outlive it apart. */
  readonly shutdownTime: Seconds
  /** The regular containers in the order of the template, after caps. */
  readonly containers: readonly ContainerBudget[]
  /** The one that decided the grace period: the first with the largest. */
  readonly graceContainer: ContainerBudget
  /** What caps a computed sleep. */
  readonly maxSleep: Seconds
  /** The same two before caps. */
  readonly needed: { readonly sleep: Seconds; readonly grace: Seconds }
  /** The exposure that decided the sleep, and with it the grace period: the first with the largest. */
  readonly decidedBy: ExposureBudget
  /** Every exposure, in the order of discovery. */
  readonly perExposure: readonly [ExposureBudget, ...ExposureBudget[]]
  /** An explicit sleep (annotation), which replaces the computed one. */
  readonly explicitSleep?: Candidate<Seconds>
  /** A of the container that decided the grace period. */
  readonly shutdown: Resolved<Seconds>
  readonly graceful: boolean
  /** The longest known preStop hook of the user's, native sidecars included; 0 for none. */
  readonly longestHook: Seconds
  /** The grace period that the pod had, where it says so. */
  readonly graceBefore?: Seconds
  /** What was cut and by which limit, in the order of cutting. */
  readonly caps: readonly Cap[]
}

interface BudgetInputs {
  readonly exposures: readonly [Exposure, ...Exposure[]]
  readonly settings: Settings
  readonly overrides: Overrides
  readonly pod: PodHooks
  /** The pod says that it runs on Spot capacity. */
  readonly spot: boolean
}

const deciding = (containers: readonly ContainerBudget[]): ContainerBudget =>
  containers.reduce((best, next) => (next.grace > best.grace ? next : best))

/** Until when what a proxy serves may need it: until that has drained after SIGTERM if it does so, else S. */
export function drainedAt({ containers, graceful, sleep }: Budget): Seconds {
  if (!graceful) return sleep
  const limited = containers.find(({ holds }) => holds === 'outlives')
  return limited?.sleep ?? longer(sleep, drainedAfter(containers, sleep))
}

/** What a container of this name needs before its SIGTERM, whoever wrote its hook: S, or more if it is a proxy. */
export function sleepOf(budget: Budget, name: string): Seconds {
  const isProxy = budget.containers.some(({ container }) => container.name === name && container.isProxy)
  return isProxy ? drainedAt(budget) : budget.sleep
}

/** In place of those of a pod that has none: the numbers are shown all the same. */
const NAMELESS: HookedContainer = { name: '', isProxy: false }

/** Computes the budget of a pod behind at least one target group: the largest S and the largest G of all. */
export function computeBudget(inputs: BudgetInputs): Budget {
  const { exposures, overrides, settings } = inputs
  const { containers, sidecarHook, grace } = inputs.pod
  const pod = containers.length === 0 ? { ...inputs.pod, containers: [NAMELESS] } : inputs.pod
  const endings = endingsOf({ pod, settings, overrides })
  const [first, ...rest] = exposures
  const forOne = (exposure: Exposure) => exposureBudget(exposure, inputs, endings)
  const perExposure = [forOne(first), ...rest.map(forOne)] as const
  const decidedBy = perExposure.reduce((best, next) => (next.sleep > best.sleep ? next : best))
  const sleep = overrides.sleep?.value ?? decidedBy.sleep
  const needed = { sleep, grace: graceOver(neededByContainers(endings, sleep, settings), pod, settings) }
  const capped = applyCaps({ ...inputs, pod, endings, sleep, explicit: overrides.sleep !== undefined })
  const graceContainer = deciding(capped.containers)
  return {
    ...capped,
    maxSleep: settings.maxSleepSeconds,
    needed,
    decidedBy,
    perExposure,
    graceContainer,
    shutdown: graceContainer.shutdown,
    longestHook: longest([...containers.map(knownHook), sidecarHook]),
    graceful: overrides.graceful,
    ...(grace === undefined ? {} : { graceBefore: grace }),
    ...(overrides.sleep === undefined ? {} : { explicitSleep: overrides.sleep }),
  }
}

function exposureBudget(
  exposure: Exposure,
  inputs: BudgetInputs,
  endings: readonly ContainerEnding[],
): ExposureBudget {
  const { settings, overrides, pod } = inputs
  const row = rowOf(exposure)
  const classic = asClassic(exposure)
  const terms = resolveTerms({ exposure, settings, overrides })
  const sleepFormula = (overrides.graceful ? GRACEFUL_SLEEP : SLEEP)[row]
  // No sleep depends on what comes after it.
  const sleep = evaluate(sleepFormula, (name) => (name === 'A' ? seconds(0) : terms[name].value))
  const containers = neededByContainers(endings, sleep, settings)
  return {
    exposure,
    row,
    terms: { ...terms, A: deciding(containers).shutdown },
    sleepFormula,
    shutdownFormula: shutdownFormula(overrides),
    sleep,
    grace: graceOver(containers, pod, settings),
    ...(isObserved(exposure)
      ? { unaidedSleep: exposureBudget(unaided(exposure), inputs, endings).sleep }
      : {}),
    ...(classic === undefined
      ? {}
      : { classicSleep: shorter(exposureBudget(classic, inputs, endings).sleep, settings.maxSleepSeconds) }),
  }
}

/** The exposure, if its load balancer is a classic one after all. */
function asClassic(exposure: Exposure): Exposure | undefined {
  const { value, alternatives } = exposure.loadBalancer
  const classic = alternatives.find((one) => one.value === 'classic')
  if (value === 'classic' || classic === undefined) return undefined
  return { ...exposure, loadBalancer: { ...classic, alternatives: [] } }
}
