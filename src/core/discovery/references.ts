import type { Notice } from '../model/notice.ts'
import { type ObjectRef, refText } from '../model/object-ref.ts'
import { warning } from './claim.ts'
import { portOf } from './identity.ts'
import { listed, shortened } from './quote.ts'
import type { Surroundings } from './view.ts'

/** A reference from some object to a port of a Service. */
export interface ServiceReference {
  readonly from: ObjectRef
  readonly service: ObjectRef
  /** Number or name, as written. */
  readonly port: string
}

/** What is wrong with a reference: the Service is not known, or has not that port. The controllers refuse both. */
export function referenceNotices(
  { from, service, port }: ServiceReference,
  around: Surroundings,
): readonly Notice[] {
  const found = around.view.service(service)
  if (found === undefined) {
    const text = `its backend ${refText(service)} is not known here`
    return [warning('service-not-found', from, text)]
  }
  if (portOf(found, port) !== undefined) return []
  const ports = found.ports.map(({ name, port: number }) =>
    name === undefined ? `${number}` : `${number} (${name})`,
  )
  const text = `its backend ${refText(service)} has no port ${shortened(port) || '(none is written)'}, but ${listed(ports) || 'none'}: the controller makes no target group of it`
  return [warning('service-port-not-found', from, text)]
}
