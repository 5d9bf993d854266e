/** Waits that double from the first to the longest, each shortened by up to half so that clients do not march in step. */
export interface BackOff {
  /** Milliseconds until the next attempt. */
  next(): number
  /** Something went well: begin anew. */
  reset(): void
}

export interface BackOffOptions {
  readonly first: number
  readonly longest: number
  /** From 0 to below 1. */
  readonly random: () => number
}

export function createBackOff({ first, longest, random }: BackOffOptions): BackOff {
  let wait = first
  return {
    next: () => {
      const chosen = wait * (1 - random() / 2)
      wait = Math.min(wait * 2, longest)
      return chosen
    },
    reset: () => {
      wait = first
    },
  }
}
