import type { Expected } from './well-formed-expected.ts'

/** A warning about a well-formed workload, or about an object beside it. */
interface FalseAlarm {
  /** `finding Kind namespace/name` or `notice Kind namespace/name`, with its id. */
  readonly alarm: string
  /** Why it is false. */
  readonly because: string
}

/**
 * The false alarms of today, by file. This list only gets shorter: a test fails where an alarm of it no longer sounds,
 * so that whoever ends one takes it out.
 */
export const KNOWN_FALSE_ALARMS: Readonly<Record<string, readonly FalseAlarm[]>> = {}

/** Wrong numbers of today, by workload, for the reasons above. It only gets shorter, too. */
export const KNOWN_WRONG: Readonly<Record<string, Expected>> = {}

/** Unprotected workloads that end otherwise today than the table says, and why that is wrong. */
export const KNOWN_ENDINGS: Readonly<Record<string, string>> = {}
