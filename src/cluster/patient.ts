import { type Clock, sleep } from '../pacing/clock.ts'
import type { ApiAnswer, ApiServer } from './api-server.ts'
import { silenceAfter } from './silence.ts'

/** The API server has too much to do (API priority and fairness): the same request may be sent again. */
const TOO_MANY_REQUESTS = 429

/** Times that a request is sent again; client-go's number (rest/request.go, maxRetries). */
const RETRIES = 10

/** If the header is absent or a date. Seconds; what API priority and fairness sends. */
const USUAL_WAIT = 1

/** Longest wait that is believed. Seconds; a choice: nobody waits longer at a terminal. */
const LONGEST_WAIT = 60

interface Patience {
  readonly pause?: Clock['sleep']
  /** Until an answer that has fallen silent is given up. Milliseconds; a choice: a page of a slow network takes less. */
  readonly silence?: number
}

/**
 * An API server whose `Retry-After` is honored, and whose answers may take long but not fall silent: a connection may
 * die unnoticed. Only for requests that may be repeated: reads, and dry runs.
 */
export function patient(api: ApiServer, { pause = sleep, silence = 60_000 }: Patience = {}): ApiServer {
  const repeat = async (request: () => Promise<ApiAnswer>, signal: AbortSignal): Promise<ApiAnswer> => {
    for (let retries = 0; ; retries++) {
      const answer = await request()
      if (answer.status !== TOO_MANY_REQUESTS || retries === RETRIES) return answer
      await drained(answer)
      await pause(waitOf(answer) * 1000, signal)
      signal.throwIfAborted()
    }
  }
  return {
    get: (path, query, signal) =>
      repeat(() => unlessSilent(silence, signal, (both) => api.get(path, query, both)), signal),
    send: (request, signal) => repeat(() => api.send(request, signal), signal),
  }
}

async function unlessSilent(
  ms: number,
  signal: AbortSignal,
  request: (signal: AbortSignal) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const silence = silenceAfter(ms)
  try {
    const answer = await request(AbortSignal.any([signal, silence.signal]))
    return { ...answer, body: listenedTo(answer.body, silence) }
  } catch (error) {
    silence.end()
    throw error
  }
}

async function* listenedTo(
  body: ApiAnswer['body'],
  silence: ReturnType<typeof silenceAfter>,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      silence.heard()
      yield chunk
    }
  } catch (error) {
    throw silence.signal.aborted ? silence.signal.reason : error
  } finally {
    silence.end()
  }
}

function waitOf({ retryAfter = '' }: ApiAnswer): number {
  return /^\d{1,9}$/.test(retryAfter) ? Math.min(Number(retryAfter), LONGEST_WAIT) : USUAL_WAIT
}

/** Its connection can be used again once the body has been read. */
async function drained({ body }: ApiAnswer): Promise<void> {
  for await (const _ of body);
}
