import { property } from '../kubernetes/json.ts'
import type { AdmissionRequest, Answer } from './review.ts'

/**
 * Maximum number of containers in one review, including the stored object's. The biggest Pods in use have some tens,
 * and a node is tested for 110 Pods (Kubernetes, Considerations for large clusters); a choice.
 */
const MOST_CONTAINERS = 1000

/**
 * Maximum number of labels and annotations in one review, including the stored object's. The API server accepts
 * 256 KiB of annotations (apimachinery, TotalAnnotationSizeLimitB), but checks that only after the webhook; objects
 * have some tens. A choice.
 */
const MOST_KEYS = 2000

/** The answer to a review that is not evaluated. */
export const tooLarge = (problem: string): Answer => ({
  outcome: 'too-large',
  operations: [],
  warnings: [`slackwater: not changed: ${problem}`],
  auditAnnotations: {},
  log: { problem },
})

/** Why a review is not evaluated: the work grows with the numbers counted here; undefined: it is evaluated. */
export function excessOf({ object, oldObject }: AdmissionRequest): string | undefined {
  const containers = containersIn(object) + containersIn(oldObject)
  if (containers > MOST_CONTAINERS)
    return `too large: ${containers} containers in one review, at most ${MOST_CONTAINERS} are read`
  const keys = keysIn(object) + keysIn(oldObject)
  if (keys > MOST_KEYS)
    return `too large: ${keys} labels and annotations in one review, at most ${MOST_KEYS} are read`
  return undefined
}

/** For a Pod or for the template of a workload: the object may be either. */
const containersIn = (object: unknown): number => {
  const spec = property(object, 'spec')
  return inSpec(spec) + inSpec(property(property(spec, 'template'), 'spec'))
}

const inSpec = (spec: unknown): number =>
  lengthOf(property(spec, 'containers')) + lengthOf(property(spec, 'initContainers'))

const keysIn = (object: unknown): number =>
  inMetadata(object) + inMetadata(property(property(object, 'spec'), 'template'))

const inMetadata = (object: unknown): number => {
  const metadata = property(object, 'metadata')
  return countOf(property(metadata, 'labels')) + countOf(property(metadata, 'annotations'))
}

const countOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? Object.keys(value).length : 0

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0)
