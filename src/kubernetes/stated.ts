import { isDeepStrictEqual } from 'node:util'
import { isSleepOf, withoutHook } from '../core/injection/hooks.ts'
import { type InjectionRecord, parseRecord } from '../core/injection/record.ts'
import { type Testimony, witnessOf } from '../core/injection/witness.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { Seconds } from '../core/model/seconds.ts'
import {
  type Container,
  DEFAULT_GRACE,
  type PodTemplate,
  type PreStop,
  type ProbeGraces,
  STOPPING_PROBES,
  type Stated,
  type StoppingProbe,
  type Witness,
} from '../core/model/workload.ts'
import { at, entriesOf, given, type JsonNode } from './json.ts'
import {
  type AppliedFields,
  GRACE,
  isAsBefore,
  ownedHandlers,
  ownsEmptyLifecycle,
  ownsProbeGrace,
  type Sources,
  sourcesOf,
} from './sources.ts'
import { type ChangeRequest, isTakenAlong, type SourcedTemplate, textAppliedIn } from './taken-along.ts'
import { toPodTemplate } from './template.ts'

/**
 * Reads a workload's template, with what its source states of it and whom we believe about our work there: by the
 * configuration that was last applied, and the fields that a server-side Apply owns. A value without either is as likely
 * the API server's default, or ours, and counts as not stated: an Update owns what it changed, and copies and restores
 * own everything.
 * @throws ShapeError
 */
export function toSourcedTemplate(workload: JsonNode, request?: ChangeRequest): SourcedTemplate {
  const node = at(workload, 'spec', 'template')
  const raw = node.value
  const bare = toPodTemplate(node)
  const texts = [bare, request?.stored.template].map((one) => one?.annotations[RECORD_ANNOTATION])
  const asksForHooks = texts.some((text) => text !== undefined) || withoutHook(bare).length > 0
  const sources = sourcesOf(workload, asksForHooks)
  const stated = statedBesideGrace(bare, sources)
  const atFace = { ...stated, ...graceStated({ raw, template: bare, sources }, undefined, request) }
  const witness = witnessIn(workload, { raw, template: { ...bare, stated: atFace }, sources }, request)
  const isPlain = !witness.isForeign && !witness.isOwned && witness.record === texts[0]
  const record = witness.record === undefined ? undefined : parseRecord(witness.record)
  const known = { ...stated, ...graceStated({ raw, template: bare, sources }, record, request) }
  return {
    template: {
      ...bare,
      ...(isPlain ? {} : { witness }),
      ...(record === undefined && isNothing(known) ? {} : { stated: known }),
    },
    sources,
    raw,
  }
}

const isNothing = ({ grace, hooks, lifecycles, probes }: Stated): boolean =>
  grace === undefined && hooks.size + lifecycles.size + probes.size === 0

function witnessIn(
  workload: JsonNode,
  { template, sources }: SourcedTemplate,
  request: ChangeRequest | undefined,
): Witness {
  const isOwned = sources.appliers.some(({ ownsRecord }) => ownsRecord)
  const testimony: Testimony = { template, applied: textAppliedIn(sources), isOwned }
  if (request === undefined) return witnessOf(testimony, undefined)
  const { stored } = request
  return witnessOf(testimony, {
    stored: stored.template,
    appliedBefore: textAppliedIn(stored.sources),
    isTakenAlong: isTakenAlong(workload, { template, sources }, request),
  })
}

const statedBesideGrace = (template: PodTemplate, sources: Sources): Stated => ({
  hooks: statedHooks(template, sources),
  lifecycles: emptyLifecycles(template, sources),
  probes: statedProbes(template, sources),
})

const hooksIn = (containers: readonly Container[]): ReadonlyMap<string, PreStop> =>
  new Map(
    containers.flatMap(({ name, preStop }) => (preStop === undefined ? [] : [[name, preStop] as const])),
  )

