/** A JSON object of unknown shape. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** A JSON object: not a list, and not null. */
export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
