import { isRecord } from '../core/model/json-value.ts'
import type { FieldPath } from '../manifests/field-position.ts'

/** A key of a label or an annotation with a prefix, in a sentence. Not in the middle of a word, of which a file may have a long one. */
const KEYS = /(?<![\w.-])[A-Za-z0-9][\w.-]*\/[\w.-]*\w/g

/** Where an object has labels and annotations: its own, and those of its template. */
const METADATA: readonly FieldPath[] = [
  ['spec', 'template', 'metadata'],
  ['spec', 'jobTemplate', 'spec', 'template', 'metadata'],
  ['metadata'],
]

const ON_THE_WORKLOAD = / on the workload /

/** The label or annotation of an object that a sentence about it names first; undefined if it names none. */
export function namedKey(raw: unknown, sentence: string): FieldPath | undefined {
  const keys = sentence.match(KEYS) ?? []
  const places = ON_THE_WORKLOAD.test(sentence) ? METADATA.toReversed() : METADATA
  const kinds = sentence.includes('label ') ? ['labels', 'annotations'] : ['annotations', 'labels']
  for (const key of keys)
    for (const place of places)
      for (const kind of kinds) {
        const path = [...place, kind, key]
        if (has(raw, path)) return path
      }
  return undefined
}

function has(raw: unknown, path: FieldPath): boolean {
  let value = raw
  for (const key of path) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return false
    value = value[key]
  }
  return true
}
