import { RECORD } from './actions/edits.ts'
import { lastApplied } from './actions/requests.ts'
import { byName } from './model/compare.ts'
import type { FieldSet } from './model/field-set.ts'
import { type Kind, templateOf } from './model/kinds.ts'
import type { Managers } from './model/ownership.ts'
import { at, changedAt, equal, type Fields, fieldsOf, itemsOf, member, type Value } from './model/values.ts'

/**
 * What of an object is our work, read from its record as `docs/annotations.md` describes it, and without the program's
 * own reader: what stands exactly as recorded is ours, unless the object's source states it.
 */

interface Owned {
  readonly object: Fields
  readonly managers: Managers
}

/** The record's parts, as far as they can be read; undefined where there is none that could. */
export function recordIn(template: Fields): Fields | undefined {
  const text = at(template, 'metadata', 'annotations', RECORD)
  if (typeof text !== 'string') return undefined
  try {
    const parsed: Value = JSON.parse(text)
    return fieldsOf(parsed)['sleep'] === undefined ? undefined : fieldsOf(parsed)
  } catch {
    return undefined
  }
}

/** What an object would be without us. */
export interface Bare {
  readonly object: Fields
  /** Fields in which the other object has the very value that we wrote, in a way that nobody can tell from ours. */
  readonly unclear: readonly string[]
}

/**
 * @param like the same object in a world without us: where it has our very value in a field that is ours here, that
 * value stays, and the field is named.
 */
export function withoutOurs({ object, managers }: Owned, like: Fields | undefined, kind: Kind): Bare {
  const template = templateOf(object, kind)
  const found = recordIn(template)
  const unclear: string[] = []
  const evidence = evidenceOf({ object, managers }, kind)
  const record = found !== undefined && isRecord(found, template, evidence) ? found : undefined
  if (record === undefined) return { object: withoutRecord(object, kind), unclear }
  const theirs = like === undefined ? undefined : templateOf(like, kind)
  const spec = bareSpec(fieldsOf(template['spec']), { record, evidence, theirs: at(theirs, 'spec'), unclear })
  const bare = changedAt(object, [...kind.templateAt, 'spec'], () => spec)
  return { object: withoutRecord(bare, kind), unclear }
}

/** The key is ours, whatever stands under it. A mapping that is left empty is left out, as the API server does. */
export function withoutRecord(object: Fields, { templateAt }: Kind): Fields {
  const dropped = changedAt(object, [...templateAt, 'metadata', 'annotations', RECORD], () => undefined)
  return changedAt(dropped, [...templateAt, 'metadata', 'annotations'], (left) =>
    Object.keys(fieldsOf(left)).length === 0 ? undefined : left,
  )
}

/** What the sources of an object state. */
interface Evidence {
  /** The template of the manifest that was last applied by kubectl. */
  readonly last: Fields
  /** What server-side appliers own in the template's spec. */
  readonly applied: readonly FieldSet[]
  /** The text under our key in that manifest. */
  readonly text: Value | undefined
  /** An applier owns the key. */
  readonly isKeyOwned: boolean
  /** An applier owns the grace period. */
  readonly isGraceOwned: boolean
  /** An applier owns the grace period, and so does somebody else. */
  readonly isGraceShared: boolean
}

function evidenceOf({ object, managers }: Owned, { templateAt }: Kind): Evidence {
  const appliers = [...managers.values()].filter(({ manager }) => manager.operation === 'Apply')
  const steps = [...templateAt, 'spec'].map((key) => `f:${key}`)
  const grace = [...steps, `f:${GRACE}`]
  const owners = [...managers.values()].filter(({ fields }) => owns(fields, grace))
  const key = [...templateAt, 'metadata', 'annotations', RECORD]
  const last = lastApplied(object)
  return {
    last: fieldsOf(at(last, ...templateAt, 'spec')),
    text: at(last, ...key),
    isKeyOwned: appliers.some(({ fields }) =>
      owns(
        fields,
        key.map((one) => `f:${one}`),
      ),
    ),
    isGraceOwned: owners.some(({ manager }) => manager.operation === 'Apply'),
    applied: appliers.flatMap(({ fields }) => below(fields, steps)),
    isGraceShared: owners.length > 1 && owners.some(({ manager }) => manager.operation === 'Apply'),
  }
}

const below = (set: FieldSet, steps: readonly string[]): readonly FieldSet[] => {
  const [step, ...rest] = steps
  if (step === undefined) return [set]
  const child = set.children.get(step)
  return child === undefined ? [] : below(child, rest)
}

/** A text that a source states under our key is no record, but for what it names, stands there, and no source states. */
function isRecord(record: Fields, template: Fields, evidence: Evidence): boolean {
  const isText = evidence.text === at(template, 'metadata', 'annotations', RECORD)
  if (!isText && !(evidence.isKeyOwned && record['over'] === undefined)) return true
  const reading = { record, evidence, theirs: undefined, unclear: [] }
  const spec = fieldsOf(template['spec'])
  const isGrace = !evidence.isGraceOwned && bareGrace(spec, reading) !== spec[GRACE]
  const isHook = (one: Fields) => !equal(withoutOurHook(one, reading), one)
  return isGrace || itemsOf(spec['containers']).some(isHook)
}

