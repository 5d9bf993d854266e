import type { ApiServer } from '../cluster/api-server.ts'
import { createObject } from '../cluster/objects.ts'
import { at, root } from '../kubernetes/json.ts'

/** What a handover does to objects beside reading them. */
export interface Right {
  readonly verb: string
  /** Empty for the core group. */
  readonly group: string
  /** `pods` */
  readonly resource: string
}

/** docs/handover.md has the same as a ClusterRole (test/handover/docs.test.ts). */
export const RIGHTS: readonly Right[] = [
  // Only as a dry run: whether a replacement would be protected.
  { verb: 'create', group: '', resource: 'pods' },
  { verb: 'patch', group: '', resource: 'pods' },
  { verb: 'delete', group: '', resource: 'pods' },
  { verb: 'patch', group: 'policy', resource: 'poddisruptionbudgets' },
]

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** Which of these the caller does not have in a namespace; what cannot be asked counts as given, and fails when used. */
export async function deniedRights({
  api,
  namespace,
  signal,
}: {
  readonly api: ApiServer
  readonly namespace: string
  readonly signal: AbortSignal
}): Promise<readonly Right[]> {
  const denied: Right[] = []
  for (const right of RIGHTS) {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: { resourceAttributes: { ...right, namespace } },
    }
    try {
      const answer = root(await createObject(api, { path: REVIEWS, body }, signal))
      if (at(answer, 'status', 'allowed').value === false) denied.push(right)
    } catch {
      signal.throwIfAborted()
    }
  }
  return denied
}

/** `patch poddisruptionbudgets.policy` */
export const rightText = ({ verb, group, resource }: Right): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}`
