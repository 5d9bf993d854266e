import { ApiError } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { at, itemsOf, root, stringAt } from '../kubernetes/json.ts'

const listed = (kind: string) => ({
  path: `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s`,
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
})

/** Names of Slackwater's webhook configurations that exist; none of a kind that the user may not read. */
export interface OwnWebhooks {
  /** They restore what is removed. */
  readonly webhooks: readonly string[]
  /** They may refuse what is left without Slackwater's work, if the settings deny a finding. */
  readonly validatingWebhooks: readonly string[]
}

export const ownWebhooks = async (api: ApiServer, signal: AbortSignal): Promise<OwnWebhooks> => ({
  webhooks: await ownOfKind('MutatingWebhookConfiguration', api, signal),
  validatingWebhooks: await ownOfKind('ValidatingWebhookConfiguration', api, signal),
})

/** The suffix of the names of Slackwater's webhooks, whatever their configuration is called. */
const OURS = '.slackwater.dev'

async function ownOfKind(kind: string, api: ApiServer, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = []
  try {
    for await (const { objects } of pagesOf({ api, listed: listed(kind), signal }))
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

/** The kill switch: it causes no rejections, since it only removes webhook calls. */
export const killSwitch = ({ webhooks, validatingWebhooks }: OwnWebhooks): string =>
  [
    deletion('mutatingwebhookconfiguration', webhooks.length === 0 ? ['slackwater'] : webhooks),
    ...(validatingWebhooks.length === 0
      ? []
      : [deletion('validatingwebhookconfiguration', validatingWebhooks)]),
  ].join(' && ')

const deletion = (kind: string, names: readonly string[]): string =>
  `kubectl delete ${kind} ${names.join(' ')}`
