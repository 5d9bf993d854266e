import { apiVersionOf, pathOf, REPORTED, RESOURCES } from '../src/cluster/resources.ts'

/** Lists as an API server sends them, made before they are asked for: the time is that of whoever asks. */

/** As cluster/list-watch.ts asks for them. */
const PAGE = 500

const KINDS = [...RESOURCES, ...REPORTED.map(({ resource }) => resource)]

/** Pages of a list, as bytes. */
type Pages = readonly Buffer[]

/** By path. Of what there is no object of, the built-in kinds have a list. @param empty further lists of nothing. */
export function listsOf(
  objects: Iterable<unknown>,
  empty: readonly string[] = [],
): ReadonlyMap<string, Pages> {
  const builtIn = KINDS.filter((kind) => kind.builtIn).map((kind) => pathOf(kind, kind.versions[0] ?? ''))
  const lists = Map.groupBy(objects, pathOfObject)
  return new Map([
    ...[...builtIn, ...empty].map((at) => [at, paged([])] as const),
    ...[...lists].map(([at, some]) => [at, paged(some)] as const),
  ])
}

function pathOfObject(object: unknown): string {
  const { apiVersion, kind } = object as { readonly apiVersion: string; readonly kind: string }
  const of = KINDS.find((one) => one.kind === kind && apiVersion === apiVersionOf(one, one.versions[0] ?? ''))
  if (of === undefined) throw new Error(`no list of ${kind}`)
  return pathOf(of, of.versions[0] ?? '')
}

function paged(objects: readonly unknown[]): Pages {
  const pages = Math.max(1, Math.ceil(objects.length / PAGE))
  return Array.from({ length: pages }, (_, page) => {
    const more = page + 1 < pages ? { continue: String(page + 1) } : {}
    const items = objects.slice(page * PAGE, (page + 1) * PAGE)
    return Buffer.from(JSON.stringify({ metadata: { resourceVersion: '1', ...more }, items }))
  })
}

export const pageOf = (pages: Pages = [], query: URLSearchParams): Buffer =>
  pages[Number(query.get('continue'))] ?? Buffer.from('{"kind":"Status","code":404,"message":"not found"}')

/** A kubeconfig for a played API server at this port. */
export const configAt = (port: number): string =>
  JSON.stringify({
    'current-context': 'bench',
    clusters: [
      { name: 'bench', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
  })
