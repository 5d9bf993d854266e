import { isRecord, type JsonRecord } from '../model/json-value.ts'
import { RECORD_ANNOTATION } from '../model/keys.ts'
import { type Seconds, seconds } from '../model/seconds.ts'
import type { HookForm } from '../model/settings.ts'
import { type PodTemplate, type ProbeGraces, STOPPING_PROBES } from '../model/workload.ts'

/** The grace period without us (null: it was absent), and the one that we wrote. */
export interface RaisedGrace {
  readonly before: Seconds | null
  readonly after: Seconds
  /**
   * A server-side apply of another client owned the field then, so it states `before`. A later owner may state `after`.
   */
  readonly owned?: true
}

/**
 * What we wrote into a template, as recorded in its annotation `slackwater.dev/injected`. It has no version and no
 * date, so that the same work always gives the same text: a changed text is a changed template, and would start a
 * rollout.
 */
export interface InjectionRecord {
  /** Absent if we did not change it. */
  readonly grace?: RaisedGrace
  readonly form: HookForm
  /** Our sleep, by container name. */
  readonly sleep: ReadonlyMap<string, Seconds>
  /** Grace periods that we set on probes, by container name. */
  readonly probes: ReadonlyMap<string, ProbeGraces>
  /** Containers whose `lifecycle` we created. */
  readonly lifecycles: ReadonlySet<string>
  /** We created `metadata.annotations`. */
  readonly annotations: boolean
  /** Fingerprint of the source's own text under our key that this record replaces. */
  readonly over?: string
  /** `Ingress shop/web`: the load balancer for which the leader rolled out a template whose hooks go into its Pods. */
  readonly adopted?: string
}

