import { type Budget, computeBudget } from '../budget/budget.ts'
import { endingsUnderMaxGrace, proxyLimit, underMaxGrace } from '../budget/caps.ts'
import {
  type ContainerBudget,
  containerBudgets,
  endingsOf,
  graceOver,
  type PodHooks,
} from '../budget/containers.ts'
import { asItStands, type Desired, nothingOfOurs } from '../injection/desired.ts'
import { isStated, longestKnownHook, sleepHook, withoutHook } from '../injection/hooks.ts'
import { longestMeasured } from '../injection/measured.ts'
import { isNothing, type OwnedWork, withoutOurs } from '../injection/owned-work.ts'
import type { RaisedGrace } from '../injection/record.ts'
import type { Exposure } from '../model/exposure.ts'
import { add, longer, longest, type Seconds, seconds, shorter } from '../model/seconds.ts'
import type { HookForm, Settings } from '../model/settings.ts'
import { type Container, DEFAULT_GRACE, type PodTemplate } from '../model/workload.ts'
import { type ExplainedWork, explainedWork } from './explained.ts'
import { loweredGrace } from './lowered.ts'
import { podHooksOf } from './pod-hooks.ts'
import { probeGraces } from './probe-graces.ts'
import type { Subject } from './subject.ts'

interface ProtectionInputs {
  readonly subject: Subject
  readonly settings: Settings
  readonly ownedWork: OwnedWork
  readonly storedWork: OwnedWork
  /** The exposures for whose sake the pod is to be kept alive. */
  readonly exposures: readonly Exposure[]
  /** Absent: nothing that is recorded goes down because of what was observed. */
  readonly explained?: ExplainedWork
}

/** What full protection of a template looks like. */
export interface Protection {
  readonly desired: Desired
  readonly sleep: Seconds
  readonly budget: Budget | undefined
  /** The containers that get our hook. */
  readonly injected: number
}

/** Our work as it should stand in the template: pure arithmetic on what is there, what is known and what was recorded. */
export function protectionOf(inputs: ProtectionInputs): Protection {
  const { subject, ownedWork } = inputs
  const bare = withoutOurs(subject.template, ownedWork)
  const lowered = loweredGrace(subject, ownedWork)
  // A stated sleep, or `assume: none`, is obeyed under a policy as well.
  if (lowered !== undefined && !mayLower(inputs)) return underPolicy(inputs, bare, lowered)
  const protection = protectionFrom(inputs, bare)
  const { grace, appliedGrace } = subject.template.stated ?? {}
  const stated = [grace, appliedGrace].find((one) => one !== undefined && one === protection.desired.grace)
  return stated === undefined || stated === bare.grace ? protection : overStated(inputs, bare, stated)
}

/**
 * Something lowered the grace period after us: that is a limit, not the application's need. Our sleep stays as it is, and
 * nothing is raised; the record goes on saying what we wrote.
 */
function underPolicy(
  inputs: ProtectionInputs,
  bare: PodTemplate,
  { before, after }: RaisedGrace,
): Protection {
  const { ownedWork, settings } = inputs
  const { grace: limit, ...rest } = bare
  const had = { ...rest, ...(before === null ? {} : { grace: before }) }
  const most = limit ?? DEFAULT_GRACE
  const { budget } = protectionFrom(inputs, had)
  const recorded = recordedSleep(inputs, budget)
  const sleep = shorter(recorded > 0 ? recorded : (budget?.sleep ?? seconds(0)), most)
  const open = withoutHook(bare)
  const sleeps = new Map(open.map(({ name }) => [name, ownedWork.sleeps.get(name) ?? sleep]))
  const desired: Desired = {
    form: settings.hook,
    sleeps,
    grace: limit,
    graceBefore: before ?? undefined,
    graceWritten: after,
    probes: probeGraces(had, sleeps),
  }
  return { desired, sleep, budget, injected: open.length }
}

/**
 * We would write the very grace period that the source states, where somebody has lowered it since: once written, it is
 * the user's. So it is what the application has, at once as well as when we are asked again.
 */
function overStated(inputs: ProtectionInputs, bare: PodTemplate, stated: Seconds): Protection {
  const protection = protectionFrom(inputs, { ...bare, grace: stated })
  const { desired } = protection
  if (desired.grace === stated) return protection
  const probes = probeGraces(bare, desired.sleeps)
  return { ...protection, desired: { ...desired, graceBefore: bare.grace, probes } }
}

