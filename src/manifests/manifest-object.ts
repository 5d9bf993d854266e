import type { Position } from './position.ts'
import type { SourceText } from './source-text.ts'

/** One Kubernetes object as written in a file. */
export interface ManifestObject {
  /** Plain data, as kubectl would send it. */
  readonly raw: unknown
  readonly apiVersion: string
  readonly kind: string
  /** As written; undefined if the file names none. */
  readonly namespace: string | undefined
  readonly name: string
  readonly position: Position
  readonly place: ManifestPlace
}

/** The location of an object in its source, which writing back needs. */
interface ManifestPlace {
  readonly input: SourceText
  /** Offset of the object's document in the source's text. */
  readonly start: number
  /** Offset of the end of that document. */
  readonly end: number
  /** Keys from the document's root to the object: empty, or `['items', '3']` in a List. */
  readonly path: readonly string[]
}

/** `Deployment shop/web`, or `Deployment web` if the file names no namespace. */
export const objectText = ({ kind, namespace, name }: ManifestObject): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