/** FNV-1a, 32 bits: distinguishes texts that are not made to collide. Not a secret. */
export function fingerprintOf(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** The annotation's text: compact JSON, keys in a fixed order, containers in the order of the template. */
export function printRecord(record: InjectionRecord): string {
  const { grace, form, sleep, probes, annotations, lifecycles, over, adopted } = record
  // A key whose value is undefined is not written.
  return JSON.stringify({
    grace,
    form: form === 'sleep' ? undefined : form,
    sleep: Object.fromEntries(sleep),
    probes: probes.size === 0 ? undefined : Object.fromEntries(probes),
    created: annotations || lifecycles.size > 0 ? { annotations, lifecycle: [...lifecycles] } : undefined,
    over,
    adopted,
  })
}

/**
 * The record of no work. Writing it changes a template, so that admission runs again and replaces it with the real
 * record. If it stays, it has no effect.
 */
export const emptyRecord = (template: Pick<PodTemplate, 'hasAnnotations'>): string =>
  printRecord(noWork(template))

/**
 * The same, where the hooks go into the Pods: it asks for a record that stays. Only an admission that decides so answers
 * with one (`adopted` for `adopt`), which shows that the new Pods will get their hooks.
 */
export function adoptionRecord(template: Pick<PodTemplate, 'hasAnnotations'>, sender: string): string {
  return JSON.stringify({ ...JSON.parse(emptyRecord(template)), adopt: sender })
}

/** The load balancer of an answered adoption; undefined for any other text, also while the answer is missing. */
export function adoptedFor(text: string): string | undefined {
  const record = parseRecord(text)
  return record !== undefined && printRecord(record) === text ? record.adopted : undefined
}

const noWork = ({ hasAnnotations }: Pick<PodTemplate, 'hasAnnotations'>): InjectionRecord => ({
  form: 'sleep',
  sleep: new Map(),
  probes: new Map(),
  lifecycles: new Set(),
  annotations: !hasAnnotations,
})

/** Texts that one decision may read: as stored, as requested, as last applied. */
const TEXTS = 3
/** The texts read last, the newest last. */
const read = new Map<string, InjectionRecord | undefined>()

/**
 * Parses the annotation. Anything that we would not have written is undefined: not our record. A decision needs the
 * same text many times, and it may be as long as all annotations may be: it is parsed once.
 */
export function parseRecord(text: string): InjectionRecord | undefined {
  if (read.has(text)) return read.get(text)
  const record = recordIn(text)
  read.set(text, record)
  const [oldest] = read.keys()
  if (read.size > TEXTS && oldest !== undefined) read.delete(oldest)
  return record
}

function recordIn(text: string): InjectionRecord | undefined {
  const raw = parseObject(text)
  if (raw === undefined) return undefined
  const sleep = parseMap(raw['sleep'], parseSeconds)
  const probes = parseMap(raw['probes'] ?? {}, parseProbes)
  const grace = raw['grace'] === undefined ? null : parseGrace(raw['grace'])
  const created = parseCreated(raw['created'])
  const form = raw['form'] ?? 'sleep'
  const over = raw['over']
  const adopted = raw['adopted'] ?? raw['adopt']
  const valid = sleep && probes && grace !== undefined && created && (form === 'sleep' || form === 'exec')
  if (!valid || (over !== undefined && typeof over !== 'string')) return undefined
  return {
    ...(grace === null ? {} : { grace }),
    form,
    sleep,
    probes,
    ...created,
    ...(over === undefined ? {} : { over }),
    ...(typeof adopted === 'string' ? { adopted } : {}),
  }
}

const asRecord = (value: unknown): JsonRecord | undefined => (isRecord(value) ? value : undefined)

function parseObject(text: string): JsonRecord | undefined {
  // Most texts that are not a record are not a JSON object either: detected without the cost of an exception.
  if (!text.startsWith('{')) return undefined
  try {
    return asRecord(JSON.parse(text))
  } catch {
    return undefined
  }
}

const parseSeconds = (value: unknown): Seconds | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? seconds(value) : undefined

function parseMap<T>(
  value: unknown,
  parse: (item: unknown) => T | undefined,
): ReadonlyMap<string, T> | undefined {
  const raw = asRecord(value)
  if (raw === undefined) return undefined
  const result = new Map<string, T>()
  for (const [key, item] of Object.entries(raw)) {
    const parsed = parse(item)
    if (parsed === undefined) return undefined
    result.set(key, parsed)
  }
  return result
}

function parseProbes(value: unknown): ProbeGraces | undefined {
  const raw = asRecord(value)
  if (raw === undefined) return undefined
  const entries = STOPPING_PROBES.flatMap((probe) => {
    const grace = parseSeconds(raw[probe])
    return grace === undefined ? [] : [[probe, grace] as const]
  })
  return entries.length === Object.keys(raw).length ? Object.fromEntries(entries) : undefined
}

function parseGrace(value: unknown): RaisedGrace | undefined {
  const raw = asRecord(value)
  const after = parseSeconds(raw?.['after'])
  const before = raw?.['before'] === null ? null : parseSeconds(raw?.['before'])
  if (after === undefined || before === undefined) return undefined
  return raw?.['owned'] === true ? { before, after, owned: true } : { before, after }
}

function parseCreated(value: unknown): Pick<InjectionRecord, 'lifecycles' | 'annotations'> | undefined {
  if (value === undefined) return { lifecycles: new Set(), annotations: false }
  const raw = asRecord(value)
  const names = raw?.['lifecycle']
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return undefined
  return { lifecycles: new Set(names), annotations: raw?.['annotations'] === true }
}

/** The fingerprint of the text that a record replaces; undefined if it replaces none. */
export const overOf = (text: string): string | undefined => parseRecord(text)?.over

/** The text that counts as the record; undefined if there is none. */
export const recordTextIn = ({ witness, annotations }: PodTemplate): string | undefined =>
  witness === undefined ? annotations[RECORD_ANNOTATION] : witness.record

/** The `over` of a record of this template, with which the record is distinguished from the source's own text. */
export function overIn({ witness, annotations }: PodTemplate): string | undefined {
  const text = annotations[RECORD_ANNOTATION]
  const record = witness === undefined ? text : witness.record
  const isStated = witness?.isForeign === true || witness?.isOwned === true
  if (isStated && text !== undefined) return fingerprintOf(text)
  return record === undefined ? undefined : overOf(record)
}
