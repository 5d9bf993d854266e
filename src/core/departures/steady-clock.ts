import { DISORDER, EMPTY } from './waits.ts'

/** A clock that never goes back, made of the times of events, whose own clock may be set and whose order may be wrong. */
export interface SteadyClock {
  /** Milliseconds that have passed since the first event. */
  readonly passed: number
  /** The latest time that was told, milliseconds since 1970. */
  readonly at: number
  hear(at: number): void
}

export function createSteadyClock(): SteadyClock {
  let passed = 0
  let latest: number | undefined
  return {
    get passed() {
      return passed
    },
    get at() {
      return latest ?? 0
    },
    hear(at) {
      if (!Number.isFinite(at)) return
      if (latest === undefined || at < latest - DISORDER) latest = at
      else if (at > latest) {
        // A leap ends every wait, however far it is; the sum must stay exact.
        passed += Math.min(EMPTY, at - latest)
        latest = at
      }
    },
  }
}
