import { isRecord } from '../model/json-value.ts'
import { HANDOVER_ANNOTATION } from '../model/keys.ts'
import { type Seconds, seconds } from '../model/seconds.ts'
import { unlessThrown } from '../model/thrown.ts'

/**
 * How far the replacement of a Pod has come. Except for `ending`, the labels of a step change in the same write.
 * - `released`: its ReplicaSet no longer selects it, so it makes another Pod; the Services still select it;
 * - `leaving`: no Service selects it any more;
 * - `ending`: it may be deleted;
 * - `returning`: taken back: the Services select it again;
 * - `readopting`: taken back: its ReplicaSet gets it back, or has got it back and deletes another Pod.
 */
const HANDOVER_STEPS = ['released', 'leaving', 'ending', 'returning', 'readopting'] as const
export type HandoverStep = (typeof HANDOVER_STEPS)[number]

/** The Pod that the ReplicaSet shall delete when it has one too many again, and its own deletion cost before. */
export interface Spare {
  readonly name: string
  readonly uid: string
  /** Absent: it had none. */
  readonly cost?: string
}

/** What the annotation `slackwater.dev/handover` of a Pod says: enough to go on, or to take back, without a plan. */
export interface HandoverRecord {
  readonly step: HandoverStep
  readonly workload: { readonly kind: string; readonly name: string }
  readonly replicaSet: string
  readonly releaseLabel: string
  readonly leaveLabels: readonly string[]
  /** The labels that are taken off, with their values. */
  readonly labels: Readonly<Record<string, string>>
  /** How many Pods were ready and in the Services before: there must never be fewer of them. */
  readonly floor: number
  readonly sleep: Seconds
  readonly healthy: Seconds
  readonly gated: boolean
  readonly disruptionBudgets: readonly string[]
  /** When the step should be over, RFC 3339: after it, the command that began it has died. */
  readonly deadline: string
  readonly spare?: Spare
  /** Its own deletion cost before it was readopted; absent: none. */
  readonly cost?: string
}

type ParsedRecord =
  | { readonly kind: 'none' }
  | { readonly kind: 'record'; readonly record: HandoverRecord }
  /** It cannot be read, and the Pod must be left alone: a sentence. */
  | { readonly kind: 'problem'; readonly problem: string }

/** Of the record's shape: another one is not ours to read. */
const VERSION = 1

/** The annotation's text: compact JSON, keys in a fixed order. */
export const printHandover = (record: HandoverRecord): string => {
  const { step, workload, replicaSet, releaseLabel, leaveLabels, labels, ...rest } = record
  const { floor, sleep, healthy, gated, disruptionBudgets, deadline, spare, cost } = rest
  return JSON.stringify({
    version: VERSION,
    step,
    deadline,
    labels,
    workload,
    replicaSet,
    releaseLabel,
    leaveLabels,
    floor,
    sleep,
    healthy,
    gated,
    disruptionBudgets,
    spare,
    cost,
  })
}

/** Anything may stand in an annotation: what we would not have written is a problem, never an error. */
export function parseHandover(text: string | undefined): ParsedRecord {
  if (text === undefined) return { kind: 'none' }
  const value = text.length > LONGEST_TEXT ? undefined : unlessThrown((): unknown => JSON.parse(text))
  if (!isRecord(value)) return problem('expected a JSON object')
  const { version } = value
  if (version !== VERSION) return problem(`expected version ${VERSION}; another release may have written it`)
  const wrong = Object.keys(FIELDS).find((key) => !FIELDS[key as keyof typeof FIELDS](value[key]))
  if (wrong !== undefined) return problem(`${wrong}: expected what "slackwater handover" writes`)
  const record = value as unknown as HandoverRecord
  if (!Object.hasOwn(record.labels, record.releaseLabel))
    return problem(`labels: expected the value of ${record.releaseLabel}`)
  const known = [record.releaseLabel, ...record.leaveLabels]
  const foreign = Object.keys(record.labels).find((key) => !known.includes(key))
  if (foreign !== undefined) return problem(`labels: expected none but ${known.join(' and ')}`)
  return { kind: 'record', record: { ...record, sleep: seconds(record.sleep) } }
}

const problem = (why: string): ParsedRecord => ({
  kind: 'problem',
  problem: `its annotation ${HANDOVER_ANNOTATION} cannot be read: ${why}`,
})

/** Whether the command that wrote it should have gone on by now. @param now milliseconds since 1970. */
export const isOverdue = ({ deadline }: Pick<HandoverRecord, 'deadline'>, now: number): boolean =>
  Date.parse(deadline) < now

/** Characters; all annotations of an object together have at most 256 KiB (apimachinery, validation TotalAnnotationSizeLimitB). */
const LONGEST_TEXT = 256 * 1024

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string' && value !== ''
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText)
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const isLabels: Check = (value) =>
  isRecord(value) && Object.values(value).every((one) => typeof one === 'string')
const isAbsentOrText: Check = (value) => value === undefined || typeof value === 'string'

const FIELDS: Readonly<Record<keyof HandoverRecord, Check>> = {
  step: (value) => HANDOVER_STEPS.some((step) => step === value),
  workload: (value) => isRecord(value) && isText(value['kind']) && isText(value['name']),
  replicaSet: isText,
  releaseLabel: isText,
  leaveLabels: isTexts,
  labels: isLabels,
  floor: isCount,
  sleep: isCount,
  healthy: isCount,
  gated: (value) => typeof value === 'boolean',
  disruptionBudgets: isTexts,
  deadline: (value) => isText(value) && !Number.isNaN(Date.parse(String(value))),
  spare: (value) =>
    value === undefined ||
    (isRecord(value) && isText(value['name']) && isText(value['uid']) && isAbsentOrText(value['cost'])),
  cost: isAbsentOrText,
}
