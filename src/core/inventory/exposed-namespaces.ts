import type { ServiceReading } from '../discovery/discover.ts'
import type { ServiceObject } from '../discovery/objects/discovery-object.ts'
import { compareText } from '../model/object-ref.ts'
import type { Steps } from '../model/steps.ts'
import { assumedNamespaces, keyOfExposed } from './assumed-namespaces.ts'
import type { ExposedNamespace, LiveView } from './inventory.ts'

/** Namespaces with an exposure that has ip targets, assumed ones too, sorted. One step per Service that is read for it. */
export function* exposedNamespacesOf(
  services: Iterable<ServiceObject>,
  known: Pick<LiveView, 'workloads' | 'namespace'>,
  read: (service: ServiceObject) => Steps<ServiceReading>,
): Steps<readonly ExposedNamespace[]> {
  const found = new Map<string, ExposedNamespace>()
  for (const assumed of assumedNamespaces(known)) found.set(keyOfExposed(assumed), assumed)
  for (const service of services) {
    const { namespace } = service.ref
    const { exposures } = yield* read(service)
    for (const { targetType, controller } of exposures) {
      const exposed = { namespace, controller }
      if (targetType.value === 'ip') found.set(keyOfExposed(exposed), exposed)
    }
    yield
  }
  return [...found.entries()].sort(([a], [b]) => compareText(a, b)).map(([, exposed]) => exposed)
}
