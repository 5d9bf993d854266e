/** Whether a path on the command line is a URL, as kubectl sees it. */
export const isUrl = (given: string): boolean => /^https?:\/\//i.test(given)

/**
 * A URL for messages and for the names of what was read. Results are often published, so it is shown without user name
 * and password, and without its query, in which signed URLs carry their key.
 */
export function shownUrl(given: string): string {
  const url = isUrl(given) ? URL.parse(given) : null
  if (url === null) return given.replace(/\/\/[^/@\s]*@/, '//')
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`
}
