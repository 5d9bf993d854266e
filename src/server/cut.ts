/** As long as the longest name in Kubernetes. */
const LONGEST_NAME = 253
/** And a sentence: a line of the log stays a line, whatever a client sends. A choice. */
export const LONGEST_SENTENCE = 1024

/** Fields of a log line in which a client has a say: texts are cut. The log itself escapes what a terminal would obey. */
export const cut = (
  fields: Readonly<Record<string, unknown>>,
  longest = LONGEST_NAME,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'string' && value.length > longest ? `${value.slice(0, longest)}…` : value,
    ]),
  )
