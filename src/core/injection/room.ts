import { RECORD_ANNOTATION } from '../model/keys.ts'
import { ANNOTATIONS_LIMIT, type PodTemplate } from '../model/workload.ts'

const encoder = new TextEncoder()
const bytesOf = (text: string): number => encoder.encode(text).length

/** Whether a template's other annotations leave room for a record of this text. */
export function hasRoomFor(text: string, { annotations, foreignAnnotationBytes }: PodTemplate): boolean {
  const others = Object.entries({ ...annotations, [RECORD_ANNOTATION]: text })
  const ownBytes = others.reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0)
  return foreignAnnotationBytes + ownBytes <= ANNOTATIONS_LIMIT
}
