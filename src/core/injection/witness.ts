import { RECORD_ANNOTATION } from '../model/keys.ts'
import type { PodTemplate, Witness } from '../model/workload.ts'
import { fingerprintOf, parseRecord } from './record.ts'

/**
 * Whom we believe about our work in a template. Anybody may write under our key, and a manifest that was exported has
 * the text of another day there: with each apply it comes back in the place of ours. So there is one rule:
 *
 * - a text that a source states is never a record;
 * - where such a text stands, or where a source has taken the annotation away together with what it had stated itself,
 *   the stored record counts;
 * - any other text counts as it stands, and so does a record that a person has taken out.
 */

/** The text under our key in a template, and what the object's sources say of it. */
export interface Testimony {
  readonly text: string | undefined
  /** The text that was last applied there. */
  readonly applied: string | undefined
  /** Somebody's Apply owns the key. That tells nothing of the text: we may have written ours over the one applied. */
  readonly isOwned: boolean
}

/** A request to change a template: what is stored, and whether the record has gone with what its source let go of. */
export interface Exchange {
  readonly stored: Testimony
  readonly isTakenAlong: boolean
}

export function witnessOf(requested: Testimony, exchange: Exchange | undefined): Witness {
  const { text } = requested
  const kept = exchange === undefined ? undefined : ownRecord(exchange.stored)
  if (text === undefined) return exchange?.isTakenAlong === true ? believing(kept) : {}
  if (isForeign(text, requested) || isKnownToBeForeign(text, exchange?.stored))
    return { ...believing(kept), isForeign: true }
  return { record: text }
}

const believing = (record: string | undefined): Witness => (record === undefined ? {} : { record })

const ownRecord = (stored: Testimony): string | undefined =>
  stored.text === undefined || isForeign(stored.text, stored) ? undefined : stored.text

/** A record of ours that stands in the place of an owner's text says so. */
const isForeign = (text: string, { applied, isOwned }: Testimony): boolean =>
  text === applied || (isOwned && overOf(text) === undefined)

/** What the manifest stated before, and the text that the stored record was written over. */
const isKnownToBeForeign = (text: string, stored: Testimony | undefined): boolean =>
  stored !== undefined &&
  text !== stored.text &&
  (text === stored.applied || overOf(stored.text ?? '') === fingerprintOf(text))

const overOf = (text: string): string | undefined => parseRecord(text)?.over

/** The text that is believed; undefined where nothing is recorded. */
export const recordTextIn = ({ witness, annotations }: PodTemplate): string | undefined =>
  witness === undefined ? annotations[RECORD_ANNOTATION] : witness.record

/** What a record must say that it is written over, so that it is known from the source's own text. */
export function overIn({ witness, annotations }: PodTemplate): string | undefined {
  const text = annotations[RECORD_ANNOTATION]
  if (witness?.isForeign === true && text !== undefined) return fingerprintOf(text)
  return overOf(witness?.record ?? text ?? '')
}
