import { ApiError } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { at, itemsOf, root, stringAt } from '../kubernetes/json.ts'

const LISTED = {
  path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
}

/** The suffix of the names of Slackwater's webhooks, whatever their configuration is called. */
const OURS = '.slackwater.dev'

/** Names of Slackwater's webhook configurations that exist; none if the user may not read them. */
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

/** The kill switch: it causes no rejections, since it only removes a webhook call. */
export const killSwitch = (webhooks: readonly string[]): string =>
  `kubectl delete mutatingwebhookconfiguration ${webhooks.length === 0 ? 'slackwater' : webhooks.join(' ')}`
