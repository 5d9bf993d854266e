import type {
  Measured,
  Measurements,
  Sample,
  Witness,
  WitnessedLoadBalancer,
  WitnessedTargetGroup,
} from '../core/model/observed.ts'
import { given } from './json.ts'
import { type ObservedRead, ObservedReader } from './observed-reader.ts'
import {
  type MeasuredJson,
  MeasuredSchema,
  MeasurementsSchema,
  OBSERVED_VERSION,
  WitnessedLoadBalancerSchema,
  WitnessedTargetGroupSchema,
  WitnessSchema,
} from './observed-schema.ts'

/** The ConfigMap in Slackwater's own namespace. */
export const OBSERVED_CONFIG_MAP = 'slackwater-observed'
/** Its key with the measurements: `slackwater measure --apply` writes it. */
export const MEASURED_KEY = 'measured.json'
/** Its key with AWS's answers: the leader writes it. */
export const WITNESS_KEY = 'aws.json'

/**
 * Bytes of each key. A ConfigMap holds at most 1 MiB over all of its keys (Kubernetes: ValidateConfigMap,
 * MaxSecretSize), and the writer of one does not know the other. An entry needs up to 0.6 KiB, a target group about
 * 0.7: room for 400 and 1,000. The split is a choice.
 */
const MEASURED_ROOM = 256 * 1024
const WITNESS_ROOM = 768 * 1024

interface ObservedText {
  /** Compact JSON. */
  readonly text: string
  /** What did not fit and was left out, the last first: target groups and load balancers, as they are named. */
  readonly omitted: readonly string[]
}

/** Reads the text under `measured.json`. An entry that cannot be used does not lose the others. */
export function readMeasurements(text: string): ObservedRead<Measurements> {
  const reader = new ObservedReader(MEASURED_KEY)
  const document = reader.document(text, MeasurementsSchema, ['entries'])
  if (document === undefined) return reader.result()
  const { measured, by, entries } = document
  const used = reader.list('entries', entries, MeasuredSchema, {
    idOf: idOfMeasured,
    contradictionIn,
  })
  return reader.result({ measured: Date.parse(measured), by, entries: used.map(measuredOf) })
}

/** Reads the text under `aws.json`. A target group that cannot be used does not lose the others. */
export function readWitness(text: string): ObservedRead<Witness> {
  const reader = new ObservedReader(WITNESS_KEY)
  const document = reader.document(text, WitnessSchema, ['targetGroups', 'loadBalancers'])
  if (document === undefined) return reader.result()
  const targetGroups = reader.list('targetGroups', document.targetGroups, WitnessedTargetGroupSchema, {
    idOf: ({ targetGroup }) => targetGroup,
  })
  const loadBalancers = reader.list('loadBalancers', document.loadBalancers, WitnessedLoadBalancerSchema, {
    idOf: ({ loadBalancer }) => loadBalancer,
  })
  return reader.result({
    asked: Date.parse(document.asked),
    targetGroups: targetGroups.map(witnessedTargetGroup),
    loadBalancers: loadBalancers.map(witnessedLoadBalancer),
  })
}

/**
 * The text for `measured.json`.
 * @throws RangeError if a time is no moment of this calendar (Date.toISOString).
 */
export function writeMeasurements({ measured, by, entries }: Measurements): ObservedText {
  const head = { version: OBSERVED_VERSION, measured: timeText(measured), by }
  const room = new Room(MEASURED_ROOM, { ...head, entries: [] })
  const kept = room.take(entries.map(measuredJson), idOfMeasured)
  return { text: JSON.stringify({ ...head, entries: kept }), omitted: room.omitted.toReversed() }
}

/**
 * The text for `aws.json`. Load balancers are few and come first.
 * @throws RangeError if the time is no moment of this calendar (Date.toISOString).
 */
export function writeWitness(witness: Witness): ObservedText {
  const head = { version: OBSERVED_VERSION, asked: timeText(witness.asked) }
  const room = new Room(WITNESS_ROOM, { ...head, targetGroups: [], loadBalancers: [] })
  const loadBalancers = room.take(
    witness.loadBalancers.map(witnessedLoadBalancer),
    ({ loadBalancer }) => loadBalancer,
  )
  const targetGroups = room.take(
    witness.targetGroups.map(witnessedTargetGroup),
    ({ targetGroup }) => targetGroup,
  )
  return {
    text: JSON.stringify({ ...head, targetGroups, loadBalancers }),
    omitted: room.omitted.toReversed(),
  }
}

/** What is left of the bytes of one key. */
class Room {
  readonly omitted: string[] = []
  #left: number

  constructor(bytes: number, empty: object) {
    this.#left = bytes - Buffer.byteLength(JSON.stringify(empty))
  }

  /** Those that fit, in order. */
  take<T>(parts: readonly T[], idOf: (part: T) => string): readonly T[] {
    return parts.filter((part) => {
      // With the comma.
      const bytes = Buffer.byteLength(JSON.stringify(part)) + 1
      const fits = bytes <= this.#left
      if (fits) this.#left -= bytes
      else this.omitted.push(idOf(part))
      return fits
    })
  }
}

const timeText = (time: number): string => new Date(time).toISOString()

const idOfMeasured = ({
  loadBalancer,
  targetGroup,
}: Pick<Measured, 'loadBalancer' | 'targetGroup'>): string => targetGroup ?? loadBalancer

const SAMPLES = ['lastRequest', 'propagation', 'controller'] as const

/** Why the numbers of an entry cannot be true together. */
function contradictionIn(entry: MeasuredJson): string | undefined {
  if (Date.parse(entry.to) < Date.parse(entry.from))
    return `to: expected a time that is not before "from", ${entry.from}, got ${entry.to}`
  for (const name of SAMPLES) {
    const sample = entry[name]
    if (sample === undefined) continue
    const { median, p95, max } = sample
    if (p95 < median) return `${name}.p95: expected at least the median, ${median}, got ${p95}`
    if (max < p95) return `${name}.max: expected at least p95, ${p95}, got ${max}`
  }
  return undefined
}

/** Only what the model has: a later version may write more. */
const sampleOf = ({ n, median, p95, max }: Sample): Sample => ({ n, median, p95, max })

const samplesOf = (entry: Pick<MeasuredJson, (typeof SAMPLES)[number]>) =>
  Object.fromEntries(
    SAMPLES.flatMap((name) => {
      const sample = entry[name]
      return sample === undefined ? [] : [[name, sampleOf(sample)]]
    }),
  )

const measuredOf = (entry: MeasuredJson): Measured => ({
  loadBalancer: entry.loadBalancer,
  ...given('targetGroup', entry.targetGroup),
  from: Date.parse(entry.from),
  to: Date.parse(entry.to),
  ...samplesOf(entry),
})

const measuredJson = (entry: Measured) => ({
  loadBalancer: entry.loadBalancer,
  ...given('targetGroup', entry.targetGroup),
  from: timeText(entry.from),
  to: timeText(entry.to),
  ...samplesOf(entry),
})

/** The same in both directions. */
const witnessedTargetGroup = ({
  targetGroup,
  loadBalancers,
  targetType,
  protocol,
  attributes,
}: WitnessedTargetGroup): WitnessedTargetGroup => ({
  ...{ targetGroup, loadBalancers, targetType, protocol, attributes },
})

const witnessedLoadBalancer = ({
  loadBalancer,
  type,
  address,
  attributes,
}: WitnessedLoadBalancer): WitnessedLoadBalancer => ({ loadBalancer, type, address, attributes })
