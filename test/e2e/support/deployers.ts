import { type ApiReply, call, pathOf } from './api.ts'
import { differences } from './differences.ts'
import type { Said } from './kubectl.ts'
import type { Manifest } from './variants.ts'

/** What Flux and Argo CD ask before they apply: does the cluster differ from Git? */

interface Json {
  readonly [key: string]: unknown
}

const deployments = { apiVersion: 'apps/v1', plural: 'deployments' } as const

const words = ({ status, body }: ApiReply): string =>
  status < 300 ? '' : String((body as { readonly message?: unknown }).message)

const apply = (namespace: string, object: Manifest, query: Readonly<Record<string, string>>) =>
  call({
    method: 'PATCH',
    path: pathOf(deployments, namespace, object.metadata.name),
    query: { fieldManager: 'kustomize-controller', force: 'true', ...query },
    contentType: 'application/apply-patch+yaml',
    body: object,
  })

const live = (namespace: string, { metadata }: Manifest) =>
  call({ method: 'GET', path: pathOf(deployments, namespace, metadata.name) })

/** What Flux compares (fluxcd/pkg ssa): labels, annotations and everything but metadata and status. */
function compared({ body }: ApiReply): string {
  const { metadata, status: _, ...rest } = body as Json
  const { labels, annotations } = (metadata ?? {}) as Json
  return JSON.stringify({ labels, annotations, ...rest })
}

/** One round of Flux: a server-side dry run, and an apply only where the answer differs. Code 1: it applied. */
export async function fluxRound(namespace: string, object: Manifest): Promise<Pick<Said, 'code' | 'err'>> {
  const stored = await live(namespace, object)
  const wanted = await apply(namespace, object, { dryRun: 'All' })
  if (wanted.status >= 300) return { code: 2, err: words(wanted) }
  if (stored.status === 200 && compared(stored) === compared(wanted)) return { code: 0, err: '' }
  return { code: 1, err: words(await apply(namespace, object, {})) }
}

export const outOfSync = async (namespace: string, object: Manifest): Promise<readonly string[]> =>
  differences(object, (await live(namespace, object)).body)
