import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { ApiAnswer, ApiServer } from '../../src/cluster/api-server.ts'
import { jsonOf } from '../../src/cluster/json-lines.ts'
import { patient } from '../../src/cluster/patient.ts'
import { apiAt } from './fake-api-server.ts'

/** An API server that has too much to do says when to ask again. */

async function* bytes(text: string) {
  yield Buffer.from(text)
}
const ok: ApiAnswer = { status: 200, body: bytes('{}') }
const busy = (retryAfter?: string): ApiAnswer => ({
  status: 429,
  body: bytes('{}'),
  ...(retryAfter === undefined ? {} : { retryAfter }),
})

/** Answers one after another, and the waits between them in milliseconds. */
function asking(answers: readonly ApiAnswer[]) {
  const waits: number[] = []
  let count = 0
  const next = async (): Promise<ApiAnswer> => answers[Math.min(count++, answers.length - 1)] ?? ok
  const api: ApiServer = { get: next, send: next }
  const pause = async (ms: number): Promise<void> => void waits.push(ms)
  return { api: patient(api, { pause }), waits, asked: () => count }
}

const { signal } = new AbortController()

describe('429', () => {
  test.for<[string, string | undefined, number]>([
    ['as many seconds as it says', '7', 7_000],
    ['none said', undefined, 1_000],
    ['a date', 'Wed, 21 Oct 2026 07:28:00 GMT', 1_000],
    ['longer than anybody waits', '86400', 60_000],
  ])('%s', async ([, retryAfter, wait]) => {
    const { api, waits } = asking([busy(retryAfter), ok])
    expect((await api.get('/api/v1/pods', {}, signal)).status).toBe(200)
    expect(waits).toEqual([wait])
  })

  test('a dry run waits too', async () => {
    const { api, waits } = asking([busy('1'), ok])
    expect((await api.send({ method: 'PATCH', path: '/', body: [] }, signal)).status).toBe(200)
    expect(waits).toHaveLength(1)
  })

  test('again and again: the eleventh answer is the last', async () => {
    const { api, asked } = asking([busy('1')])
    expect((await api.get('/', {}, signal)).status).toBe(429)
    expect(asked()).toBe(11)
  })

  test('not once the caller no longer waits', async () => {
    const { api, asked } = asking([busy('1')])
    await expect(api.get('/', {}, AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted')
    expect(asked()).toBe(1)
  })
})

test.for([500, 503, 403])('%s is answered at once', async (status) => {
  const { api, waits } = asking([{ status, body: bytes('{}') }, ok])
  expect((await api.get('/', {}, signal)).status).toBe(status)
  expect(waits).toEqual([])
})

test('an answer that falls silent in the middle is given up', async () => {
  const server = createServer((_, response) => void response.writeHead(200).write('{"items": ['))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { body } = await patient(apiAt(port), { silence: 50 }).get('/api/v1/pods', {}, signal)
  await expect(jsonOf(body)).rejects.toThrow('no data received for 0.05 s')
  server.closeAllConnections()
  server.close()
})
