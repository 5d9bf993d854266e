import type { NamespacePolicy } from '../objects/gateway-api.ts'
import { selectsNamespace } from '../objects/label-selector.ts'
import { namespaceFacts } from '../objects/namespaces.ts'
import type { DiscoveryContext } from '../objects/view.ts'

/** `assumed`: a selector decides, and the Namespace with its labels is not in the files. */
export type Admission = 'yes' | 'no' | 'assumed'

interface Visit {
  /** The namespace of the Gateway (or ListenerSet). */
  readonly host: string
  /** The namespace of the object that wants to attach. */
  readonly guest: string
}

/** LBC pkg/gateway/routeutils/attachment_helper.go. */
export function admits(
  { from, selector }: NamespacePolicy,
  { host, guest }: Visit,
  context: DiscoveryContext,
): Admission {
  if (from === 'All') return 'yes'
  if (from === 'Same') return host === guest ? 'yes' : 'no'
  if (from !== 'Selector' || selector === undefined) return 'no'
  const facts = namespaceFacts(guest, context.view)
  if (facts === undefined && context.settings.fromFiles) return 'assumed'
  if (facts === undefined) return 'no'
  return selectsNamespace(selector, guest, facts.labels) ? 'yes' : 'no'
}
