import { isSleepOf, withoutHook } from '../core/injection/hooks.ts'
import { type InjectionRecord, parseRecord } from '../core/injection/record.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { Seconds } from '../core/model/seconds.ts'
import {
  type Container,
  type PodTemplate,
  type PreStop,
  STOPPING_PROBES,
  type Stated,
  type StoppingProbe,
} from '../core/model/workload.ts'
import { at, entriesOf, given, isPresent, itemsOf, type JsonNode, ShapeError } from './json.ts'
import { toPodTemplate } from './template.ts'

/** Written by client-side `kubectl apply`, and by Argo CD. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const GRACE = 'terminationGracePeriodSeconds'
const LIFECYCLE = 'lifecycle'
const HOOK = 'preStop'

/**
 * What a workload's source states of its template: the configuration that was last applied, and the fields that a
 * server-side Apply owns. A value without either is as likely the API server's default, or ours, and counts as not
 * stated: an Update owns what it changed, and copies and restores own everything.
 * @param stored the workload as stored, where this is a request to change it.
 */
export function statedIn(workload: JsonNode, template: PodTemplate, stored?: JsonNode): Stated | undefined {
  const record = parseRecord(template.annotations[RECORD_ANNOTATION] ?? '')
  const entries = applyEntries(workload)
  const asksForHooks = record !== undefined || withoutHook(template).length > 0
  const source: Source = { applied: lastApplied(workload, asksForHooks), owners: entries.map(podSpecIn) }
  const grace = statedGrace(source, template, record)
  if (record === undefined) return statedBeforeUs(source, grace)
  const isOurs = record.grace !== undefined && record.grace.after === template.grace
  const text = template.annotations[RECORD_ANNOTATION]
  return {
    ...(source.applied?.annotations[RECORD_ANNOTATION] === text ? { record: true } : {}),
    ...given('grace', grace),
    ...given('appliedGrace', source.applied?.grace),
    ...(isOurs && stored !== undefined && applies(entries, stored) ? { requestsGrace: true } : {}),
    ...statedOfOurs(source, template, record),
  }
}

/** Where nothing is recorded, only what was applied and is not there any more may be what we are about to write. */
function statedBeforeUs({ applied }: Source, grace: Seconds | undefined): Stated | undefined {
  const hooks = hooksIn(applied?.containers ?? [])
  if (grace === undefined && hooks.size === 0) return undefined
  return { ...NOTHING, ...given('grace', grace), ...given('appliedGrace', applied?.grace), hooks }
}

const hooksIn = (containers: readonly Container[]): ReadonlyMap<string, PreStop> =>
  new Map(
    containers.flatMap(({ name, preStop }) => (preStop === undefined ? [] : [[name, preStop] as const])),
  )

/** A file states all that it says. */
export const statedInFile = ({ grace, containers }: PodTemplate): Stated => ({
  ...given('grace', grace),
  hooks: hooksIn(containers),
  lifecycles: new Set(),
  probes: new Map(containers.map(({ name, probes }) => [name, new Set(gracedIn(probes))])),
})

const gracedIn = (probes: Container['probes']): readonly StoppingProbe[] =>
  STOPPING_PROBES.filter((probe) => probes[probe]?.grace !== undefined)

const NOTHING: Stated = { hooks: new Map(), lifecycles: new Set(), probes: new Map() }

interface Source {
  readonly applied: PodTemplate | undefined
  /** The pod spec in the fields of each Apply. */
  readonly owners: readonly JsonNode[]
}

/** Parsed only where it may state what is asked. Anyone may write this annotation: what is no workload states nothing. */
function lastApplied(workload: JsonNode, asksForHooks: boolean): PodTemplate | undefined {
  const { value } = at(workload, 'metadata', 'annotations', LAST_APPLIED)
  if (typeof value !== 'string') return undefined
  const asked = asksForHooks ? [GRACE, LIFECYCLE, RECORD_ANNOTATION] : [GRACE]
  if (!asked.some((word) => value.includes(word))) return undefined
  try {
    return toPodTemplate(at({ value: JSON.parse(value), path: '' }, 'spec', 'template'))
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) return undefined
    throw error
  }
}

/**
 * Managers that apply one object; more are not looked at. Ten times what the API server keeps of those that update
 * (apimachinery, managedfields, DefaultMaxUpdateManagers); of those that apply it keeps all.
 */
const MOST_APPLIERS = 100

const applyEntries = (workload: JsonNode): readonly JsonNode[] =>
  itemsOf(at(workload, 'metadata', 'managedFields'))
    .filter((entry) => at(entry, 'operation').value === 'Apply')
    .slice(0, MOST_APPLIERS)

const podSpecIn = (entry: JsonNode): JsonNode => at(entry, 'fieldsV1', 'f:spec', 'f:template', 'f:spec')

/**
 * An owner of the grace period makes this request: its entry is new, has another time (an apply that changes anything
 * renews it) or more fields. Another's write only takes fields away from it.
 */
