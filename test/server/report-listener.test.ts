import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { buildReportListener } from '../../src/server/report-listener.ts'

const made: (string | undefined)[] = []
/** What the replica says of the ledger of departures. */
let kept = 'elsewhere'
const app = buildReportListener({
  report: (namespace) => {
    made.push(namespace)
    return Promise.resolve({ workloads: [] })
  },
  text: () => 'as text',
  ledger: () => kept,
  page: () => ['<!DOCTYPE html>', '<p>as a page</p>'],
  policy: "default-src 'none'",
  log: pino({ level: 'silent' }),
})

const get = (headers: Readonly<Record<string, string>>, url = '/report') =>
  app.inject({ url, headers: { host: 'localhost:8081', ...headers } })

/** What Chromium sends for an address that a user opens. */
const BROWSER =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8'

describe('a report is', () => {
  test.for([
    ['a page for a browser', BROWSER, 'text/html; charset=utf-8', '<!DOCTYPE html><p>as a page</p>'],
    ['text for who asks for it', 'text/plain', 'text/plain; charset=utf-8', 'as text'],
    ['JSON for curl', '*/*', 'application/json; charset=utf-8', '{"workloads":[]}'],
    ['JSON for slackwater report', 'application/json', 'application/json; charset=utf-8', '{"workloads":[]}'],
  ])('%s', async ([, accept = '', type, body]) => {
    const answer = await get({ accept })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe(type)
    expect(answer.body).toBe(body)
    expect(answer.headers).toMatchObject({
      vary: 'Accept',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(answer.headers['content-security-policy']).toBe(
      accept === BROWSER ? "default-src 'none'" : undefined,
    )
  })

  test('JSON without Accept', async () => {
    expect((await get({})).json()).toEqual({ workloads: [] })
  })
})

test('where the ledger is kept is told, as it is at that moment, and to nobody under another name', async () => {
  expect((await get({}, '/ledger')).json()).toEqual({ ledger: 'elsewhere' })
  kept = 'here'
  const answer = await get({}, '/ledger')
  expect(answer.json()).toEqual({ ledger: 'here' })
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' })
  expect((await get({ host: 'attacker.example' }, '/ledger')).statusCode).toBe(403)
})

/** Some 100 MB, more than the buffers of a connection hold; counts the items that have been written. */
function longReport() {
  const counted = { written: 0 }
  const item = { toJSON: () => `${++counted.written} ${'x'.repeat(20_000)}` }
  return { counted, all: 5_000, report: { workloads: Array.from({ length: 5_000 }, () => item) } }
}

/** How many items have been written once no more are. */
async function atRest(counted: { readonly written: number }): Promise<number> {
  for (let before = -1; before !== counted.written; await pause(200)) before = counted.written
  return counted.written
}

test('a report is written as fast as it is read, and no further once its reader has gone', async () => {
  const { counted, all, report } = longReport()
  const long = buildReportListener({
    report: () => Promise.resolve(report),
    text: () => [],
    ledger: () => kept,
    page: () => [],
    policy: '',
    log: pino({ level: 'silent' }),
  })
  const address = new URL(await long.listen({ port: 0, host: '127.0.0.1' }))
  const reader = connect(Number(address.port), address.hostname)
  reader.write('GET /report HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(reader, 'readable')
  const unread = await atRest(counted)
  expect(unread).toBeGreaterThan(0)
  expect(unread).toBeLessThan(all / 2)
  reader.destroy()
  expect(await atRest(counted)).toBeLessThan(all)
  await long.close()
})

test('a page on the internet whose name leads here reads nothing', async () => {
  made.length = 0
  for (const host of ['attacker.example', 'attacker.example:8081', '127.0.0.1.attacker.example']) {
    const answer = await get({ accept: BROWSER, host })
    expect(answer.statusCode, host).toBe(403)
    expect(answer.body).not.toContain('page')
  }
  expect(made).toEqual([])
})

test('a namespace is passed on, and nothing else', async () => {
  made.length = 0
  await get({ accept: BROWSER }, '/report?namespace=shop')
  expect((await get({ accept: BROWSER }, '/report?namespace=%3Cb%3E')).statusCode).toBe(400)
  expect(made).toEqual(['shop'])
})
