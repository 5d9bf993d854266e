import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import type { PodTemplate } from '../core/model/workload.ts'
import { at, isPresent, type JsonNode } from './json.ts'
import { type AppliedFields, appliesAnnotations, type Sources } from './sources.ts'

/** A workload's template, and where its sources have left their word. */
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
  /** Who makes it, as its options say. */
  readonly fieldManager: string | undefined
}

export const textAppliedIn = ({ applied }: Sources): string | undefined =>
  applied?.annotations[RECORD_ANNOTATION]

type Requested = Pick<SourcedTemplate, 'template' | 'sources'>

/** Whether our record has gone with what its source let go of, and not because somebody took it away. */
export const isTakenAlong = (workload: JsonNode, requested: Requested, request: ChangeRequest): boolean =>
  (isOfStored(workload) && isMappingTaken(requested, request.stored)) || isLetGo(requested.sources, request)

/** What was read in the cluster, or is a patch of it, has the uid in it; a manifest has none. */
const isOfStored = (workload: JsonNode): boolean => isPresent(at(workload, 'metadata', 'uid'))

/**
 * The last annotation that somebody else had there has gone: a patch says so by taking the whole mapping away. So does
 * `kubectl apply` of a manifest that has none any more, be it that somebody had taken them out of the object before.
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

/** A source that stated a text under our key, and states none any more, removes what is there. */
function isLetGo(sources: Sources, { stored, fieldManager }: ChangeRequest): boolean {
  const isGone = textAppliedIn(stored.sources) !== undefined && textAppliedIn(sources) === undefined
  if (isGone && sources.appliedText !== undefined) return true
  const isOwner = ({ manager, ownsRecord }: AppliedFields) => manager === fieldManager && ownsRecord
  return (
    fieldManager !== undefined && stored.sources.appliers.some(isOwner) && !sources.appliers.some(isOwner)
  )
}
