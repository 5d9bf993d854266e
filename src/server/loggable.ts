/** Longer than any name in Kubernetes, and than a sentence of ours: a line of the log stays a line. A choice. */
const LONGEST = 1024

/** What is not printable ASCII, as a terminal or a viewer of logs might act on it. */
const ODD = /[^\x20-\x7e]/g

/** Words of ours are in the fields, too: these signs of ours are left as they are. */
const OURS = '→…·–—×≥≤’'

/** Fields of a log line in which a client has a say: texts are cut, and what is not printable is escaped. */
export const loggable = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? printable(value) : value]),
  )

function printable(text: string): string {
  const short = text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
  return short.replaceAll(ODD, (sign) => (OURS.includes(sign) ? sign : escaped(sign)))
}

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
