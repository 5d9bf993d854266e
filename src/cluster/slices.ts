/**
 * How long work goes on before requests get their turn: one thread does both. Milliseconds. A choice: a fifth of the
 * delay of the event loop that is allowed for (50 ms at the 99th percentile).
 */
const SLICE = 10

/** Lets requests, timers and what has arrived go first. */
export const othersFirst = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Tells when others should get their turn: work that asks often enough holds nobody up. */
export function createTurns(now: () => number = () => performance.now()): () => Promise<void> {
  let began = now()
  return async () => {
    if (now() - began < SLICE) return
    await othersFirst()
    began = now()
  }
}

/** Runs steps to their end, with others in between. @returns what the generator returns. @throws what it throws. */
export async function inSlices<T>(steps: Iterator<unknown, T>): Promise<T> {
  const giveTurn = createTurns()
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    await giveTurn()
  }
}
