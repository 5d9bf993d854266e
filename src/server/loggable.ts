/** As long as the longest name in Kubernetes. */
const LONGEST_NAME = 253
/** And a sentence: a line of the log stays a line, whatever a client sends. A choice. */
export const LONGEST_SENTENCE = 1024

/** What is not printable ASCII, as a terminal or a viewer of logs might act on it. */
const ODD = /[^\x20-\x7e]/g

/** Words of ours are in the fields, too: these signs of ours are left as they are. */
const OURS = '→…·–—×≥≤’'

/** Fields of a log line in which a client has a say: texts are cut, and what is not printable is escaped. */
export const loggable = (
  fields: Readonly<Record<string, unknown>>,
  longest = LONGEST_NAME,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'string' ? printable(value, longest) : value,
    ]),
  )

function printable(text: string, longest: number): string {
  const short = text.length <= longest ? text : `${text.slice(0, longest)}…`
  return short.replaceAll(ODD, (sign) => (OURS.includes(sign) ? sign : escaped(sign)))
}

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