/** The very hook that a source states, and that somebody has taken out since, is the user's: at once, as when asked again. */
function protectionFrom(inputs: ProtectionInputs, bare: PodTemplate): Protection {
  const protection = protectionOver(inputs, bare)
  const { desired, sleep } = protection
  if ((inputs.subject.template.stated?.hooks.size ?? 0) === 0) return protection
  const form = inputs.settings.hook
  const stated = [...desired.sleeps].filter(([name, length]) =>
    isStated(inputs.subject.template, name, { length, form }),
  )
  if (stated.length === 0) return protection
  const names = new Map(stated)
  const containers = bare.containers.map((container) =>
    withStated(container, names.get(container.name), form),
  )
  const again = protectionOver(inputs, { ...bare, containers })
  if (again.sleep !== sleep) return protection
  const sleeps = new Map([...again.desired.sleeps, ...stated])
  return { ...again, desired: { ...again.desired, form, sleeps }, injected: protection.injected }
}

const withStated = (container: Container, sleep: Seconds | undefined, form: HookForm): Container =>
  sleep === undefined ? container : { ...container, preStop: sleepHook(sleep, form) }

function protectionOver(all: ProtectionInputs, bare: PodTemplate): Protection {
  const pod = podHooksOf(bare, all.settings)
  const budget = budgetOf(all, bare, pod)
  const explained = explainedWork(all, (exposures) => budgetOf({ ...all, exposures }, bare, pod))
  const inputs = explained === undefined ? all : { ...all, explained }
  const sleep = sleepOf(inputs, budget)
  const open = withoutHook(bare)
  const plan: Plan = { ...inputs, bare, pod, budget, sleep }
  if (sleep > 0 && open.length > 0) return { desired: injection(plan), sleep, budget, injected: open.length }
  return { desired: open.length === 0 ? usersHooks(plan) : withoutSleep(inputs), sleep, budget, injected: 0 }
}

interface Plan extends ProtectionInputs {
  readonly bare: PodTemplate
  readonly pod: PodHooks
  readonly budget: Budget | undefined
  readonly sleep: Seconds
}

function budgetOf(
  { subject, settings, exposures }: ProtectionInputs,
  bare: PodTemplate,
  pod: PodHooks,
): Budget | undefined {
  const [first, ...rest] = exposures
  if (first === undefined) return undefined
  const { overrides } = subject
  return computeBudget({ exposures: [first, ...rest], settings, overrides, pod, spot: bare.spot })
}

/**
 * Someone has said a value, or that there is no exposure: only then may what is recorded go down. What a Pod's template
 * carries goes with the template's next change, not Pod by Pod: a Pod cannot tell what its workload's source states.
 */
const mayLower = ({ subject: { what, owner, overrides } }: ProtectionInputs): boolean =>
  (what === 'workload' || owner === undefined) &&
  (overrides.sleep !== undefined || overrides.assume?.value === 'none')

/**
 * The sleep that we have given to a container and that stays, by its name; 0 for none. What was observed lets go of as much
 * as it explains.
 */
function recordedFor({ ownedWork, storedWork, explained }: ProtectionInputs, name: string): Seconds {
  const recorded = longer(recordedIn(ownedWork, name), recordedIn(storedWork, name))
  return explained !== undefined && recorded <= explained.sleepFor(name) ? seconds(0) : recorded
}

const recordedIn = ({ sleeps, contested }: OwnedWork, name: string): Seconds =>
  longer(sleeps.get(name) ?? seconds(0), contested.get(name) ?? seconds(0))

/**
 * The longest recorded sleep. What a proxy sleeps longer than the application is no sleep of the others; so if only proxies
 * have one, it counts only while no load balancer is known.
 */
function recordedSleep(inputs: ProtectionInputs, budget: Budget | undefined): Seconds {
  const { ownedWork, storedWork, settings } = inputs
  if (!ownedWork.recorded && !storedWork.recorded) return seconds(0)
  const names = [ownedWork, storedWork].flatMap(({ sleeps, contested }) => [
    ...sleeps.keys(),
    ...contested.keys(),
  ])
  const served = names.filter((name) => !settings.proxyContainers.includes(name))
  const counted = served.length === 0 && budget === undefined ? names : served
  return longest(counted.map((name) => recordedFor(inputs, name)))
}

/** The computed sleep, never below the recorded one; an explicit one replaces both. */
function sleepOf(inputs: ProtectionInputs, budget: Budget | undefined): Seconds {
  const { subject } = inputs
  const recorded = recordedSleep(inputs, budget)
  if (subject.overrides.assume?.value === 'none') return seconds(0)
  if (!mayLower(inputs)) return longer(budget?.sleep ?? seconds(0), recorded)
  const explicit = recorded > 0 ? subject.overrides.sleep?.value : undefined
  return budget?.sleep ?? explicit ?? seconds(0)
}

function injection(plan: Plan): Desired {
  const { bare, settings } = plan
  const graceBefore = bare.grace
  const containers = containersOf(plan)
  const sleeps = new Map(
    containers.flatMap(({ holds, container, sleep }) => (holds === 'hook' ? [] : [[container.name, sleep]])),
  )
  const wanted = longer(graceFor(plan, containers), graceBefore ?? DEFAULT_GRACE)
  const grace = longer(keepRaised(plan, wanted), raisedInStored(plan))
  const probes = probeGraces(bare, sleeps)
  return { form: settings.hook, sleeps, grace: statedOnlyIfRaised(grace, graceBefore), graceBefore, probes }
}

