import type { ObservedObject } from '../core/discovery/objects/observed-object.ts'
import { at, given, stringAt } from './json.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'
import {
  MEASURED_KEY,
  OBSERVED_CONFIG_MAP,
  readMeasurements,
  readWitness,
  WITNESS_KEY,
} from './observed-document.ts'

const DAY = 86_400_000

/**
 * The ConfigMap `slackwater-observed`; undefined for any other. What it does not say, or says in a way that cannot be
 * used, hinders nothing: it is told by the object itself.
 */
export function narrowObserved(envelope: Envelope): ObservedObject | undefined {
  const { document, options } = envelope
  if (at(document, 'metadata', 'name').value !== OBSERVED_CONFIG_MAP) return undefined
  const data = at(document, 'data')
  const textOf = (key: string): string => {
    const { value } = at(data, key)
    return value === undefined || value === null ? '' : stringAt(at(data, key))
  }
  const measured = textOf(MEASURED_KEY)
  const asked = textOf(WITNESS_KEY)
  const measurements = measured === '' ? NOTHING : readMeasurements(measured)
  const witness = asked === '' ? NOTHING : readWitness(asked)
  return {
    kind: 'Observed',
    ref: namespacedRef(envelope),
    ...given('measurements', measurements.value),
    ...given('witness', witness.value),
    problems: [...measurements.problems, ...witness.problems],
    ...given('today', options.now === undefined ? undefined : Math.floor(options.now / DAY)),
  }
}

const NOTHING = { value: undefined, problems: [] }
