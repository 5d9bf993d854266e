import { isDeepStrictEqual } from 'node:util'
import { ownedWorkOf, restored } from '../core/decision/repair.ts'
import type { TemplateChange } from '../core/decision/subject.ts'
import { type Change, changesTo, lessOurs, textChange } from '../core/injection/desired.ts'
import {
  isNothing,
  type OwnedWork,
  ownedWorkBy,
  ownedWorkIn,
  standsWhole,
  withoutOurs as templateWithoutOurs,
} from '../core/injection/owned-work.ts'
import { overOf, parseRecord, recordTextIn } from '../core/injection/record.ts'
import { writtenRecordIn } from '../core/injection/witness.ts'
import { isRecord, type JsonRecord } from '../core/model/json-value.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import { isSame } from '../core/model/same.ts'
import { DEFAULT_GRACE, type PodTemplate, type Stated } from '../core/model/workload.ts'
import { given } from '../kubernetes/json.ts'
import { operationsFor } from '../kubernetes/patch.ts'
import { applyToCopy } from '../kubernetes/proof.ts'

/** A template as JSON and in its parsed form. */
export interface TemplateView {
  readonly raw: unknown
  readonly template: PodTemplate
}

/** Whether an update changes a template, and whether it changes more than Slackwater's own work. */
export function compareTemplates(requested: TemplateView, stored: TemplateView): TemplateChange {
  if (isSame(requested.raw, stored.raw)) return 'same'
  const storedWork = ownedWorkIn(stored.template)
  const isSource = isDisplaced(requested.template, stored.template, storedWork)
  if (isSource && isSame(keyless(requested.raw), keyless(stored.raw))) return 'same-but-ours'
  if (!storedWork.recorded) return 'changed'
  if (isAnswer(requested.template, stored.template)) return 'changed'
  const ownedWork = requestedWork(requested.template, stored.template)
  const bare = [withoutOurs(requested, ownedWork), withoutOurs(stored, storedWork)]
  const [one, other] = isSource ? bare.map(keyless) : bare
  return isSame(one, other) ? 'same-but-ours' : 'changed'
}

/** A source's own text has replaced our record, or was added where there was none; or the source removed our record. */
const isDisplaced = ({ witness }: PodTemplate, stored: PodTemplate, storedWork: OwnedWork): boolean =>
  witness !== undefined &&
  witness.isOwned !== true &&
  (!storedWork.recorded || !isNothing(storedWork) || overOf(recordTextIn(stored) ?? '') !== undefined)

/**
 * The requested record differs from the stored one and matches its template, and the stored record is stale. This is
 * our own patch from an earlier call for the same request, in which the template counted as changed.
 */
const isAnswer = (requested: PodTemplate, stored: PodTemplate): boolean =>
  recordTextIn(requested) !== recordTextIn(stored) && isWhole(requested) && !isWhole(stored)

function isWhole(template: PodTemplate): boolean {
  const record = parseRecord(recordTextIn(template) ?? '')
  return record !== undefined && standsWhole(record, template)
}

/** The JSON without our record annotation. */
function keyless(raw: unknown): unknown {
  if (!isRecord(raw)) return raw
  const { metadata } = raw
  if (!isRecord(metadata) || !isRecord(metadata['annotations'])) return raw
  const { [RECORD_ANNOTATION]: _, ...annotations } = metadata['annotations']
  return { ...raw, metadata: withoutEmpty({ ...metadata, annotations }, 'annotations') }
}

/**
 * Our work in the requested template, per the record that counts, with three exceptions:
 * - a text under our key that matches nothing in the template does not show what is ours: the stored record does;
 * - a whole manifest without a record may state the same grace period that we raised it to: restoring the stored
 *   template then also gives what the manifest states;
 * - a grace period that differs from the stored one cannot be ours, whatever a stale record says.
 */
function requestedWork(requested: PodTemplate, stored: PodTemplate): OwnedWork {
  const own = ownedWorkOf(requested, stored)
  const text = writtenRecordIn(stored)
  if (requested.witness?.isForeign === true) return own
  if (own.recorded && isNothing(own)) return ownedWorkBy(recordTextIn(stored), requested)
  if (!own.recorded) return { ...own, ...given('grace', raisedAlike(requested, stored)) }
  const isStale = recordTextIn(requested) === text && requested.grace !== stored.grace
  if (!isStale || own.grace === undefined) return own
  const { grace: _, ...rest } = own
  return rest
}