/** A file states all that it says. */
export const statedInFile = ({ grace, containers }: PodTemplate): Stated => ({
  ...given('grace', grace),
  hooks: hooksIn(containers),
  lifecycles: new Set(),
  probes: new Map(containers.map(({ name, probes }) => [name, gracesOf(probes)])),
})

const gracesOf = (probes: Container['probes']): ProbeGraces =>
  Object.fromEntries(
    STOPPING_PROBES.flatMap((probe) =>
      probes[probe]?.grace === undefined ? [] : [[probe, probes[probe].grace]],
    ),
  )

type StatedGrace = Pick<Stated, 'grace' | 'appliedGrace' | 'requestsGrace'>

const graceStated = (
  sourced: SourcedTemplate,
  record: InjectionRecord | undefined,
  request: ChangeRequest | undefined,
): StatedGrace => ({
  ...given('grace', statedGrace(sourced, record, request)),
  ...given('appliedGrace', sourced.sources.applied?.grace),
  ...(sourced.sources.appliers.some(({ ownsGrace }) => ownsGrace) ? { isGraceOwned: true } : {}),
  ...(requestsGrace(sourced, record, request) ? { requestsGrace: true } : {}),
})

/** Whether an owner of the grace period, which is ours as it stands, itself makes the request. */
function requestsGrace(
  { template, sources }: SourcedTemplate,
  record: InjectionRecord | undefined,
  request: ChangeRequest | undefined,
): boolean {
  if (request === undefined || record?.grace === undefined) return false
  return (
    record.grace.after === template.grace &&
    sources.appliers.some((one) => one.ownsGrace && isBy(request, one))
  )
}

/**
 * Whether it was an Apply's manager who made the request. Where that is not told, by its entry: an apply that changes
 * anything renews it.
 */
const isBy = ({ stored, fieldManager }: ChangeRequest, applier: AppliedFields): boolean =>
  fieldManager === undefined
    ? !isAsBefore(applier, stored.sources.appliers)
    : applier.manager === fieldManager

/**
 * A field of an Apply has the value that it applied, unless we changed it in that very request. So where the live
 * grace period is ours, its owner states what the record says was there before; but it states ours
 * - where it owns a hook of ours as well. That began with an apply that left the template as it was: with another grace
 *   period it would have come to us, and the record would have lost the hook;
 * - where it makes the request, and the record is not one that we can have written in it: something else that is recorded
 *   does not stand, or nobody owned the grace period then. So we are not asked about our own answer;
 * - where nobody owned it when we wrote the record, and it has it in common with another manager by now. Who applies
 *   another number takes the field from the others.
 *
 * Where it is not ours, its owner states what is there, and what was last applied is older. Nor is it ours where the
 * request writes it into a template that had the one before us, and changes nothing else: the record was stale.
 */
function statedGrace(
  { raw, template, sources: { applied, appliers, graceOwners } }: SourcedTemplate,
  record: InjectionRecord | undefined,
  request: ChangeRequest | undefined,
): Seconds | undefined {
  const owners = appliers.filter(({ ownsGrace }) => ownsGrace)
  if (isWrittenOverBefore({ raw, template }, record, request)) return template.grace
  if (owners.length === 0) return applied?.grace
  if (record?.grace === undefined || record.grace.after !== template.grace) return template.grace
  if (applied?.grace === template.grace) return template.grace
  const ours = ourHooks(template, record)
  const isNew = record.grace.owned !== true
  const isFirstAsked = isNew || ours.length < record.sleep.size
  const statesOurs = (owner: AppliedFields) =>
    (isFirstAsked && request !== undefined && isBy(request, owner)) ||
    ours.some((container) => ownedHandlers(owner, container).includes(record.form))
  const isOurs = (isNew && graceOwners > 1) || owners.some(statesOurs)
  return isOurs ? template.grace : (record.grace.before ?? undefined)
}

