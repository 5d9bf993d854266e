import { refText } from '../../model/object-ref.ts'
import { NOTHING, warning } from '../claim.ts'
import { MOST_LISTENERS } from '../limits.ts'
import { source } from '../source.ts'
import { gatewayOwnershipOf } from './gateway-ownership.ts'
import { attachmentOf, listenersOf } from './listeners.ts'

/** A Gateway sends nothing by itself; what keeps its controller from serving it is worth a word. */
export const gatewaySource = source('Gateway', {
  refersTo: () => [],
  read: () => NOTHING,
  notices: (gateway, around) => {
    const ownership = gatewayOwnershipOf(gateway, around)
    if (!ownership.ours) return ownership.notices
    if (!listenersOf(gateway, ownership.loadBalancer.value, around).areTooMany) return []
    const text = `it has more than ${MOST_LISTENERS} listeners with those of its ListenerSets: what the others take is unknown`
    return [warning('too-large', gateway.ref, text)]
  },
})

/** A ListenerSet adds listeners to a Gateway that allows it. */
export const listenerSetSource = source('ListenerSet', {
  refersTo: () => [],
  read: () => NOTHING,
  notices: (set, around) => {
    const gateway = around.view.gateway(set.gateway)
    if (gateway === undefined || !gatewayOwnershipOf(gateway, around).ours) return []
    if (attachmentOf(set, gateway, around) !== 'no') return []
    const text = `${refText(gateway.ref)} does not allow its listeners: spec.allowedListeners there would`
    return [warning('listener-set-not-allowed', set.ref, text)]
  },
})