/**
 * The changes. If they lead to the stored template except for a record text that means the same, the stored text is
 * used instead: a different text would start a needless rollout.
 */
export function keepingRecord(
  changes: readonly Change[],
  requested: TemplateView,
  stored: TemplateView,
): readonly Change[] {
  const text = writtenRecordIn(stored.template)
  if (changes.length === 0 || text === undefined) return changes
  const { template, raw } = requested
  const others = changes.filter(({ kind }) => kind !== 'write-record' && kind !== 'remove-record')
  const kept = [...others, ...textChange(template, ownedWorkIn(template), text)]
  // The stated values are the request's: it may have removed the last-applied ones.
  const { stated: _, ...before } = stored.template
  const end = { ...before, ...given('stated', statedAtEnd(requested.template, stored.template)) }
  const written = textAfter(changes, template)
  if (written === text || !saySame(ownedWorkBy(written, end), ownedWorkBy(text, end))) return changes
  const next = applyToCopy(raw, operationsFor(kept, template, ''))
  return isSame(next, stored.raw) ? kept : changes
}

function textAfter(changes: readonly Change[], template: PodTemplate): string | undefined {
  const written = changes.find((change) => change.kind === 'write-record')
  if (written !== undefined) return written.text
  return changes.some(({ kind }) => kind === 'remove-record') ? undefined : writtenRecordIn(template)
}

/** A last-applied grace period counts as stated again once the template has that value. */
function statedAtEnd({ stated }: PodTemplate, { grace }: PodTemplate): Stated | undefined {
  const isApplied = grace !== undefined && stated?.appliedGrace === grace
  return stated !== undefined && isApplied ? { ...stated, grace } : stated
}

const saySame = (one: OwnedWork, other: OwnedWork): boolean =>
  (['sleeps', 'contested', 'grace', 'probes'] as const).every((key) =>
    isDeepStrictEqual(one[key], other[key]),
  )

function raisedAlike(requested: PodTemplate, stored: PodTemplate): OwnedWork['grace'] {
  const { grace } = ownedWorkIn(stored)
  return grace?.after === requested.grace ? grace : undefined
}

/** Whether the requested template still has all of our work that is in the stored one. */
export function keepsOurs(requested: PodTemplate, stored: PodTemplate): boolean {
  const ownedWork = ownedWorkIn(stored)
  if (isNothing(ownedWork)) return true
  return changesTo(requested, ownedWorkIn(requested), restored(stored, ownedWork)).length === 0
}

/** Whether two Pods terminate alike, both without our work. Other fields, such as the image, are not compared. */
export function endsAsBefore(requested: PodTemplate, stored: PodTemplate): boolean {
  const storedWork = ownedWorkIn(stored)
  return isDeepStrictEqual(endOf(requested, ownedWorkIn(requested)), endOf(stored, storedWork))
}

function endOf(template: PodTemplate, ownedWork: OwnedWork): unknown {
  const { grace = DEFAULT_GRACE, containers } = templateWithoutOurs(template, ownedWork)
  return { grace, containers: containers.map(({ name, preStop, probes }) => ({ name, preStop, probes })) }
}

/**
 * The JSON without our work. An absent grace period equals the API server's default, and an absent mapping equals one
 * that is empty without our work: the record does not show whether other keys were removed since.
 */
function withoutOurs({ raw, template }: TemplateView, ownedWork: OwnedWork): unknown {
  const changes = changesTo(template, ownedWork, lessOurs(template, ownedWork))
  const bare = applyToCopy(raw, operationsFor(changes, template, ''))
  if (!isRecord(bare)) return bare
  const { metadata, spec } = bare
  return {
    ...bare,
    metadata: withoutEmpty(metadata, 'annotations'),
    spec: isRecord(spec) ? bareSpec(spec) : spec,
  }
}

function bareSpec(spec: JsonRecord): JsonRecord {
  const { containers } = spec
  const bare = { terminationGracePeriodSeconds: DEFAULT_GRACE, ...spec }
  if (!Array.isArray(containers)) return bare
  return { ...bare, containers: containers.map((container) => withoutEmpty(container, 'lifecycle')) }
}

function withoutEmpty(parent: unknown, key: string): unknown {
  if (!isRecord(parent)) return parent
  const { [key]: member, ...rest } = parent
  return isRecord(member) && Object.keys(member).length > 0 ? parent : rest
}
