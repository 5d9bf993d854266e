import type { Exposure } from '../model/exposure.ts'
import type { Overrides } from '../model/overrides.ts'
import type { Candidate, Resolved } from '../model/resolved.ts'
import { add, longer, longest, type Seconds } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import { applyCaps, type Cap } from './caps.ts'
import { evaluate, type Formula } from './expression.ts'
import { GRACEFUL_SHUTDOWN, GRACEFUL_SLEEP, type Row, rowOf, SHUTDOWN, SLEEP } from './formulas.ts'
import { isSaid, resolveShutdown } from './shutdown.ts'
import { resolveTerms, type Terms } from './terms.ts'

/** What one exposure asks for, before any cap, and why. */
export interface ExposureBudget {
  readonly exposure: Exposure
  readonly row: Row
  readonly terms: Terms
  readonly sleepFormula: Formula
  readonly shutdownFormula: Formula
  readonly sleep: Seconds
  /** max(sleep, longest known hook) + shutdown. */
  readonly grace: Seconds
}

/** The timing budget of a pod over all of its exposures: the explanation is part of the value. */
export interface Budget {
  /** Seconds before SIGTERM, after caps; 0: nothing is to be injected. */
  readonly sleep: Seconds
  /** Grace period that covers the sleep and the shutdown, after caps; never below what the pod has. */
  readonly grace: Seconds
  /** What the application is left with after SIGTERM, after caps. */
  readonly shutdownTime: Seconds
  /** The same two before caps. */
  readonly needed: { readonly sleep: Seconds; readonly grace: Seconds }
  /** The exposure that decided the sleep: the first with the largest. */
  readonly decidedBy: ExposureBudget
  /** The exposure that decided the grace period: the first with the largest. */
  readonly graceDecidedBy: ExposureBudget
  /** Every exposure, in the order of discovery. */
  readonly perExposure: readonly [ExposureBudget, ...ExposureBudget[]]
  /** An explicit sleep (annotation), which replaces the computed one. */
  readonly explicitSleep?: Candidate<Seconds>
  readonly shutdown: Resolved<Seconds>
  readonly graceful: boolean
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
  /** The grace period before us; absent: the API server's default. */
  readonly grace: Seconds | undefined
  /** The longest preStop hook of known length in the pod that is not ours; 0 for none. */
  readonly longestHook: Seconds
  /** The pod says that it runs on Spot capacity. */
  readonly spot: boolean
}

/** Computes the budget of a pod behind at least one target group: the largest S and the largest G of all. */
export function computeBudget(inputs: BudgetInputs): Budget {
  const { exposures, settings, overrides, grace, longestHook } = inputs
  const shutdown = resolveShutdown({ grace, longestHook, settings: settings.terms, overrides })
  const [first, ...rest] = exposures
  const forOne = (exposure: Exposure) => exposureBudget(exposure, inputs, shutdown)
  const perExposure = [forOne(first), ...rest.map(forOne)] as const
  const decidedBy = perExposure.reduce((best, next) => (next.sleep > best.sleep ? next : best))
  const graceDecidedBy = perExposure.reduce((best, next) => (next.grace > best.grace ? next : best))
  const sleep = overrides.sleep?.value ?? decidedBy.sleep
  const tail = longest(perExposure.map((one) => shutdownTime(one)))
  const needed = { sleep, grace: add(longer(sleep, longestHook), tail) }
  const capped = applyCaps({
    ...inputs,
    sleep,
    shutdown: tail,
    isShutdownSaid: isSaid(shutdown),
    explicit: overrides.sleep !== undefined,
  })
  return {
    ...capped,
    needed,
    decidedBy,
    graceDecidedBy,
    perExposure,
    shutdown,
    longestHook,
    graceful: overrides.graceful,
    ...(grace === undefined ? {} : { graceBefore: grace }),
    ...(overrides.sleep === undefined ? {} : { explicitSleep: overrides.sleep }),
  }
}

function exposureBudget(
  exposure: Exposure,
  { settings, overrides, longestHook }: BudgetInputs,
  shutdown: Resolved<Seconds>,
): ExposureBudget {
  const row = rowOf(exposure)
  const terms = resolveTerms({ exposure, settings: settings.terms, overrides, shutdown })
  const sleepFormula = (overrides.graceful ? GRACEFUL_SLEEP : SLEEP)[row]
  const shutdownFormula = overrides.graceful ? GRACEFUL_SHUTDOWN : SHUTDOWN
  const sleep = evaluate(sleepFormula, (name) => terms[name].value)
  const draft = { exposure, row, terms, sleepFormula, shutdownFormula, sleep }
  return { ...draft, grace: add(longer(sleep, longestHook), shutdownTime(draft)) }
}

const shutdownTime = ({
  shutdownFormula,
  terms,
}: Pick<ExposureBudget, 'shutdownFormula' | 'terms'>): Seconds =>
  evaluate(shutdownFormula, (name) => terms[name].value)
