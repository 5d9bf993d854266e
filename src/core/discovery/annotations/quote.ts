import { LONGEST_QUOTE } from './limits.ts'

/** A quoted text for a message, cut to LONGEST_QUOTE characters. */
export const shortened = (text: string): string =>
  text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE - 1)}…`

/** The first items, and how many more there are. */
export function listed(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).map(shortened)
  const more = items.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
