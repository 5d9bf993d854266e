/** What Argo CD compares by itself. */

interface Json {
  readonly [key: string]: unknown
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The fields of a manifest that stand otherwise in the cluster, as Argo CD finds them by itself, without asking
 * admission: a three-way merge of the manifest, what was applied last and what is live. Where the manifest is the one
 * that was applied last, that is: whatever it states and the cluster has otherwise.
 */
export function differences(desired: unknown, found: unknown, at = ''): readonly string[] {
  if (isObject(desired)) {
    const there = isObject(found) ? found : {}
    return Object.entries(desired).flatMap(([key, value]) => differences(value, there[key], `${at}.${key}`))
  }
  if (Array.isArray(desired)) {
    const there: readonly unknown[] = Array.isArray(found) ? found : []
    return desired.flatMap((item, index) =>
      differences(item, counterpart(item, index, there), `${at}[${index}]`),
    )
  }
  return desired === found ? [] : [at]
}

/** Lists are merged by the name of their items, where these have one. */
const counterpart = (item: unknown, index: number, there: readonly unknown[]): unknown =>
  isObject(item) && 'name' in item
    ? there.find((other) => isObject(other) && other['name'] === item['name'])
    : there[index]
