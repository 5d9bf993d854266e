/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What was made; undefined where making it throws, and what it throws says less than the caller does. */
export function unlessThrown<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
