import { RECORD_ANNOTATION } from '../model/keys.ts'
import type { PodTemplate, SourceWitness } from '../model/workload.ts'
import { isNothing, ownedWorkBy } from './owned-work.ts'
import { fingerprintOf, overOf, recordTextIn } from './record.ts'

/**
 * Which text counts as the record of our work in a template. Any client can write under our key, and an exported
 * manifest contains an older text: each apply of it replaces ours. So there is one rule:
 *
 * - a text that no source states is the record;
 * - if a source states the text, or removed the annotation together with its own values, the stored record counts;
 * - a stored text that a source states counts while the template has something that it names and no source states: only
 *   Slackwater can have written that.
 */

/** A template with the values that its sources state, and what they state under our key. */
export interface Testimony {
  readonly template: PodTemplate
  /** The text that was last applied under our key. */
  readonly applied: string | undefined
  /** A server-side apply of another client owns the key. The text may still be ours, written over the applied one. */
  readonly isOwned: boolean
}

/** An update of a template: the stored one, and whether the record was removed together with its source's own values. */
interface Exchange {
  readonly stored: PodTemplate
  /** The text that was last applied before. */
  readonly appliedBefore: string | undefined
  readonly isTakenAlong: boolean
}

export function witnessOf(testimony: Testimony, exchange: Exchange | undefined): SourceWitness {
  const text = writtenRecordIn(testimony.template)
  const stored = exchange === undefined ? undefined : recordTextIn(exchange.stored)
  if (text === undefined) return exchange?.isTakenAlong === true ? believing(stored) : {}
  if (!isStated(text, testimony) && !isKnown(text, exchange)) return { record: text }
  const counts = exchange === undefined || stored === text ? isBorneOut(text, testimony) : false
  const record = counts ? text : stored === text ? undefined : stored
  const isForeign = record !== text || text === testimony.applied
  return { ...believing(record), ...(isForeign ? { isForeign } : { isOwned: true }) }
}

/** The text under our key in the template, whoever wrote it. */
export const writtenRecordIn = ({ annotations }: PodTemplate): string | undefined =>
  annotations[RECORD_ANNOTATION]

const believing = (record: string | undefined): SourceWitness => (record === undefined ? {} : { record })

/** If our record replaces an owner's text, its `over` is set. */
const isStated = (text: string, { applied, isOwned }: Testimony): boolean =>
  text === applied || (isOwned && overOf(text) === undefined)

/** Whether the text is the one that the manifest stated before, or the one that the stored record replaced. */
function isKnown(text: string, exchange: Exchange | undefined): boolean {
  if (exchange === undefined || text === writtenRecordIn(exchange.stored)) return false
  const over = overOf(recordTextIn(exchange.stored) ?? '')
  return text === exchange.appliedBefore || (over !== undefined && over === fingerprintOf(text))
}

const isBorneOut = (text: string, { template }: Testimony): boolean => !isNothing(ownedWorkBy(text, template))
