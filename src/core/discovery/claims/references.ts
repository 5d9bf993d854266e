import { information, type Notice, warning } from '../../model/notice.ts'
import { type ObjectRef, refText } from '../../model/object-ref.ts'
import { listed, shortened } from '../annotations/quote.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import { once } from '../objects/once.ts'
import { SERVICES_BY_NAME } from '../objects/services.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { portOf } from './identity.ts'

/** A reference to a port of a Service. */
export interface ServiceReference {
  readonly service: ObjectRef
  /** Number or name, as written. */
  readonly port: string
}

/**
 * Problems with an object's references: a Service is not found, or does not have that port. The controllers reject
 * both. Each Service and port is looked up and reported once, however often the object names it.
 */
export const referenceNotices = (
  from: ObjectRef,
  references: readonly ServiceReference[],
  context: DiscoveryContext,
): readonly Notice[] => distinct(references).flatMap((one) => problemsOf(from, one, context))

const distinct = (references: readonly ServiceReference[]): readonly ServiceReference[] => [
  ...new Map(references.map((one) => [`${refText(one.service)}\0${one.port}`, one])).values(),
]

function problemsOf(
  from: ObjectRef,
  { service, port }: ServiceReference,
  context: DiscoveryContext,
): readonly Notice[] {
  const found = context.view.find('Service', service)
  if (found === undefined) return [notFound(from, service, context)]
  if (portOf(found, port) !== undefined) return []
  const text = `its backend ${refText(service)} has no port ${shortened(port) || '(none is written)'}, but ${portsText(found)}: the controller creates no target group for it`
  return [warning('service-port-not-found', from, text)]
}

/** In a cluster it does not exist. Beside the files it may, unless one of that name shows a mistake. */
function notFound(from: ObjectRef, service: ObjectRef, { view, settings }: DiscoveryContext): Notice {
  const what = `its backend ${refText(service)} is not`
  if (!settings.fromFiles) return warning('service-not-found', from, `${what} found`)
  const [other] = view.filed(SERVICES_BY_NAME, service.name)
  if (other === undefined)
    return information(
      'service-not-found',
      from,
      `${what} among the files, so what it selects is unknown: give its file, too`,
    )
  const cure = `name one namespace in both${orPlanIn([service, other.ref], settings)}`
  return information(
    'service-not-found',
    from,
    `${what} among the files, but ${refText(other.ref)} is: ${cure}`,
  )
}

/** The option -n is about objects without a namespace of their own: it brings them to the other one. */
function orPlanIn(refs: readonly ObjectRef[], { assumedNamespace }: DiscoveryContext['settings']): string {
  const places = refs.map(({ namespace }) => namespace)
  const [stated] = places.filter((place) => place !== assumedNamespace)
  return stated === undefined || !places.includes(assumedNamespace ?? '') ? '' : `, or plan with -n ${stated}`
}

/** Computed once: a Service may have thousands of ports, and thousands of references may miss them. */
const portsText = once(
  ({ ports }: ServiceObject): string =>
    listed(ports.map(({ name, port }) => (name === undefined ? `${port}` : `${port} (${name})`))) || 'none',
)