const applies = (entries: readonly JsonNode[], stored: JsonNode): boolean => {
  const before = applyEntries(stored)
  return entries
    .filter((entry) => ownsGrace(podSpecIn(entry)))
    .some((entry) => !before.some(isEarlier(entry)))
}

const isEarlier =
  (entry: JsonNode) =>
  (before: JsonNode): boolean =>
    ['manager', 'time'].every((key) => at(before, key).value === at(entry, key).value) &&
    hasAll(at(before, 'fieldsV1'), at(entry, 'fieldsV1'))

/** Levels of fields that are compared: the deepest of a workload, a key of a node affinity, is at 15. A choice. */
const DEEPEST = 30

const hasAll = (before: JsonNode, now: JsonNode, levels = DEEPEST): boolean =>
  entriesOf(now).every(
    ([key, child]) =>
      isPresent(at(before, key)) && (levels === 0 || hasAll(at(before, key), child, levels - 1)),
  )

const ownsGrace = (owner: JsonNode): boolean => isPresent(at(owner, `f:${GRACE}`))

const containerIn = (owner: JsonNode, name: string): JsonNode =>
  at(owner, 'f:containers', `k:${JSON.stringify({ name })}`)

const ownsHook = (owner: JsonNode, name: string, { form }: InjectionRecord): boolean =>
  isPresent(at(containerIn(owner, name), `f:${LIFECYCLE}`, `f:${HOOK}`, `f:${form}`))

/**
 * A field of an Apply has the value that it applied, unless we changed it in that very request. So where the live
 * grace period is ours, its owner states what the record says was there before; but it states ours where it owns a
 * hook of ours as well. That began with an apply that left the template as it was: with another grace period it would
 * have come to us, and the record would have lost the hook. Where it is not ours, its owner states what is there, and
 * what was last applied is older.
 */
function statedGrace(
  { applied, owners }: Source,
  template: PodTemplate,
  record: InjectionRecord | undefined,
): Seconds | undefined {
  const owning = owners.filter(ownsGrace)
  const ours = record?.grace
  if (record === undefined || ours === undefined || ours.after !== template.grace)
    return owning.length === 0 ? applied?.grace : template.grace
  const hooks = ourHooks(template, record).map(({ name }) => name)
  if (owning.some((owner) => hooks.some((name) => ownsHook(owner, name, record)))) return template.grace
  const isApplied = owning.length === 0 || applied?.grace === template.grace
  return isApplied ? applied?.grace : (ours.before ?? undefined)
}

const ourHooks = ({ containers }: PodTemplate, record: InjectionRecord): readonly Container[] =>
  containers.filter((container) => isOurs(container, record))

function isOurs({ name, preStop }: Container, { sleep, form }: InjectionRecord): boolean {
  const length = sleep.get(name)
  return preStop !== undefined && length !== undefined && isSleepOf(preStop, length, form)
}

/** Of what the record says and the template has: what the source states, too. */
function statedOfOurs({ applied, owners }: Source, template: PodTemplate, record: InjectionRecord) {
  const inFile = new Map(applied?.containers.map((container) => [container.name, container]))
  const hooks = new Map(hooksIn(applied?.containers ?? []))
  const lifecycles = new Set<string>()
  const probes = new Map<string, ReadonlySet<StoppingProbe>>()
  for (const container of template.containers) {
    const { name } = container
    const file = inFile.get(name)
    const { preStop } = container
    const isOwned = isOurs(container, record) && owners.some((owner) => ownsHook(owner, name, record))
    if (isOwned && preStop !== undefined) hooks.set(name, preStop)
    if (statesEmptyLifecycle(name, file, owners)) lifecycles.add(name)
    const graces = STOPPING_PROBES.filter((probe) => statesProbe(probe, { container, file, owners }))
    if (record.probes.has(name) && graces.length > 0) probes.set(name, new Set(graces))
  }
  return { hooks, lifecycles, probes }
}

function statesEmptyLifecycle(
  name: string,
  file: Container | undefined,
  owners: readonly JsonNode[],
): boolean {
  const isOwned = (owner: JsonNode) => {
    const lifecycle = at(containerIn(owner, name), `f:${LIFECYCLE}`)
    return isPresent(lifecycle) && entriesOf(lifecycle).length === 0
  }
  const isInFile = file?.hasLifecycle === true && file.preStop === undefined && file.onlyPreStop
  return isInFile || owners.some(isOwned)
}

interface ProbeSource {
  readonly container: Container
  readonly file: Container | undefined
  readonly owners: readonly JsonNode[]
}

function statesProbe(probe: StoppingProbe, { container, file, owners }: ProbeSource): boolean {
  const live: Seconds | undefined = container.probes[probe]?.grace
  if (live === undefined) return false
  const isOwned = (owner: JsonNode) =>
    isPresent(at(containerIn(owner, container.name), `f:${probe}`, `f:${GRACE}`))
  return file?.probes[probe]?.grace === live || owners.some(isOwned)
}
