import { property } from '../kubernetes/json.ts'
import type { AdmissionRequest, Answer } from './review.ts'

/**
 * Containers in one review, the stored object's counted too. The biggest Pods that people run have some tens, and a node
 * is tested for 110 Pods (Kubernetes, Considerations for large clusters); a choice.
 */
const MOST_CONTAINERS = 1000

/**
 * Labels and annotations in one review, the stored object's counted too. The API server takes 256 KiB of annotations
 * (apimachinery, TotalAnnotationSizeLimitB), but counts them only after us; objects have some tens. A choice.
 */
const MOST_KEYS = 2000

/** Answers a review that is not looked into. */
export const tooLarge = (problem: string): Answer => ({
  outcome: 'too-large',
  operations: [],
  warnings: [`slackwater: not changed: ${problem}`],
  auditAnnotations: {},
  log: { problem },
})

/** Why a review is not looked into: the work grows with what is counted here; undefined: it is looked into. */
export function excessOf({ object, oldObject }: AdmissionRequest): string | undefined {
  const containers = containersIn(object) + containersIn(oldObject)
  if (containers > MOST_CONTAINERS)
    return `too large: ${containers} containers in one review, at most ${MOST_CONTAINERS} are read`
  const keys = keysIn(object) + keysIn(oldObject)
  if (keys > MOST_KEYS)
    return `too large: ${keys} labels and annotations in one review, at most ${MOST_KEYS} are read`
  return undefined
}

/** Of a Pod, or of the template of a workload: whichever of the two it may be. */
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
