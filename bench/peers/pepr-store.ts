import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Plays an API server to Pepr, as far as it asks one: for the PeprStore in which it keeps values, which ours does not use.
 * It is there, and never changes.
 */
const STORE = (name: string) => ({
  apiVersion: 'pepr.dev/v1',
  kind: 'PeprStore',
  metadata: { name, namespace: 'pepr-system', uid: name, resourceVersion: '1', labels: {} },
  data: { __pepr_do_not_delete__: 'k-thx-bye' },
})

const NAME = 'pepr-bench-store'

export function answerForStore(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://played')
  const name = /\/peprstores\/([^/]+)$/.exec(pathname)?.[1]
  response.setHeader('content-type', 'application/json')
  if (name !== undefined) response.end(JSON.stringify(STORE(name)))
  else if (searchParams.has('watch')) {
    const field = /metadata\.name=([^,]+)/.exec(searchParams.get('fieldSelector') ?? '')?.[1] ?? NAME
    // The watch stays open.
    response.write(`${JSON.stringify({ type: 'ADDED', object: STORE(field) })}\n`)
  } else
    response.end(
      JSON.stringify({
        ...{ apiVersion: 'pepr.dev/v1', kind: 'PeprStoreList', metadata: { resourceVersion: '1' } },
        items: [STORE(/name=([^,]+)/.exec(searchParams.get('fieldSelector') ?? '')?.[1] ?? NAME)],
      }),
    )
}
