import type { Draft } from '../model/draft.ts'
import type { Seconds } from '../model/seconds.ts'
import type { HookForm } from '../model/settings.ts'
import {
  type Container,
  DEFAULT_GRACE,
  type PodTemplate,
  type PreStop,
  type ProbeGraces,
  STOPPING_PROBES,
  type Stated,
  type StoppingProbe,
} from '../model/workload.ts'
import { isSleepOf, isStated } from './hooks.ts'
import { type InjectionRecord, parseRecord, type RaisedGrace, recordTextIn } from './record.ts'

/**
 * The part of our recorded work that is still in a template exactly as we wrote it. Everything else is the user's: a
 * hook that differs from the record, a grace period that was changed since, and what the object's source states by now,
 * even if it is the value that we wrote. The record's text is corrected with the template's next change.
 */
export interface OwnedWork {
  readonly form: HookForm
  /** Our hook alone, by container. */
  readonly sleeps: ReadonlyMap<string, Seconds>
  /** Our hook with another handler next to it, which the API server would reject. */
  readonly contested: ReadonlyMap<string, Seconds>
  readonly grace?: RaisedGrace
  /** What we wrote, if something has lowered it since and no source states what is there now. */
  readonly lowered?: RaisedGrace
  readonly probes: ReadonlyMap<string, ProbeGraces>
  readonly lifecycles: ReadonlySet<string>
  readonly annotations: boolean
  /** As in the record. */
  readonly adopted?: string
  /** The annotation is present, readable or not; or this request removed it, and it counts anyway. */
  readonly recorded: boolean
  /** The annotation is present, but its text is not ours: it cannot be parsed, or the source states it. */
  readonly unreadable: boolean
}

const NOTHING: OwnedWork = {
  form: 'sleep',
  sleeps: new Map(),
  contested: new Map(),
  probes: new Map(),
  lifecycles: new Set(),
  annotations: false,
  recorded: false,
  unreadable: false,
}

const UNREADABLE: OwnedWork = { ...NOTHING, recorded: true, unreadable: true }

export function ownedWorkIn(template: PodTemplate | undefined): OwnedWork {
  if (template === undefined) return NOTHING
  const ownedWork = ownedWorkBy(recordTextIn(template), template)
  const isForeign = template.witness?.isForeign === true
  return isForeign ? { ...ownedWork, recorded: true, unreadable: true } : ownedWork
}

/** Per a record other than the template's own. */
export function ownedWorkBy(text: string | undefined, template: PodTemplate): OwnedWork {
  if (text === undefined) return NOTHING
  const record = parseRecord(text)
  if (record === undefined) return UNREADABLE
  return compare(template, record)
}

function compare(template: PodTemplate, record: InjectionRecord): OwnedWork {
  const sleeps = new Map<string, Seconds>()
  const contested = new Map<string, Seconds>()
  const probes = new Map<string, ProbeGraces>()
  const { stated } = template
  for (const container of template.containers) {
    const sleep = unstated(template, container.name, record)
    const place = ourPlace(container.preStop, sleep, record.form)
    if (sleep !== undefined && place === 'alone') sleeps.set(container.name, sleep)
    if (sleep !== undefined && place === 'contested') contested.set(container.name, sleep)
    const graces = ownedProbes(container, record.probes.get(container.name), stated)
    if (graces !== undefined) probes.set(container.name, graces)
  }
  const { grace, form, lifecycles, annotations, adopted } = record
  const graceStands = grace !== undefined && template.grace === grace.after && stated?.grace !== grace.after
  // A record whose hooks have all gone is stale: it tells nothing of the grace period.
  const isCurrent = sleeps.size > 0 || record.sleep.size === 0
  const isLowered = grace !== undefined && isCurrent && isBelow(template, grace)
  const owned: Draft<OwnedWork> = {
    form,
    sleeps,
    contested,
    probes,
    lifecycles,
    annotations,
    recorded: true,
    unreadable: false,
  }
  if (graceStands) owned.grace = grace
  if (isLowered) owned.lowered = grace
  if (adopted !== undefined) owned.adopted = adopted
  return owned
}

