import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { createLbcMetrics } from '../../src/lbc-metrics/loop.ts'
import type { Clock } from '../../src/pacing/clock.ts'
import { sleep } from '../../src/pacing/clock.ts'
import { type Played, scrapeOf } from './played-controller.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
})

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
}

/** A clock that a test moves; only the deadline of a scrape would wait for it. */
class MovedClock implements Clock {
  at = 0
  now = () => this.at
  date = () => new Date(Date.UTC(2026, 2, 2, 10) + this.at)
  sleep = (ms: number, signal: AbortSignal) => sleep(ms, signal)
}

function reading(url: string | undefined) {
  const clock = new MovedClock()
  const lines: Record<string, unknown>[] = []
  const outcomes: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const read = createLbcMetrics({ url, clock, log, onScrape: (outcome) => outcomes.push(outcome) })
  const tick = () => read.loop.tick(new AbortController().signal)
  return { clock, lines, outcomes, tick, measured: read.measured }
}

const PLAYED: Played = { process: 1.7e9, reconciles: [] }

describe('the leader reads the controller’s metrics', () => {
  test('once a minute, each time over a connection of its own', async () => {
    let asked = 0
    const sockets = new Set<unknown>()
    const url = await serving((request, response) => {
      sockets.add(request.socket)
      const reconciles = Array.from({ length: 60 * asked++ }, () => [12, 0.9] as const)
      response.end(scrapeOf({ ...PLAYED, reconciles }))
    })
    const { clock, tick, outcomes, measured, lines } = reading(url)
    for (clock.at = 0; clock.at < 120_000; clock.at += 5_000) await tick()
    expect(asked).toBe(2)
    expect(sockets.size).toBe(2)
    expect(outcomes).toEqual(['read', 'read'])
    expect(measured()?.controllerSeconds).toBe(14)
    expect(lines).toEqual([])
  })

  test('without an address nothing is asked', async () => {
    const { tick, outcomes, measured } = reading(undefined)
    await tick()
    expect([outcomes, measured()]).toEqual([[], undefined])
  })

  test.for<readonly [what: string, answer: RequestListener, problem: string]>([
    ['an error', (_, response) => response.writeHead(503).end('no'), 'it answers 503'],
    ['a page', (_, response) => response.end('<html></html>'), 'it has no process_start_time_seconds'],
    [
      'elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'redirect',
    ],
    [
      'too much',
      (_, response) => response.end(`go_x{a="${'b'.repeat(90)}"} 1\n`.repeat(180_000)),
      'longer than 16 MiB',
    ],
    [
      'one endless line',
      (_, response) => response.end('x'.repeat(1024 * 1024)),
      'longer than 16384 characters',
    ],
    [
      'a broken answer',
      (_, response) => response.writeHead(200, { 'content-length': '9' }).destroy(),
      'aborted|closed|hang up|terminated',
    ],
  ])('%s: logged once, and the next scrape is tried', async ([, answer, problem]) => {
    const { clock, tick, outcomes, lines, measured } = reading(await serving(answer))
    await tick()
    clock.at = 60_000
    await tick()
    expect(outcomes).toEqual(['failed', 'failed'])
    expect(lines.map(({ problem }) => problem)).toEqual([expect.stringMatching(new RegExp(problem))])
    expect(measured()).toBeUndefined()
  })

  test('nobody listens: what the system says, not "fetch failed"', async () => {
    const url = await serving(() => {})
    await new Promise((closed) => servers.pop()?.close(closed))
    const { tick, lines } = reading(url)
    await tick()
    expect(lines).toMatchObject([{ problem: expect.stringContaining('ECONNREFUSED') }])
  })

  test('the end of a leadership is no failure', async () => {
    const url = await serving(() => {})
    const { outcomes, lines } = reading(url)
    const ending = new AbortController()
    const read = createLbcMetrics({
      url,
      clock: new MovedClock(),
      log: pino({ enabled: false }),
      onScrape: (outcome) => outcomes.push(outcome),
    })
    const ticking = read.loop.tick(ending.signal)
    ending.abort()
    await ticking
    expect([outcomes, lines]).toEqual([[], []])
  })
})