function isWrittenOverBefore(
  { raw, template }: Pick<SourcedTemplate, 'raw' | 'template'>,
  record: InjectionRecord | undefined,
  request: ChangeRequest | undefined,
): boolean {
  if (request === undefined || record?.grace === undefined || record.grace.after !== template.grace)
    return false
  const { stored } = request
  const { before } = record.grace
  const isBefore = (stored.template.grace ?? DEFAULT_GRACE) === (before ?? DEFAULT_GRACE)
  return (
    isBefore &&
    stored.template.grace !== template.grace &&
    isDeepStrictEqual(withoutGrace(raw), withoutGrace(stored.raw))
  )
}

const membersOf = (node: JsonNode): Readonly<Record<string, unknown>> =>
  Object.fromEntries(entriesOf(node).map(([key, { value }]) => [key, value]))

function withoutGrace(raw: unknown): unknown {
  const node = { value: raw, path: '' }
  const { [GRACE]: _, ...spec } = membersOf(at(node, 'spec'))
  return { ...membersOf(node), spec }
}

const ourHooks = ({ containers }: PodTemplate, { sleep, form }: InjectionRecord): readonly Container[] =>
  containers.filter(({ name, preStop }) => {
    const length = sleep.get(name)
    return preStop !== undefined && length !== undefined && isSleepOf(preStop, length, form)
  })

/** What was last applied, be it that somebody has taken it out since; and what an Apply owns, as it stands. */
function statedHooks(
  { containers }: PodTemplate,
  { applied, appliers }: Sources,
): ReadonlyMap<string, PreStop> {
  const hooks = new Map(hooksIn(applied?.containers ?? []))
  for (const container of containers) {
    const owned = appliers.flatMap((applier) => ownedHandlers(applier, container))
    if (container.preStop !== undefined && owned.length > 0)
      hooks.set(container.name, joined(hooks.get(container.name), only(container.preStop, owned)))
  }
  return hooks
}

/** Two sources may state a handler each. Of the same one, what an Apply owns is the later. */
const joined = (applied: PreStop | undefined, owned: PreStop): PreStop =>
  applied === undefined
    ? owned
    : { ...applied, ...owned, handlers: [...new Set([...applied.handlers, ...owned.handlers])].sort() }

const only = ({ handlers, sleep, exec }: PreStop, wanted: readonly string[]): PreStop => ({
  handlers: handlers.filter((handler) => wanted.includes(handler)),
  ...(wanted.includes('sleep') ? given('sleep', sleep) : {}),
  ...(wanted.includes('exec') ? given('exec', exec) : {}),
})

const byName = (applied: PodTemplate | undefined): ReadonlyMap<string, Container> =>
  new Map(applied?.containers.map((container) => [container.name, container]))

function emptyLifecycles({ containers }: PodTemplate, { applied, appliers }: Sources): ReadonlySet<string> {
  const inFile = byName(applied)
  const isEmptyInFile = (file: Container | undefined) =>
    file?.hasLifecycle === true && file.preStop === undefined && file.onlyPreStop
  const stating = containers.filter(
    (container) =>
      isEmptyInFile(inFile.get(container.name)) ||
      appliers.some((applier) => ownsEmptyLifecycle(applier, container)),
  )
  return new Set(stating.map(({ name }) => name))
}

/** What an Apply owns, as it stands; else what was last applied. */
function statedProbes({ containers }: PodTemplate, { applied, appliers }: Sources): Stated['probes'] {
  const inFile = byName(applied)
  const stated = containers.map((container) => {
    const graces = STOPPING_PROBES.flatMap((probe): readonly (readonly [StoppingProbe, Seconds])[] => {
      const isOwned = appliers.some((applier) => ownsProbeGrace(applier, container, probe))
      const { grace } = (isOwned ? container : inFile.get(container.name))?.probes[probe] ?? {}
      return grace === undefined ? [] : [[probe, grace]]
    })
    return [container.name, graces] as const
  })
  return new Map(
    stated.flatMap(([name, graces]) => (graces.length === 0 ? [] : [[name, Object.fromEntries(graces)]])),
  )
}
