import { isSleepOf, withoutHook } from '../core/injection/hooks.ts'
import { type InjectionRecord, parseRecord } from '../core/injection/record.ts'
import { type Testimony, witnessOf } from '../core/injection/witness.ts'
import type { Draft } from '../core/model/draft.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import { isSame } from '../core/model/same.ts'
import type { Seconds } from '../core/model/seconds.ts'
import {
  type Container,
  DEFAULT_GRACE,
  type PodTemplate,
  type PreStop,
  type ProbeGraces,
  type SourceWitness,
  STOPPING_PROBES,
  type Stated,
  type StoppingProbe,
} from '../core/model/workload.ts'
import { at, given, JsonNode, membersOf } from './json.ts'
import {
  type AppliedFields,
  GRACE,
  isAsBefore,
  NO_SOURCES,
  ownedHandlers,
  ownsEmptyLifecycle,
  ownsProbeGrace,
  type Sources,
  sourcesOf,
} from './sources.ts'
import { type ChangeRequest, isTakenAlong, type SourcedTemplate, textAppliedIn } from './taken-along.ts'

/**
 * Adds to a workload's template what its source states in it, and which evidence of Slackwater's own work to trust.
 * The sources are the last-applied configuration and the fields that a server-side Apply owns. A value in neither may
 * well be the API server's default, or Slackwater's, and counts as not stated: an Update owns what it changed, and
 * copies and restores own everything.
 * @param bare the template as `toPodTemplate` reads it.
 * @throws ShapeError
 */
export function toSourcedTemplate(
  workload: JsonNode,
  bare: PodTemplate,
  request?: ChangeRequest,
): SourcedTemplate {
  const raw = at(workload, 'spec', 'template').value
  const text = bare.annotations[RECORD_ANNOTATION]
  const isRecorded = (text ?? request?.stored.template.annotations[RECORD_ANNOTATION]) !== undefined
  const sources = sourcesOf(workload, isRecorded || withoutHook(bare).length > 0)
  if (sources === NO_SOURCES && request === undefined)
    return unsourced({ raw, template: bare, sources }, text)
  const besides = statedBesideGrace(bare, sources)
  const atFace = withGrace(besides, { raw, template: bare, sources }, undefined, request)
  const witness = witnessIn(workload, { raw, template: { ...bare, stated: atFace }, sources }, request)
  const isPlain = !witness.isForeign && !witness.isOwned && witness.record === text
  const record = witness.record === undefined ? undefined : parseRecord(witness.record)
  const known =
    record === undefined ? atFace : withGrace(besides, { raw, template: bare, sources }, record, request)
  const template: Draft<PodTemplate> = { ...bare }
  if (!isPlain) template.witness = witness
  if (record !== undefined || !isNothing(known)) template.stated = known
  return { template, sources, raw }
}

/** Without any source, the text under our key counts as the record (core/injection/witness), and nothing is stated. */
function unsourced(sourced: SourcedTemplate, text: string | undefined): SourcedTemplate {
  const isRecord = text !== undefined && parseRecord(text) !== undefined
  return isRecord ? { ...sourced, template: { ...sourced.template, stated: NOTHING_STATED } } : sourced
}

const NOTHING_STATED: Stated = { hooks: new Map(), lifecycles: new Set(), probes: new Map() }

const isNothing = ({ grace, hooks, lifecycles, probes }: Stated): boolean =>
  grace === undefined && hooks.size + lifecycles.size + probes.size === 0

function witnessIn(
  workload: JsonNode,
  { template, sources }: SourcedTemplate,
  request: ChangeRequest | undefined,
): SourceWitness {
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

const statedBesideGrace = (template: PodTemplate, sources: Sources): Stated =>
  sources.applied === undefined && sources.appliers.length === 0
    ? NOTHING_STATED
    : {
        hooks: statedHooks(template, sources),
        lifecycles: emptyLifecycles(template, sources),
        probes: statedProbes(template, sources),
      }

const hooksIn = (containers: readonly Container[]): ReadonlyMap<string, PreStop> =>
  new Map(
    containers.flatMap(({ name, preStop }) => (preStop === undefined ? [] : [[name, preStop] as const])),
  )

/** A file states everything that it contains. */
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

function withGrace(
  besides: Stated,
  sourced: SourcedTemplate,
  record: InjectionRecord | undefined,
  request: ChangeRequest | undefined,
): Stated {
  const stated: Draft<Stated> = { ...besides }
  const { applied, appliers } = sourced.sources
  const grace = statedGrace(sourced, record, request)
  if (grace !== undefined) stated.grace = grace
  if (applied?.grace !== undefined) stated.appliedGrace = applied.grace
  if (appliers.some(({ ownsGrace }) => ownsGrace)) stated.isGraceOwned = true
  if (requestsGrace(sourced, record, request)) stated.requestsGrace = true
  return stated
}

/** Whether the request comes from an owner of the grace period while the live value is Slackwater's. */
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
 * Whether the Apply's manager made the request. If the request does not name its manager, the Apply's entry decides:
 * an apply that changes anything renews it.
 */
const isBy = ({ stored, fieldManager }: ChangeRequest, applier: AppliedFields): boolean =>
  fieldManager === undefined
    ? !isAsBefore(applier, stored.sources.appliers)
    : applier.manager === fieldManager

/**
 * A field of an Apply has the value that it applied, unless Slackwater changed it in that very request. So if the
 * live grace period is Slackwater's, its owner states the value that the record gives as the one before. But the
 * owner states Slackwater's value if
 * - it also owns one of Slackwater's hooks. That began with an apply that left the template as it was: an apply with
 *   another grace period would have reached Slackwater, and the record would have lost the hook;
 * - it makes the request, and Slackwater cannot have written the record in this request: other recorded work is
 *   missing from the template, or the grace period had no owner then. So Slackwater does not react to its own answer;
 * - the field had no owner when the record was written, and now has several managers. A manager that applies another
 *   number takes the field from the others.
 *
 * If the live value is not Slackwater's, its owner states the live value, and the last-applied configuration is
 * older. The value is not Slackwater's either if the request writes it over the value from before the injection and
 * changes nothing else: the record was stale.
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
    isSame(withoutGrace(raw), withoutGrace(stored.raw))
  )
}

function withoutGrace(raw: unknown): unknown {
  const node = new JsonNode(raw)
  const { [GRACE]: _, ...spec } = membersOf(at(node, 'spec'))
  return { ...membersOf(node), spec }
}

const ourHooks = ({ containers }: PodTemplate, { sleep, form }: InjectionRecord): readonly Container[] =>
  containers.filter(({ name, preStop }) => {
    const length = sleep.get(name)
    return preStop !== undefined && length !== undefined && isSleepOf(preStop, length, form)
  })

/** The hooks last applied, even if removed from the object since, and the live hooks that an Apply owns. */
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

/** Two sources may each state a handler. If both state the same one, the one that an Apply owns is newer. */
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

/** The live grace period if an Apply owns it; otherwise the one last applied. */
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
