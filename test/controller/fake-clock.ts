import type { ApiAnswer, ApiServer } from '../../src/cluster/api-server.ts'
import type { Clock } from '../../src/pacing/clock.ts'

interface Timer {
  readonly due: number
  readonly fire: () => void
}

/** Time that passes when a test lets it; real requests that it causes are waited for. */
export class FakeClock implements Clock {
  #now = 0
  readonly #timers = new Set<Timer>()
  readonly #settle: () => Promise<void>

  constructor(settle: () => Promise<void>) {
    this.#settle = settle
  }

  now(): number {
    return this.#now
  }

  date(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#now)
  }

  /** The same time, on a machine whose clock is wrong by so many milliseconds. */
  skewed(by: number): Clock {
    return {
      now: () => this.now() + by,
      date: () => new Date(this.date().getTime() + by),
      sleep: (ms, signal) => this.sleep(ms, signal),
    }
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        this.#timers.delete(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = { due: this.#now + Math.max(0, ms), fire: done }
      this.#timers.add(timer)
      signal.addEventListener('abort', done)
    })
  }

  /** Lets so many milliseconds pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.#settle()
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.due - b.due)
      if (next === undefined || next.due > end) break
      this.#now = Math.max(this.#now, next.due)
      next.fire()
      await this.#settle()
    }
    this.#now = end
  }

  /** As on a machine that was asleep: what was due meanwhile is done once, as soon as time passes again. */
  leap(ms: number): void {
    this.#now += ms
  }

  /** Lets time pass until it is so, and tells how many milliseconds it took; no longer than a limit. */
  async passUntil(isSo: () => boolean, limit: number): Promise<number> {
    const start = this.#now
    while (!isSo() && this.#now - start < limit) await this.pass(100)
    return this.#now - start
  }
}

/** Knows when every request that went through it has been answered and read. */
export class Traffic {
  #open = 0

  through(api: ApiServer): ApiServer {
    return {
      get: (path, query, signal) => this.#count(api.get(path, query, signal)),
      send: (request, signal) => this.#count(api.send(request, signal)),
    }
  }

  async #count(call: Promise<ApiAnswer>): Promise<ApiAnswer> {
    this.#open++
    try {
      const { status, body } = await call
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk)
      return { status, body: whole(chunks) }
    } finally {
      this.#open--
    }
  }

  /** Ends when nothing is on its way, and what waited for it has run. */
  async settled(): Promise<void> {
    let quiet = 0
    while (quiet < 5) {
      await new Promise((resolve) => setImmediate(resolve))
      quiet = this.#open === 0 ? quiet + 1 : 0
    }
  }
}

async function* whole(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
