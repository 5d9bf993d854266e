import { cut } from '../../model/cut.ts'
import { LONGEST_QUOTE } from './limits.ts'

/** A quoted text for a message, cut to LONGEST_QUOTE characters. */
export const shortened = (text: string): string => cut(text, LONGEST_QUOTE)

/** The first items, and how many more there are. */
export function listed(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).map(shortened)
  const more = items.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
