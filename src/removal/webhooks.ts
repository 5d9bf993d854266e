import { ApiError } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { at, itemsOf, root, stringAt } from '../kubernetes/json.ts'

const LISTED = {
  path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
}

/** How the names of our webhooks end, whatever their configuration is called. */
const OURS = '.slackwater.dev'

/** Names of the webhook configurations of ours that are there; none where they may not be read. */
export async function ownWebhooks(api: ApiServer, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = []
  try {
    for await (const { objects } of pagesOf({ api, listed: LISTED, signal }))
      for (const raw of objects) {
        const node = root(raw)
        const names = itemsOf(at(node, 'webhooks')).map((webhook) => at(webhook, 'name').value)
        if (names.some((name) => typeof name === 'string' && name.endsWith(OURS)))
          found.push(stringAt(at(node, 'metadata', 'name')))
      }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
  return found
}

/** The kill switch: nothing is refused by it, since it only takes a question away. */
export const killSwitch = (webhooks: readonly string[]): string =>
  `kubectl delete mutatingwebhookconfiguration ${webhooks.length === 0 ? 'slackwater' : webhooks.join(' ')}`
