/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The result; undefined if `make` throws, for callers that have a better message than the error's. */
export function unlessThrown<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
