import type { Edit } from './edits.ts'

/** One thing that somebody does, as data. */
export type Step = ChangeStep | WorldStep

export const VERBS = [
  'apply',
  'server-side apply',
  'apply of a part',
  'replace',
  'merge patch',
  'strategic patch',
  'json patch',
  'edit',
  'scale',
  'pod',
] as const

export interface ChangeStep {
  /**
   * - `apply`, `server-side apply` and `replace` send the team's manifest, by kubectl and by a GitOps tool;
   * - `apply of a part`: a second field manager's server-side apply of what it has to say;
   * - `merge patch` and `strategic patch` send what the edits change in the manifest, which stays as it was;
   * - `json patch` and `edit` read the stored object, change it and send the difference or all of it;
   * - `pod`: a controller makes a Pod of the template.
   */
  readonly verb: (typeof VERBS)[number]
  readonly edits: readonly Edit[]
  /** The webhook does not answer. */
  readonly away: boolean
  /** Conflicts of a server-side apply are settled by force. */
  readonly force: boolean
}

export type WorldStep =
  /** A load balancer sends to what is labelled `app: web`, or does no longer. */
  | { readonly verb: 'exposed'; readonly on: boolean }
  /** The mode label of the Namespace. */
  | { readonly verb: 'namespace mode'; readonly mode: string | undefined }

export interface Sequence {
  readonly kind: 'Deployment' | 'StatefulSet' | 'Pod'
  /** What is edited in the manifest before it is first sent. */
  readonly start: readonly Edit[]
  readonly steps: readonly Step[]
}

export const isWorldStep = (step: Step): step is WorldStep =>
  step.verb === 'exposed' || step.verb === 'namespace mode'

/** The user reads what is stored, our work included, and writes it back. */
export const readsLive = ({ verb }: Step): boolean => verb === 'json patch' || verb === 'edit'

/** The user says in a way that is kept with the object what is theirs. */
export const isKept = ({ verb }: Step): boolean =>
  verb === 'apply' || verb === 'server-side apply' || verb === 'apply of a part'

/** What is stored is edited, and no manifest says it again. */
export const isPatch = (step: Step): boolean =>
  readsLive(step) || step.verb === 'merge patch' || step.verb === 'strategic patch'
