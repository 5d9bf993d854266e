/** Before each group of three digits. */
const THOUSANDS = /\B(?=(?:\d{3})+$)/g

/** `2,000`, of a whole number. Not with Intl.NumberFormat, which takes 22 ms and 7 MiB for the first one. */
export const digits = (count: number): string => String(count).replace(THOUSANDS, ',')

/** `1 workload`, `2,000 workloads` */
export const counted = (count: number, noun: string): string =>
  `${digits(count)} ${noun}${count === 1 ? '' : 's'}`

/** A cell of a table: a dot for zero, so that the other numbers are seen. */
export const cell = (count: number): string => (count === 0 ? '·' : digits(count))

/** `a, b and 3 more`: no more than so many of them by name. */
export function few(names: readonly string[], most: number): string {
  const more = names.length - most
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${digits(more)} more` : ''}`
}

/** Tenths of a second, up: a maximum never says less than was seen. */
export const tenths = (seconds: number): string => `${Math.ceil(Number((seconds * 10).toFixed(6))) / 10}`
