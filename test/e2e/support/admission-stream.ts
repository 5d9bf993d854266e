import { setTimeout as pause } from 'node:timers/promises'
import { type ApiReply, call, pathOf, unbounded } from './api.ts'
import { app } from './shop.ts'

/**
 * A constant stream of requests that the webhook must answer: Deployments behind a load balancer, created again and
 * again in a dry run. With `failurePolicy: Fail` each admission call that is lost fails its request.
 */
export interface AdmissionStream {
  /** How many have been answered so far. */
  readonly count: () => number
  /** Waits for what is open. */
  end(): Promise<StreamResult>
}

export interface StreamResult {
  readonly requests: number
  /** Accepted, and with our hook. */
  readonly injected: number
  /** What the API server said to the others. */
  readonly failures: readonly string[]
  /** How long each took. Milliseconds. */
  readonly times: readonly number[]
}

const DEPLOYMENTS = { apiVersion: 'apps/v1', plural: 'deployments' } as const

/**
 * @param lanes requests that are open at a time.
 * @param interval between the requests of a lane; 0: as fast as they are answered. Milliseconds.
 */
export function beginStream(namespace: string, lanes: number, interval = 0): AdmissionStream {
  let isEnding = false
  let requests = 0
  let injected = 0
  const failures: string[] = []
  const times: number[] = []
  const body = { ...app(), metadata: { name: 'streamed' } }
  const lane = async (): Promise<void> => {
    while (!isEnding) {
      const from = performance.now()
      const asked = {
        method: 'POST',
        path: pathOf(DEPLOYMENTS, namespace),
        query: { dryRun: 'All' },
        body,
      } as const
      const reply = await call(asked, unbounded).catch(unanswered)
      times.push(performance.now() - from)
      requests += 1
      if (reply.status !== 201) failures.push(`${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`)
      else if (JSON.stringify(reply.body).includes('"preStop"')) injected += 1
      if (interval > 0) await pause(Math.max(0, interval - (performance.now() - from)))
    }
  }
  const running = Promise.all(Array.from({ length: lanes }, lane))
  return {
    count: () => requests,
    end: async () => {
      isEnding = true
      await running
      return { requests, injected, failures, times }
    },
  }
}

const unanswered = (error: unknown): ApiReply => ({ status: 0, body: String(error), warnings: [] })
