import type { Reason } from '../../model/exposure.ts'
import { information } from '../../model/notice.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type { Claim, Reading } from '../claims/claim.ts'
import type { EffectiveSettings } from '../objects/view.ts'
import { argumentText } from './lbc-settings.ts'

/**
 * LBC with `--watch-namespace` reads the objects of one namespace only: load balancers through other namespaces are not
 * created (LBC pkg/config/runtime_config.go; its caches hold nothing else).
 */
export function watched(reading: Reading, { watchNamespace }: EffectiveSettings): Reading {
  const { value: namespace } = watchNamespace
  if (namespace === undefined) return reading
  const claims = reading.claims.flatMap((claim) => within(claim, namespace))
  const passed = reading.claims
    .filter(isByController)
    .flatMap(({ because }) => because)
    .flatMap((reason) => strayOf(reason, namespace) ?? [])
  const notices = passed.map((object) =>
    information(
      'namespace-not-watched',
      object,
      `The load balancer controller watches only namespace ${namespace} (${argumentText(watchNamespace.origin)}): load balancers through namespace ${object.namespace} are not counted`,
    ),
  )
  return { claims, notices: [...reading.notices, ...notices] }
}

function within(claim: Claim, namespace: string): readonly Claim[] {
  if (!isByController(claim)) return [claim]
  const [first, ...others] = claim.because.filter((reason) => strayOf(reason, namespace) === undefined)
  return first === undefined ? [] : [{ ...claim, because: [first, ...others] }]
}

const isByController = ({ controller, isInTree }: Claim): boolean => controller === 'lbc' && isInTree !== true

/** The first object of a chain in a namespace that the controller does not watch. */
const strayOf = (reason: Reason, namespace: string): ObjectRef | undefined =>
  reason
    .flatMap((step) => ('object' in step ? [step.object] : []))
    .find((object) => object.namespace !== '' && object.namespace !== namespace)
