/** Whether a path on the command line is a URL, as kubectl sees it. */
export const isUrl = (given: string): boolean => /^https?:\/\//i.test(given)

/**
 * A URL for messages and for the names of what was read. Results are often published, so it is shown without user name
 * and password, and without its query, in which signed URLs carry their key.
 */
export function shownUrl(given: string): string {
  if (!isUrl(given)) return withoutUser(given)
  const url = URL.parse(given)
  // Where a password ends is unclear: it may contain what ends one, which is often why it is no URL.
  if (url === null) return given.replace(/(?<=\/\/).*@/s, '').replace(/\?.+$/s, '?…')
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`
}

/** A text without the user names and passwords of the URLs in it, of any scheme. */
export const withoutUser = (text: string): string => text.replaceAll(/(?<=:\/\/)[^/@\s]*@/g, '')
