import { RECORD_ANNOTATION } from '../model/keys.ts'
import type { Seconds } from '../model/seconds.ts'
import type { HookForm } from '../model/settings.ts'
import {
  type Container,
  DEFAULT_GRACE,
  type PodTemplate,
  type ProbeGraces,
  STOPPING_PROBES,
  type Stated,
  type StoppingProbe,
} from '../model/workload.ts'
import { isStated } from './hooks.ts'
import { longestMeasured } from './measured.ts'
import { type OwnedWork, withoutOurs } from './owned-work.ts'
import { type InjectionRecord, overIn, printRecord } from './record.ts'

/** One step from the template as requested to the template as wanted. Indexes are those of `containers`. */
export type Change =
  | {
      readonly kind: 'add-hook'
      readonly container: number
      readonly form: HookForm
      readonly sleep: Seconds
    }
  | {
      readonly kind: 'replace-hook'
      readonly container: number
      readonly form: HookForm
      readonly sleep: Seconds
    }
  /** `lifecycle`: the whole lifecycle is removed if we created it and it holds nothing else. */
  | { readonly kind: 'remove-hook'; readonly container: number; readonly from: 'preStop' | 'lifecycle' }
  | { readonly kind: 'remove-handler'; readonly container: number; readonly form: HookForm }
  | { readonly kind: 'set-grace'; readonly from: Seconds | undefined; readonly to: Seconds }
  | { readonly kind: 'remove-grace'; readonly from: Seconds }
  | {
      readonly kind: 'set-probe-grace'
      readonly container: number
      readonly probe: StoppingProbe
      readonly from: Seconds | undefined
      readonly to: Seconds
    }
  | { readonly kind: 'remove-probe-grace'; readonly container: number; readonly probe: StoppingProbe }
  | { readonly kind: 'write-record'; readonly text: string }
  | { readonly kind: 'remove-record'; readonly from: 'annotation' | 'annotations' }
  /** Readiness gates of a new Pod, after its own. In a stored Pod nobody can change them. */
  | { readonly kind: 'add-gates'; readonly gates: readonly string[] }

/** Our work as it should be in a template. */
export interface Desired {
  readonly form: HookForm
  readonly sleeps: ReadonlyMap<string, Seconds>
  /** The grace period as it should be; undefined: absent. */
  readonly grace: Seconds | undefined
  /** The grace period without our raise; undefined: absent. */
  readonly graceBefore: Seconds | undefined
  /** What the record says that we wrote, where something has lowered it since. */
  readonly graceWritten?: Seconds
  readonly probes: ReadonlyMap<string, ProbeGraces>
  /** The exact text under our key, if the stored one is to be used; null: none. */
  readonly recordText?: string | null
  /** Keeps a record of no work: it says for which load balancer the template was rolled out. */
  readonly adopted?: string
}

/** Our current work, except handlers next to a user's. */
export const asItStands = (template: PodTemplate, ownedWork: OwnedWork): Desired => ({
  form: ownedWork.form,
  sleeps: ownedWork.sleeps,
  grace: template.grace,
  graceBefore: ownedWork.grace === undefined ? template.grace : (ownedWork.grace.before ?? undefined),
  probes: keepProbes(ownedWork),
})

/** A probe's grace period is removed with the hook that it was written for. */
const keepProbes = ({ probes, sleeps }: OwnedWork): Desired['probes'] =>
  probes.size === 0 ? probes : new Map([...probes].filter(([name]) => sleeps.has(name)))

/** The template without our work, even if the API server would reject it: for comparison, not for writing. */
export function lessOurs(template: PodTemplate, ownedWork: OwnedWork): Desired {
  const grace = ownedWork.grace === undefined ? template.grace : (ownedWork.grace.before ?? undefined)
  return { form: 'sleep', sleeps: new Map(), grace, graceBefore: grace, probes: new Map() }
}

/**
 * None of our work. The grace period is restored, unless a user's sleep is longer, which the API server would reject:
 * then it stays and becomes the user's. It also stays if the source states it in this very request.
 */
export function nothingOfOurs(template: PodTemplate, ownedWork: OwnedWork): Desired {
  const bare = lessOurs(template, ownedWork)
  const users = longestMeasured(withoutOurs(template, ownedWork))
  const stays = users > (bare.grace ?? DEFAULT_GRACE) || template.stated?.requestsGrace === true
  return stays ? { ...bare, grace: template.grace, graceBefore: template.grace } : bare
}

/** The steps from a template to what is desired; none if the template already matches. */
export function changesTo(template: PodTemplate, ownedWork: OwnedWork, desired: Desired): readonly Change[] {
  const comparison = { ownedWork, desired, stated: template.stated }
  const changes: Change[] = [...graceChange(template.grace, desired.grace)]
  for (const [index, container] of template.containers.entries()) {
    const hook = hookChange(container, index, comparison)
    if (hook !== undefined) changes.push(hook)
    addProbeChanges(container, index, comparison, changes)
  }
  changes.push(...recordChange(template, ownedWork, desired))
  return changes
}

interface Comparison {
  readonly ownedWork: OwnedWork
  readonly desired: Desired
  readonly stated: Stated | undefined
}

function hookChange(container: Container, index: number, comparison: Comparison): Change | undefined {
  const { ownedWork, desired } = comparison
  const { form } = desired
  if (ownedWork.contested.has(container.name))
    return { kind: 'remove-handler', container: index, form: ownedWork.form }
  const stands = ownedWork.sleeps.get(container.name)
  const sleep = desired.sleeps.get(container.name)
  if (sleep === undefined) return stands === undefined ? undefined : removeHook(container, index, comparison)
  if (stands === undefined) return { kind: 'add-hook', container: index, form, sleep }
  const same = stands === sleep && ownedWork.form === form
  return same ? undefined : { kind: 'replace-hook', container: index, form, sleep }
}

