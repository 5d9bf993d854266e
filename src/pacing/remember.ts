/** Maximum of remembered Events, objects and namespaces (client-go, tools/record maxLruCacheEntries). */
const REMEMBERED = 4096

/** Newest last; beyond `most` the oldest is forgotten. */
export function remember<T>(map: Map<string, T>, key: string, value: T, most = REMEMBERED): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}
