import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { PodTemplate } from '../core/model/workload.ts'
import { at, isPresent, type JsonNode } from './json.ts'
import { type AppliedFields, appliesAnnotations, type Sources } from './sources.ts'

/** A workload's template, with what its sources have recorded in the object. */
export interface SourcedTemplate {
  /** As JSON. */
  readonly raw: unknown
  readonly template: PodTemplate
  readonly sources: Sources
}

/** A request to change a workload. */
export interface ChangeRequest {
  /** As stored. */
  readonly stored: SourcedTemplate
  /** The field manager that the request's options name. */
  readonly fieldManager: string | undefined
}

export const textAppliedIn = ({ applied }: Sources): string | undefined =>
  applied?.annotations[RECORD_ANNOTATION]

type Requested = Pick<SourcedTemplate, 'template' | 'sources'>

/** Whether Slackwater's record was removed along with what its source removed, and not by itself. */
export const isTakenAlong = (workload: JsonNode, requested: Requested, request: ChangeRequest): boolean =>
  (isOfStored(workload) && isMappingTaken(requested, request.stored)) || isLetGo(requested.sources, request)

/** An object read from the cluster, or a patch of one, has a uid; a manifest has none. */
const isOfStored = (workload: JsonNode): boolean => isPresent(at(workload, 'metadata', 'uid'))

/**
 * The last annotation of another client was removed: a patch then removes the whole mapping. So does `kubectl apply`
 * of a manifest that has lost its annotations, even if they had been removed from the object before.
 */
const isMappingTaken = (requested: Requested, stored: SourcedTemplate): boolean =>
  countOf(requested.template) === 0 &&
  (stored.template.foreignAnnotationBytes > 0 ||
    countOf(stored.template) > 1 ||
    isMappingLetGo(requested.sources, stored.sources))

const isMappingLetGo = (now: Sources, before: Sources): boolean =>
  now.appliedText !== undefined &&
  now.appliedText !== before.appliedText &&
  appliesAnnotations(before) &&
  !appliesAnnotations(now)

const countOf = ({ annotations, foreignAnnotationBytes }: PodTemplate): number =>
  Object.keys(annotations).length + (foreignAnnotationBytes > 0 ? 1 : 0)

/** A source that stated a value for Slackwater's annotation, and no longer states one, removes the live value. */
function isLetGo(sources: Sources, { stored, fieldManager }: ChangeRequest): boolean {
  const isGone = textAppliedIn(stored.sources) !== undefined && textAppliedIn(sources) === undefined
  if (isGone && sources.appliedText !== undefined) return true
  const isOwner = ({ manager, ownsRecord }: AppliedFields) => manager === fieldManager && ownsRecord
  return (
    fieldManager !== undefined && stored.sources.appliers.some(isOwner) && !sources.appliers.some(isOwner)
  )
}
