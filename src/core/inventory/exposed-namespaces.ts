import type { ServiceReading } from '../discovery/discover.ts'
import type { ServiceObject } from '../discovery/objects/discovery-object.ts'
import { compareText } from '../model/object-ref.ts'
import type { Steps } from '../model/steps.ts'
import type { ExposedNamespace } from './inventory.ts'

/** Namespaces with an exposure that has ip targets, sorted. One step per Service that is read for it. */
export function* exposedNamespacesOf(
  services: Iterable<ServiceObject>,
  read: (service: ServiceObject) => Steps<ServiceReading>,
): Steps<readonly ExposedNamespace[]> {
  const found = new Map<string, ExposedNamespace>()
  for (const service of services) {
    const { namespace } = service.ref
    const { exposures } = yield* read(service)
    for (const { targetType, controller } of exposures) {
      if (targetType.value === 'ip') found.set(`${namespace}\0${controller}`, { namespace, controller })
    }
    yield
  }
  return [...found.entries()].sort(([a], [b]) => compareText(a, b)).map(([, exposed]) => exposed)
}
