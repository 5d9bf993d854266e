/** JSON Pointers (RFC 6901). */

export const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

export const unescapeKey = (key: string): string =>
  key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key

/** The keys of a pointer, unescaped. */
export const keysOfPointer = (pointer: string): readonly string[] =>
  pointer.split('/').slice(1).map(unescapeKey)

export const pointerOf = (keys: readonly string[]): string => keys.map((key) => `/${escapeKey(key)}`).join('')
