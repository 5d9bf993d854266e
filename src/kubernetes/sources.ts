import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { Container, PodTemplate, StoppingProbe } from '../core/model/workload.ts'
import { at, entriesOf, isPresent, itemsOf, JsonNode, ShapeError } from './json.ts'
import { toPodTemplate } from './template.ts'

/** Written by client-side `kubectl apply`, and by Argo CD. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
export const GRACE = 'terminationGracePeriodSeconds'
const LIFECYCLE = 'lifecycle'
const HOOK = 'preStop'

/** What the sources of an object (manifests, Applies) have recorded in it. */
export interface Sources {
  /** The last-applied template, if it may state a field that Slackwater writes. */
  readonly applied: PodTemplate | undefined
  /** The whole last-applied configuration. */
  readonly appliedText: string | undefined
  readonly appliers: readonly AppliedFields[]
  /** How many managers own the grace period, through an Apply or an Update. */
  readonly graceOwners: number
}

/** @param asksForHooks whether stated hooks matter. */
export function sourcesOf(workload: JsonNode, asksForHooks: boolean): Sources {
  const { value } = at(workload, 'metadata', 'annotations', LAST_APPLIED)
  const appliedText = typeof value === 'string' ? value : undefined
  const managed = itemsOf(at(workload, 'metadata', 'managedFields'))
  if (appliedText === undefined && managed.length === 0) return NO_SOURCES
  const words = [GRACE, RECORD_ANNOTATION, ...(asksForHooks ? [LIFECYCLE] : [])]
  return {
    applied: words.some((word) => appliedText?.includes(word)) ? appliedIn(appliedText) : undefined,
    appliedText,
    appliers: appliedFields(managed),
    graceOwners: managed.filter(hasGrace).length,
  }
}

/** An object in which no source has recorded anything: most that are created. */
export const NO_SOURCES: Sources = {
  applied: undefined,
  appliedText: undefined,
  appliers: [],
  graceOwners: 0,
}

/** Whether the last-applied template has annotations. Parses the text again: this is rarely needed. */
export const appliesAnnotations = ({ appliedText }: Sources): boolean =>
  appliedIn(appliedText)?.hasAnnotations === true

/** Any client may write this annotation: a text that is not a workload states nothing. */
function appliedIn(text: string | undefined): PodTemplate | undefined {
  if (text === undefined) return undefined
  try {
    return toPodTemplate(at(new JsonNode(JSON.parse(text)), 'spec', 'template'))
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) return undefined
    throw error
  }
}

/**
 * Limit on the managers that apply one object; the rest are ignored. Ten times the number of updating managers that
 * the API server keeps (apimachinery, managedfields, DefaultMaxUpdateManagers); it keeps all managers that apply.
 */
const MOST_APPLIERS = 100

/** The fields of one server-side Apply. */
export interface AppliedFields {
  readonly manager: unknown
  readonly entry: JsonNode
  readonly ownsGrace: boolean
  /** Whether it owns Slackwater's annotation in the template. */
  readonly ownsRecord: boolean
  /** The owned fields of each container, under the key that the API server gives the container. */
  readonly containers: ReadonlyMap<string, JsonNode>
}

const appliedFields = (managed: readonly JsonNode[]): readonly AppliedFields[] =>
  managed
    .filter((entry) => at(entry, 'operation').value === 'Apply')
    .slice(0, MOST_APPLIERS)
    .map(toAppliedFields)

const templateFieldsIn = (entry: JsonNode): JsonNode => at(entry, 'fieldsV1', 'f:spec', 'f:template')

const hasGrace = (entry: JsonNode): boolean => isPresent(at(templateFieldsIn(entry), 'f:spec', `f:${GRACE}`))

function toAppliedFields(entry: JsonNode): AppliedFields {
  const template = templateFieldsIn(entry)
  return {
    manager: at(entry, 'manager').value,
    entry,
    ownsGrace: hasGrace(entry),
    ownsRecord: isPresent(at(template, 'f:metadata', 'f:annotations', `f:${RECORD_ANNOTATION}`)),
    containers: new Map(entriesOf(at(template, 'f:spec', 'f:containers'))),
  }
}

/** The fields that one Apply owns in a container; absent if it owns none. */
const fieldsOf = ({ containers }: AppliedFields, { name }: Container): JsonNode =>
  containers.get(`k:${JSON.stringify({ name })}`) ?? NOTHING

const NOTHING = new JsonNode(undefined)

/** The handlers of a container's live preStop hook that an Apply owns. */
export const ownedHandlers = (fields: AppliedFields, container: Container): readonly string[] => {
  const handlers = container.preStop?.handlers ?? []
  const hook = at(fieldsOf(fields, container), `f:${LIFECYCLE}`, `f:${HOOK}`)
  return handlers.filter((handler) => isPresent(at(hook, `f:${handler}`)))
}

export const ownsEmptyLifecycle = (fields: AppliedFields, container: Container): boolean => {
  const lifecycle = at(fieldsOf(fields, container), `f:${LIFECYCLE}`)
  return isPresent(lifecycle) && entriesOf(lifecycle).length === 0
}

export const ownsProbeGrace = (fields: AppliedFields, container: Container, probe: StoppingProbe): boolean =>
  isPresent(at(fieldsOf(fields, container), `f:${probe}`, `f:${GRACE}`))

/** Levels of fields to compare. The deepest field of a workload, a key of a node affinity, is at 15. A choice. */
const DEEPEST = 30

/** Whether an Apply's entry is unchanged or has only lost fields: another manager's write removes fields from it. */
export const isAsBefore = ({ entry }: AppliedFields, before: readonly AppliedFields[]): boolean =>
  before.some(
    (one) =>
      ['manager', 'time'].every((key) => at(one.entry, key).value === at(entry, key).value) &&
      hasAll(at(one.entry, 'fieldsV1'), at(entry, 'fieldsV1')),
  )

const hasAll = (before: JsonNode, now: JsonNode, levels = DEEPEST): boolean =>
  entriesOf(now).every(
    ([key, child]) =>
      isPresent(at(before, key)) && (levels === 0 || hasAll(at(before, key), child, levels - 1)),
  )
