import { LONGEST_QUOTE } from './limits.ts'

/** Somebody's text in a sentence: whole where it is short. */
export const shortened = (text: string): string =>
  text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE - 1)}…`

/** Some of many, and how many more there are. */
export function listed(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).map(shortened)
  const more = items.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
