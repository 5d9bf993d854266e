import type { Note, Problem } from './position.ts'
import type { SourceText } from './source-text.ts'

/** What a tool of the user's can turn into manifests. */
export interface Renderable {
  readonly kind: 'chart' | 'kustomization'
  /** As given or found; for a kustomization also whatever else kustomize builds, such as a URL. */
  readonly folder: string
  /** The kustomization's file, where it is known. */
  readonly source?: string
}

/** What a tool has made of it. */
export type Rendering = {
  /** What the tool wrote to its standard error although it succeeded. */
  readonly notes: readonly Note[]
} & (
  | {
      readonly ok: true
      /** Absent: there is nothing to render, and a note says why. */
      readonly source?: SourceText
    }
  | { readonly ok: false; readonly problem: Problem }
)
