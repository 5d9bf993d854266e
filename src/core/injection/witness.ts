import { RECORD_ANNOTATION } from '../model/keys.ts'
import type { PodTemplate, Witness } from '../model/workload.ts'
import { isNothing, ownedWorkBy } from './owned-work.ts'
import { fingerprintOf, overOf, recordTextIn } from './record.ts'

/**
 * Whom we believe about our work in a template. Anybody may write under our key, and a manifest that was exported has
 * the text of another day there: with each apply it comes back in the place of ours. So there is one rule:
 *
 * - a text that no source states is the record;
 * - where a source states the text, or has taken the annotation away together with what it had stated itself, the
 *   stored record counts;
 * - of what is stored, a stated text counts as long as something that it names stands which no source states: nobody but
 *   we can have written that.
 */

/** A template with what its sources state there, and what they say of the text under our key. */
export interface Testimony {
  readonly template: PodTemplate
  /** The text that was last applied under our key. */
  readonly applied: string | undefined
  /** Somebody's Apply owns the key. That tells nothing of the text: we may have written ours over the one applied. */
  readonly isOwned: boolean
}

/** A request to change a template: what is stored, and whether the record has gone with what its source let go of. */
interface Exchange {
  readonly stored: PodTemplate
  /** The text that had been applied last before. */
  readonly appliedBefore: string | undefined
  readonly isTakenAlong: boolean
}

export function witnessOf(testimony: Testimony, exchange: Exchange | undefined): Witness {
  const text = writtenRecordIn(testimony.template)
  const stored = exchange === undefined ? undefined : recordTextIn(exchange.stored)
  if (text === undefined) return exchange?.isTakenAlong === true ? believing(stored) : {}
  if (!isStated(text, testimony) && !isKnown(text, exchange)) return { record: text }
  const counts = exchange === undefined || stored === text ? isBorneOut(text, testimony) : false
  const record = counts ? text : stored === text ? undefined : stored
  const isForeign = record !== text || text === testimony.applied
  return { ...believing(record), ...(isForeign ? { isForeign } : { isOwned: true }) }
}

/** The record as it stands in the template, whoever wrote it. */
export const writtenRecordIn = ({ annotations }: PodTemplate): string | undefined =>
  annotations[RECORD_ANNOTATION]

const believing = (record: string | undefined): Witness => (record === undefined ? {} : { record })

/** A record of ours that stands in the place of an owner's text says so. */
const isStated = (text: string, { applied, isOwned }: Testimony): boolean =>
  text === applied || (isOwned && overOf(text) === undefined)

/** What the manifest stated before, and the text that the stored record was written over. */
function isKnown(text: string, exchange: Exchange | undefined): boolean {
  if (exchange === undefined || text === writtenRecordIn(exchange.stored)) return false
  const over = overOf(recordTextIn(exchange.stored) ?? '')
  return text === exchange.appliedBefore || (over !== undefined && over === fingerprintOf(text))
}

const isBorneOut = (text: string, { template }: Testimony): boolean => !isNothing(ownedWorkBy(text, template))
