/**
 * What JSON says. Undefined: it is none. A kubelet writes its own troubles into the log that it hands on, an API server that
 * has too much to do answers with plain text, and the last line of what was broken off is half of one.
 */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
