import type { Exposure } from '../core/model/exposure.ts'
import { refText } from '../core/model/object-ref.ts'

/** What a handover cannot do for the requests of some load balancers; sentences. */
export function cautionsOf(exposures: readonly Exposure[]): readonly string[] {
  const named = (which: (exposure: Exposure) => boolean): string =>
    [...new Set(exposures.filter(which).map(({ service }) => refText(service)))].join(', ')
  const early = named(({ publishNotReadyAddresses }) => publishNotReadyAddresses)
  const instance = named(({ targetType }) => targetType.value === 'instance')
  const network = named(
    ({ loadBalancer, targetType }) => loadBalancer.value === 'nlb' && targetType.value === 'ip',
  )
  return [
    ...(early === ''
      ? []
      : [`${early} publishes Pods that are not ready: a replacement gets requests before it can serve them`]),
    ...(instance === ''
      ? []
      : [
          `${instance} has instance targets: a busy keep-alive connection stays with the old Pod and breaks when that ends`,
        ]),
    ...(network === ''
      ? []
      : [`${network} is behind an NLB: a connection that is still open when the old Pod ends breaks`]),
  ]
}