/** The grace period is below the one that we wrote, and no source states it. */
function isBelow({ grace, stated }: PodTemplate, { after }: RaisedGrace): boolean {
  const isStated = stated?.requestsGrace === true || (grace !== undefined && stated?.grace === grace)
  return (grace ?? DEFAULT_GRACE) < after && !isStated
}

/** Our recorded sleep of a container; undefined if there is none, or if it is the user's by now. */
function unstated(
  template: PodTemplate,
  name: string,
  { sleep, form }: InjectionRecord,
): Seconds | undefined {
  const length = sleep.get(name)
  return length === undefined || isStated(template, name, { length, form }) ? undefined : length
}

function ourPlace(
  hook: PreStop | undefined,
  sleep: Seconds | undefined,
  form: HookForm,
): 'alone' | 'contested' | 'gone' {
  if (hook === undefined || sleep === undefined || !isSleepOf(hook, sleep, form)) return 'gone'
  return hook.handlers.length === 1 ? 'alone' : 'contested'
}

function ownedProbes(
  { name, probes }: Container,
  recorded: ProbeGraces | undefined,
  stated: Stated | undefined,
): ProbeGraces | undefined {
  if (recorded === undefined) return undefined
  const users = stated?.probes.get(name)
  const owned: Partial<Record<StoppingProbe, Seconds>> = {}
  let isOwned = false
  for (const probe of STOPPING_PROBES) {
    const grace = recorded[probe]
    if (grace === undefined || probes[probe]?.grace !== grace || users?.[probe] === grace) continue
    owned[probe] = grace
    isOwned = true
  }
  return isOwned ? owned : undefined
}

/** None of our work is left: there is no record, or a stale one. */
export const isNothing = ({ sleeps, contested, grace, probes }: OwnedWork): boolean =>
  sleeps.size === 0 && contested.size === 0 && grace === undefined && probes.size === 0

/** The template without our work. */
export function withoutOurs(template: PodTemplate, ownedWork: OwnedWork): PodTemplate {
  if (isNothing(ownedWork)) return template
  const containers = template.containers.map((container) => containerWithoutOurs(container, ownedWork))
  if (ownedWork.grace === undefined) return { ...template, containers }
  const { before } = ownedWork.grace
  if (before !== null) return { ...template, containers, grace: before }
  const { grace: _, ...rest } = template
  return { ...rest, containers }
}

function containerWithoutOurs(container: Container, ownedWork: OwnedWork): Container {
  const owned = ownedWork.probes.get(container.name)
  const hook = hookWithoutOurs(container, ownedWork)
  if (owned === undefined && hook === container.preStop) return container
  const { preStop: _, ...rest } = container
  const bare: Draft<Container> = rest
  if (owned !== undefined) bare.probes = probesWithoutOurs(container.probes, owned)
  if (hook !== undefined) bare.preStop = hook
  return bare
}

function probesWithoutOurs(probes: Container['probes'], owned: ProbeGraces): Container['probes'] {
  const bare: Draft<Container['probes']> = { ...probes }
  for (const probe of STOPPING_PROBES) if (owned[probe] !== undefined) bare[probe] = {}
  return bare
}

function hookWithoutOurs(
  { name, preStop }: Container,
  { sleeps, contested, form }: OwnedWork,
): PreStop | undefined {
  if (preStop === undefined || sleeps.has(name)) return undefined
  if (!contested.has(name)) return preStop
  const { sleep, exec, handlers } = preStop
  return {
    handlers: handlers.filter((handler) => handler !== form),
    ...(form === 'sleep' || sleep === undefined ? {} : { sleep }),
    ...(form === 'exec' || exec === undefined ? {} : { exec }),
  }
}

/** Everything in a record is in the template, even if the source states it by now. */
export function standsWhole(record: InjectionRecord, template: PodTemplate): boolean {
  const { stated: _, ...unstated } = template
  const { sleeps, grace, probes } = compare(unstated, record)
  return (
    sleeps.size === record.sleep.size &&
    probes.size === record.probes.size &&
    (grace === undefined) === (record.grace === undefined)
  )
}
