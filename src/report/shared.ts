/** Computes one result at a time; a caller with the same key meanwhile waits for the same result. */
type Shared<T> = (key: string, signal: AbortSignal) => Promise<T>

/**
 * A report reads the whole cluster: several at once would hold several pages in memory and load the API server.
 * @param make is aborted when no caller waits any more.
 */
export function shared<T>(make: (key: string, signal: AbortSignal) => Promise<T>): Shared<T> {
  const underWay = new Map<string, Making<T>>()
  let last: Promise<unknown> = Promise.resolve()
  const begin = (key: string): Making<T> => {
    const controller = new AbortController()
    const { signal } = controller
    const turn = last
    const result = turn.then(() => {
      signal.throwIfAborted()
      return make(key, signal)
    })
    const making: Making<T> = { result, askers: 0, abort: (reason) => controller.abort(reason) }
    const forget = (): void => {
      if (underWay.get(key) === making) underWay.delete(key)
    }
    last = result.then(forget, forget)
    underWay.set(key, making)
    return making
  }
  return (key, signal) => {
    const making = underWay.get(key) ?? begin(key)
    making.askers++
    signal.addEventListener('abort', () => {
      making.askers--
      if (making.askers > 0) return
      // A later caller must not get the result that is being aborted.
      if (underWay.get(key) === making) underWay.delete(key)
      making.abort(signal.reason)
    })
    return making.result
  }
}

interface Making<T> {
  readonly result: Promise<T>
  askers: number
  readonly abort: (reason: unknown) => void
}