interface Reading {
  readonly record: Fields
  readonly evidence: Evidence
  readonly theirs: Value | undefined
  readonly unclear: string[]
}

function bareSpec(spec: Fields, reading: Reading): Fields {
  const containers = itemsOf(spec['containers']).map((one) => bareContainer(one, reading))
  return { ...spec, terminationGracePeriodSeconds: bareGrace(spec, reading), containers }
}

export const GRACE = 'terminationGracePeriodSeconds'

function bareGrace(spec: Fields, { record, evidence, theirs, unclear }: Reading): Value | undefined {
  const stands = spec[GRACE]
  const { before, after, owned } = fieldsOf(record['grace'])
  if (after === undefined || after !== stands) return stands
  // Who has come to own it since, and has it in common with others, has applied the number that stood there.
  const isStated = evidence.last[GRACE] === stands || (owned !== true && evidence.isGraceShared)
  if (!isTheirs(at(theirs, GRACE), stands, { isStated, theirs })) return before ?? 30
  if (!isStated) unclear.push(GRACE)
  return stands
}

function bareContainer(one: Fields, reading: Reading): Fields {
  const hookless = withoutOurHook(one, reading)
  return ['livenessProbe', 'startupProbe'].reduce(
    (left, probe) => withoutProbeGrace(left, probe, reading),
    hookless,
  )
}

const hookOf = (seconds: Value, form: Value | undefined): Value =>
  form === 'exec'
    ? { exec: { command: ['/bin/sh', '-c', `sleep ${String(seconds)}`] } }
    : { sleep: { seconds } }

function withoutOurHook(one: Fields, reading: Reading): Fields {
  const { record, theirs, unclear } = reading
  const name = String(one['name'])
  const seconds = member(fieldsOf(record['sleep']), name)
  const hook = at(one, 'lifecycle', 'preStop')
  if (seconds === undefined || !equal(hook, hookOf(seconds, record['form']))) return one
  // Who states a hook without a handler states none of ours.
  const stated = isStated(one, ['lifecycle', 'preStop', ...Object.keys(fieldsOf(hook))], reading)
  const like = byName(at(theirs, 'containers')).get(name)
  if (isTheirs(at(like, 'lifecycle', 'preStop'), hook, { isStated: stated, theirs })) {
    if (!stated) unclear.push(`${name}.preStop`)
    return one
  }
  const left = changedAt(one, ['lifecycle', 'preStop'], () => undefined)
  const created = at(record, 'created', 'lifecycle')
  const isMade = Array.isArray(created) && created.includes(name)
  const isLeftEmpty = Object.keys(fieldsOf(left['lifecycle'])).length === 0
  // Where no other world tells: an applier's empty one stays with its owner.
  const isKept = theirs === undefined && isStated(one, ['lifecycle'], reading)
  return isMade && isLeftEmpty && !isKept ? changedAt(left, ['lifecycle'], () => undefined) : left
}

function withoutProbeGrace(one: Fields, probe: string, reading: Reading): Fields {
  const { record, theirs, unclear } = reading
  const name = String(one['name'])
  const seconds = at(member(fieldsOf(record['probes']), name), probe)
  const stands = at(one, probe, GRACE)
  if (seconds === undefined || stands !== seconds) return one
  const stated = isStated(one, [probe, GRACE], reading)
  const like = byName(at(theirs, 'containers')).get(name)
  if (isTheirs(at(like, probe, GRACE), stands, { isStated: stated, theirs })) {
    if (!stated) unclear.push(`${name}.${probe}`)
    return one
  }
  return changedAt(one, [probe, GRACE], () => undefined)
}

/** What stands as recorded is the user's where the other world has it, too; where there is no other, by the sources. */
const isTheirs = (
  like: Value | undefined,
  stands: Value | undefined,
  { isStated, theirs }: { readonly isStated: boolean; readonly theirs: Value | undefined },
): boolean => (theirs === undefined ? isStated : equal(like, stands))

/** The last applied manifest states the very value, or a server-side applier owns it or something in it. */
function isStated(one: Fields, keys: readonly string[], { evidence }: Reading): boolean {
  const name = String(one['name'])
  if (equal(at(byName(evidence.last['containers']).get(name), ...keys), at(one, ...keys))) return true
  const steps = ['f:containers', `k:${name}`, ...keys.map((key) => `f:${key}`)]
  return evidence.applied.some((set) => owns(set, steps))
}

/** The set has a place, or something below it. */
export function owns(set: FieldSet, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true
  const child = set.children.get(step)
  if (rest.length === 0) return child !== undefined || set.members.has(step)
  return child !== undefined && owns(child, rest)
}