/**
 * A lifecycle that we created is removed with our hook, unless the source states one by now, even if it ends up empty.
 */
const removeHook = (
  { name, onlyPreStop }: Container,
  container: number,
  { ownedWork: { lifecycles }, stated }: Comparison,
): Change => {
  const goes = lifecycles.has(name) && onlyPreStop && stated?.lifecycles.has(name) !== true
  return { kind: 'remove-hook', container, from: goes ? 'lifecycle' : 'preStop' }
}

/** @param changes what is due for the probes is added. */
function addProbeChanges(
  { name, probes }: Container,
  container: number,
  { ownedWork, desired }: Comparison,
  changes: Change[],
): void {
  const stands = ownedWork.probes.get(name)
  const wanted = desired.probes.get(name)
  if (stands === undefined && wanted === undefined) return
  for (const probe of STOPPING_PROBES) {
    const to = wanted?.[probe]
    const from = probes[probe]?.grace
    if (to !== undefined && from !== to) changes.push({ kind: 'set-probe-grace', container, probe, from, to })
    if (to === undefined && stands?.[probe] !== undefined)
      changes.push({ kind: 'remove-probe-grace', container, probe })
  }
}

function graceChange(from: Seconds | undefined, to: Seconds | undefined): readonly Change[] {
  if (from === to) return []
  if (to !== undefined) return [{ kind: 'set-grace', from, to }]
  return from === undefined ? [] : [{ kind: 'remove-grace', from }]
}

function recordChange(template: PodTemplate, ownedWork: OwnedWork, desired: Desired): readonly Change[] {
  if (desired.recordText !== undefined) return textChange(template, ownedWork, desired.recordText)
  const text = recordTextOf(template, ownedWork, desired)
  return text === undefined ? dropRecord(template, ownedWork) : textChange(template, ownedWork, text)
}

/** The step to this text under our key; null: no text. */
export function textChange(
  template: PodTemplate,
  ownedWork: OwnedWork,
  text: string | null,
): readonly Change[] {
  const present = template.annotations[RECORD_ANNOTATION]
  if (text === null) return present === undefined ? [] : [removal(template, ownedWork)]
  return text === present ? [] : [{ kind: 'write-record', text }]
}

/** The text of the record after the desired changes; undefined if there is to be none. */
export function recordTextOf(
  template: PodTemplate,
  ownedWork: OwnedWork,
  desired: Desired,
): string | undefined {
  if (desired.recordText !== undefined) return desired.recordText ?? undefined
  const record = recordOf(template, ownedWork, desired)
  return record === undefined ? undefined : printRecord(record)
}

/** An unreadable record is not ours to remove; one that the request has dropped needs no removal. */
function dropRecord(template: PodTemplate, ownedWork: OwnedWork): readonly Change[] {
  const isPresent = template.annotations[RECORD_ANNOTATION] !== undefined
  return !isPresent || !ownedWork.recorded || ownedWork.unreadable ? [] : [removal(template, ownedWork)]
}

function removal(template: PodTemplate, ownedWork: OwnedWork): Change {
  const alone = Object.keys(template.annotations).length === 1 && template.foreignAnnotationBytes === 0
  return { kind: 'remove-record', from: ownedWork.annotations && alone ? 'annotations' : 'annotation' }
}

function unstatedProbes({ probes }: Desired, stated: Stated | undefined): Desired['probes'] {
  if (stated === undefined || stated.probes.size === 0) return probes
  const entries = [...probes].flatMap(([name, graces]): readonly (readonly [string, ProbeGraces])[] => {
    const users = stated?.probes.get(name)
    const own = STOPPING_PROBES.filter((probe) => graces[probe] !== users?.[probe])
    const left = own.flatMap((probe) =>
      graces[probe] === undefined ? [] : [[probe, graces[probe]] as const],
    )
    return left.length === 0 ? [] : [[name, Object.fromEntries(left)]]
  })
  return new Map(entries)
}

function unstatedSleeps({ sleeps, form }: Desired, template: PodTemplate): Desired['sleeps'] {
  if (template.stated === undefined || template.stated.hooks.size === 0) return sleeps
  return new Map([...sleeps].filter(([name, length]) => !isStated(template, name, { length, form })))
}

/** The record of what is desired; undefined if none of our work would be left. */
function recordOf(
  template: PodTemplate,
  ownedWork: OwnedWork,
  desired: Desired,
): InjectionRecord | undefined {
  const { form, grace, graceBefore, graceWritten } = desired
  const probes = unstatedProbes(desired, template.stated)
  const sleeps = unstatedSleeps(desired, template)
  const after = graceWritten ?? grace
  const raised = after !== undefined && after !== graceBefore
  // While the raise is ours, the record already shows whether its source owns the grace period.
  const isOwned =
    (ownedWork.grace === undefined ? template.stated?.isGraceOwned : ownedWork.grace.owned) === true
  const owned = isOwned ? { owned: true as const } : {}
  const over = overIn(template)
  const { adopted } = desired
  if (sleeps.size === 0 && probes.size === 0 && !raised && adopted === undefined) return undefined
  const created = template.containers.filter(
    ({ name, hasLifecycle }) => sleeps.has(name) && (!hasLifecycle || ownedWork.lifecycles.has(name)),
  )
  return {
    ...(raised ? { grace: { before: graceBefore ?? null, after, ...owned } } : {}),
    form,
    sleep: sleeps,
    probes,
    lifecycles: new Set(created.map(({ name }) => name)),
    annotations: ownedWork.annotations || !template.hasAnnotations,
    ...(over === undefined ? {} : { over }),
    ...(adopted === undefined ? {} : { adopted }),
  }
}