/** Each container with its sleep, never below the one that is recorded for it. */
function containersOf(plan: Plan): readonly ContainerBudget[] {
  const { budget, sleep, settings, bare } = plan
  const { grace, spot } = bare
  const endings =
    budget?.containers ?? endingsUnderMaxGrace({ endings: endingsIn(plan), sleep, settings, grace })
  const { maxHookGraceSeconds } = settings
  const longestProxy = proxyLimit({ endings, settings, grace, spot })
  const containers = containerBudgets(endings, sleep, { maxHookGraceSeconds, longestProxy })
  if (mayLower(plan)) return containers
  return containers.map((one) => {
    const recorded = one.holds === 'hook' ? one.sleep : recordedFor(plan, one.container.name)
    // Without an exposure nothing is computed anew, not even what a proxy needs beyond the others.
    if (budget === undefined && recorded > 0)
      return { ...one, sleep: recorded, grace: add(recorded, one.shutdownTime) }
    return recorded <= one.sleep ? one : { ...one, sleep: recorded, grace: add(recorded, one.shutdownTime) }
  })
}

const endingsIn = ({ pod, settings, subject: { overrides } }: Plan) => endingsOf({ pod, settings, overrides })

function graceFor({ pod, settings }: Plan, containers: readonly ContainerBudget[]): Seconds {
  const sleep = longest(containers.map(({ holds, sleep }) => (holds === 'hook' ? seconds(0) : sleep)))
  const wanted = graceOver(containers, pod, settings)
  return longer(sleep, underMaxGrace(wanted, settings))
}

/**
 * What we raised stays raised for as long as it stands. Someone may have lowered it by saying a value: but not
 * below a sleep that a user has written since, which the API server would refuse, nor where the very request states it.
 */
function keepRaised(plan: Plan, grace: Seconds): Seconds {
  const raised = plan.ownedWork.grace?.after
  if (raised === undefined) return grace
  const isFree = plan.subject.template.stated?.requestsGrace !== true && longestMeasured(plan.bare) <= grace
  return (mayLower(plan) || isExplained(plan, raised)) && isFree ? grace : longer(grace, raised)
}

/** A replace from Git drops our grace with all else: what we had raised from the same one is raised again. */
function raisedInStored(plan: Plan): Seconds {
  const { grace } = plan.storedWork
  const same = (grace?.before ?? DEFAULT_GRACE) === (plan.bare.grace ?? DEFAULT_GRACE)
  if (grace === undefined || !same || mayLower(plan) || isExplained(plan, grace.after)) return seconds(0)
  return grace.after
}

const isExplained = ({ explained }: Plan, grace: Seconds): boolean =>
  explained !== undefined && grace <= explained.grace

/** An absent grace period stays absent where the API server's default is enough. */
const statedOnlyIfRaised = (grace: Seconds, before: Seconds | undefined): Seconds | undefined =>
  before === undefined && grace === DEFAULT_GRACE ? undefined : grace

/**
 * Every hook is the user's: the grace is raised only where the kubelet would cut a known hook, or where
 * `shutdown-seconds` asks for more.
 */
function usersHooks(plan: Plan): Desired {
  const { bare, budget, subject } = plan
  const had = bare.grace ?? DEFAULT_GRACE
  const hook = longestKnownHook(bare)
  const hasShutdown = subject.overrides.shutdownSeconds !== undefined
  const raise = budget !== undefined && (hook > had || hasShutdown)
  const wanted = raise ? longer(had, graceOfHooks(plan)) : had
  const grace = statedOnlyIfRaised(keepRaised(plan, wanted), bare.grace)
  return { form: 'sleep', sleeps: new Map(), grace, graceBefore: bare.grace, probes: new Map() }
}

/** Nothing where even the longest grace period that we may give leaves the API server refusing the user's own sleep. */
function graceOfHooks(plan: Plan): Seconds {
  const { bare, pod, settings } = plan
  const containers = containerBudgets(endingsIn(plan), seconds(0), settings)
  const grace = underMaxGrace(graceOver(containers, pod, settings), settings)
  return longestMeasured(bare) > grace ? seconds(0) : grace
}

/** Nothing asks for a sleep: what stands stays, unless someone has said that it may go. */
function withoutSleep(inputs: ProtectionInputs): Desired {
  const { subject, ownedWork } = inputs
  const lower = mayLower(inputs) && !isNothing(ownedWork)
  return lower ? nothingOfOurs(subject.template, ownedWork) : asItStands(subject.template, ownedWork)
}
