import { type Notice, warning } from '../../model/notice.ts'
import { refText } from '../../model/object-ref.ts'
import { MOST_LISTENERS, MOST_PORTS } from '../annotations/limits.ts'
import { discoveryRule } from '../claims/rule.ts'
import type { GatewayObject, ListenerSetObject } from '../objects/gateway-api.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { LISTENER_SETS_BY_GATEWAY } from './drawers.ts'
import { gatewayOwnershipOf, type OwnedGateway } from './gateway-ownership.ts'
import { attachmentOf, listenersOf } from './listeners.ts'

/**
 * A Gateway itself makes no claims. Its notices show why its controller does not serve it, or which listeners are not
 * read.
 */
export const gatewayRule = discoveryRule('Gateway', {
  notices: (gateway, context) => {
    const ownership = gatewayOwnershipOf(gateway, context)
    return ownership.served ? cutOffNotices(gateway, { gateway, ownership }, context) : ownership.notices
  },
})

/** A ListenerSet adds listeners to a Gateway that allows it. */
export const listenerSetRule = discoveryRule('ListenerSet', {
  filedIn: [LISTENER_SETS_BY_GATEWAY],
  notices: (set, context) => {
    const gateway = context.view.find('Gateway', set.gateway)
    const ownership = gateway && gatewayOwnershipOf(gateway, context)
    if (gateway === undefined || ownership?.served !== true) return []
    if (attachmentOf(set, gateway, context) !== 'no')
      return cutOffNotices(set, { gateway, ownership }, context)
    const text = `${refText(gateway.ref)} does not allow its listeners: set spec.allowedListeners there`
    return [warning('listener-set-not-allowed', set.ref, text)]
  },
})

interface Served {
  readonly gateway: GatewayObject
  readonly ownership: OwnedGateway
}

function cutOffNotices(
  { ref, listeners }: GatewayObject | ListenerSetObject,
  { gateway, ownership }: Served,
  context: DiscoveryContext,
): readonly Notice[] {
  const { cutOff } = listenersOf(gateway, ownership.loadBalancer.value, context)
  const excess = cutOff.get(refText(ref))
  if (excess === undefined) return []
  const text =
    excess === 'listeners'
      ? `it has ${listeners.length} listeners: only ${MOST_LISTENERS} of them are read; what the others accept is unknown`
      : `the listeners of namespace ${ref.namespace} bring more than ${MOST_PORTS} ports to ${refText(gateway.ref)}: what those here on the later ports take is unknown`
  return [warning('too-large', ref, text)]
}
