import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { ApiError } from '../../src/cluster/api-error.ts'
import { clusterFailures } from '../../src/serve/cluster-failures.ts'
import { buildHealth } from '../../src/server/health.ts'
import { createMetrics } from '../../src/server/metrics.ts'

const connection = (code: string, message = `connect ${code} 10.100.0.1:443`) =>
  Object.assign(new Error(message), { code })

function failing() {
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null, timestamp: false }, { write: (text) => void lines.push(JSON.parse(text)) })
  const clock = { now: 0 }
  const failures = clusterFailures({ log, server: () => 'https://10.100.0.1', now: () => clock.now })
  return { lines, clock, ...failures }
}

describe('an API server that cannot be reached', () => {
  test('is one line with the reason, however many resources; then one a minute', () => {
    const { lines, clock, onFailure } = failing()
    for (const resource of ['services', 'pods', 'ingresses']) onFailure(resource, connection('ENETUNREACH'))
    const said = {
      level: 40,
      server: 'https://10.100.0.1',
      error: 'connect ENETUNREACH 10.100.0.1:443',
      msg: 'API server not reachable',
    }
    expect(lines).toEqual([said])
    clock.now = 60_000
    onFailure('services', connection('ENETUNREACH'))
    expect(lines).toEqual([said, said])
  })

  test('another reason is another line, also from inside of a broken watch, and without a text', () => {
    const { lines, onFailure } = failing()
    onFailure('services', connection('ENETUNREACH'))
    onFailure('services', new Error('watch broken', { cause: connection('ECONNREFUSED') }))
    onFailure('pods', connection('ENOTFOUND', ''))
    expect(lines.map(({ error }) => error)).toEqual([
      'connect ENETUNREACH 10.100.0.1:443',
      'watch broken',
      'ENOTFOUND',
    ])
  })

  test('is the problem for a minute after the last failure', () => {
    const { clock, onFailure, problem } = failing()
    expect(problem()).toBeUndefined()
    onFailure('services', connection('ENETUNREACH'))
    expect(problem()).toBe(
      'the API server https://10.100.0.1 cannot be reached: connect ENETUNREACH 10.100.0.1:443',
    )
    clock.now = 60_000
    expect(problem()).toBeUndefined()
  })
})

test('readiness names the problem once, beside all that waits for it', async () => {
  const problem = () => 'the API server cannot be reached'
  const parts = [
    { name: 'services', isReady: () => false, problem },
    { name: 'pods', isReady: () => false, problem },
    { name: 'certificate', isReady: () => true, problem: () => 'none' },
    { name: 'not-draining', isReady: () => false },
  ]
  const answer = await buildHealth({ parts, metrics: createMetrics('1.2.3') }).inject('/readyz')
  expect(answer.statusCode).toBe(503)
  expect(answer.json()).toEqual({
    ready: false,
    waiting: ['services', 'pods', 'not-draining'],
    problems: ['the API server cannot be reached'],
  })
})

test('what the API server answers is said for each resource, and so is a connection that breaks', () => {
  const { lines, onFailure, problem } = failing()
  const loop = new Error('a cause of itself')
  loop.cause = loop
  onFailure('services', new ApiError(403, 'no'))
  onFailure('pods', new ApiError(403, 'no'))
  onFailure('pods', connection('ECONNRESET', 'socket hang up'))
  onFailure('pods', loop)
  expect(lines.map(({ msg, resource, error }) => [msg, resource, error])).toEqual([
    ['watch failed', 'services', '403: no'],
    ['watch failed', 'pods', '403: no'],
    ['watch failed', 'pods', 'socket hang up'],
    ['watch failed', 'pods', 'a cause of itself'],
  ])
  expect(problem()).toBeUndefined()
})
