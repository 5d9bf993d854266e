import { type Clock, sleep } from '../pacing/clock.ts'
import type { ApiAnswer, ApiServer } from './api-server.ts'

/** The API server has too much to do (API priority and fairness): the same request may be sent again. */
const TOO_MANY_REQUESTS = 429

/** Times that a request is sent again; client-go's number (rest/request.go, maxRetries). */
const RETRIES = 10

/** If the header is absent or a date. Seconds; what API priority and fairness sends. */
const USUAL_WAIT = 1

/** Longest wait that is believed. Seconds; a choice: nobody waits longer at a terminal. */
const LONGEST_WAIT = 60

/** An API server whose `Retry-After` is honored. Only for requests that may be repeated: reads, and dry runs. */
export function patient(api: ApiServer, pause: Clock['sleep'] = sleep): ApiServer {
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
    get: (path, query, signal) => repeat(() => api.get(path, query, signal), signal),
    send: (request, signal) => repeat(() => api.send(request, signal), signal),
  }
}

function waitOf({ retryAfter = '' }: ApiAnswer): number {
  return /^\d{1,9}$/.test(retryAfter) ? Math.min(Number(retryAfter), LONGEST_WAIT) : USUAL_WAIT
}

/** Its connection can be used again once the body has been read. */
async function drained({ body }: ApiAnswer): Promise<void> {
  for await (const _ of body);
}
