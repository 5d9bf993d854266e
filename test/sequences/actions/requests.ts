import type { Request } from '../model/api-server.ts'
import type { Kind } from '../model/kinds.ts'
import { jsonPatchFor, mergePatchFor } from '../model/patches.ts'
import { threeWay, twoWay } from '../model/strategic-merge.ts'
import { at, changedAt, type Fields, fieldsOf, type Value } from '../model/values.ts'
import { type Edit, edited } from './edits.ts'
import type { ChangeStep } from './steps.ts'

/** What tools make of a step: the requests of kubectl, of a GitOps tool, of a second manager. */

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What people hold. */
export interface Manifests {
  /** The team's, whole. */
  readonly main: Fields
  /** The second manager's. */
  readonly part: Fields
}

/** The manifests once a step is made. */
export function manifestsAfter(
  { main, part }: Manifests,
  { verb, edits }: ChangeStep,
  kind: Kind,
): Manifests {
  switch (verb) {
    case 'apply':
    case 'server-side apply':
    case 'replace':
      return { main: withEdits(main, edits, kind), part }
    case 'apply of a part':
      return { main, part: edits.reduce((object, edit) => edited(object, edit, kind, true), part) }
    default:
      return { main, part }
  }
}

const withEdits = (object: Fields, edits: readonly Edit[], kind: Kind): Fields =>
  edits.reduce((changed, edit) => edited(changed, edit, kind), object)

export interface Sending {
  readonly kind: Kind
  /** As stored, without managed fields; undefined: not there yet. */
  readonly live: Fields | undefined
  readonly before: Manifests
  readonly after: Manifests
}

export function requestFor(step: Exclude<ChangeStep, { verb: 'pod' }>, sending: Sending): Request {
  const { live, after, before, kind } = sending
  const { verb, edits, force } = step
  switch (verb) {
    case 'server-side apply':
      return { verb: 'apply', object: after.main, manager: 'gitops', force }
    case 'apply of a part':
      return { verb: 'apply', object: after.part, manager: 'platform', force }
    case 'apply':
      return clientSide(after.main, live, kind)
    case 'scale':
      return { verb: 'scale', replicas: replicasOf(edits), manager: 'kubectl-scale' }
    default:
  }
  if (live === undefined) return { verb: 'create', object: after.main, manager: 'kubectl-create' }
  const own = before.main
  const changed = withEdits(own, edits, kind)
  switch (verb) {
    case 'merge patch':
      return { verb: 'patch', type: 'merge', patch: mergePatchFor(own, changed), manager: 'kubectl-patch' }
    case 'strategic patch': {
      const patch = twoWay(own, changed, kind.schema)
      return { verb: 'patch', type: 'strategic', patch, manager: 'kubectl-patch' }
    }
    case 'json patch': {
      const patch = jsonPatchFor(live, withEdits(live, edits, kind))
      return { verb: 'patch', type: 'json', patch, manager: 'operator' }
    }
    case 'edit':
      return { verb: 'replace', object: withEdits(live, edits, kind), manager: 'operator', isRead: true }
    default:
      return { verb: 'replace', object: after.main, manager: 'kubectl-replace' }
  }
}

const replicasOf = (edits: readonly Edit[]): number =>
  edits.reduce((count, edit) => (edit.what === 'replicas' ? edit.count : count), 3)

/** `kubectl apply`: the manifest is kept in an annotation, and what it stated last and states no longer is deleted. */
function clientSide(manifest: Fields, live: Fields | undefined, kind: Kind): Request {
  const kept = changedAt(
    manifest,
    ['metadata', 'annotations', LAST_APPLIED],
    () => `${JSON.stringify(manifest)}\n`,
  )
  const manager = 'kubectl-client-side-apply'
  if (live === undefined) return { verb: 'create', object: kept, manager }
  const patch = threeWay({ last: lastApplied(live) ?? {}, manifest: kept, live }, kind.schema)
  return { verb: 'patch', type: 'strategic', patch, manager }
}

/** The manifest that was applied last, client-side. */
export function lastApplied(live: Fields): Fields | undefined {
  const text = at(live, 'metadata', 'annotations', LAST_APPLIED)
  if (typeof text !== 'string') return undefined
  if (text !== last.text) last = { text, manifest: fieldsOf(JSON.parse(text) as Value) }
  return last.manifest
}

/** One step reads the same text several times. */
let last: { readonly text: string; readonly manifest: Fields } = { text: '', manifest: {} }
