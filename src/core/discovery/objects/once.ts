/** Computes once per object what depends on nothing else: narrow objects are never changed. */
export function once<K extends object, V>(make: (object: K) => V): (object: K) => V {
  const known = new WeakMap<K, { readonly value: V }>()
  return (object) => {
    const found = known.get(object)
    if (found !== undefined) return found.value
    const value = make(object)
    known.set(object, { value })
    return value
  }
}
