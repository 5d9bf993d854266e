/** C0, DEL, C1, marks of direction, line separators, characters without a width. */
const CODES = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x61c,
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x2069),
  0xfeff,
  0xe0041,
]

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}

/** A text with everything in it that a terminal, a pager or a CI runner could obey. */
export const HOSTILE = CODES.map((code) => String.fromCodePoint(code))
  .join('')
  .concat(
    '\u001b]0;title\u0007\u001b[2J\n::error::forged ::stop-commands::x ##[error]forged \n   ::add-mask::y',
  )

/** A line end is no danger by itself. */
const DANGEROUS = CODES.filter((code) => code !== 0x0a)
  .map((code) => `\\u{${code.toString(16)}}`)
  .join('')

const OBEYED = new RegExp(`[${DANGEROUS}]|^\\s*::|##\\[`, 'u')
/** In any line of a text. */
const OBEYED_SOMEWHERE = new RegExp(OBEYED, 'mu')

/** Our own colors (picocolors): SGR with numbers, and nothing else. */
const COLOUR = new RegExp(`${String.fromCodePoint(0x1b)}\\[\\d+m`, 'g')

/** The lines of a text that would be obeyed. */
export function obeyed(text: string): readonly string[] {
  const plain = text.replaceAll(COLOUR, '')
  if (!OBEYED_SOMEWHERE.test(plain)) return []
  return plain
    .split('\n')
    .filter((line) => OBEYED.test(line))
    .map((line) => JSON.stringify(line))
}

/** A value once for each text and each key in it, with that one made hostile, and where it stands. */
export function* poisoned(value: unknown, where = ''): Generator<readonly [value: unknown, where: string]> {
  if (typeof value === 'string') yield [`${value}${HOSTILE}`, where]
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    for (const [changed, at] of poisoned(part, `${where}/${key}`)) yield [replaced(value, key, changed), at]
    if (!Array.isArray(value)) {
      const { [key]: _, ...others } = value as Record<string, unknown>
      yield [{ ...others, [key + HOSTILE]: part }, `${where}/${key} (key)`]
    }
  }
}

const replaced = (value: object, key: string, part: unknown): unknown =>
  Array.isArray(value) ? value.with(Number(key), part) : { ...value, [key]: part }
