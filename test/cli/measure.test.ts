import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMeasurements } from '../../src/kubernetes/observed-document.ts'
import type { MeasureDocument } from '../../src/measure/schema.ts'
import type { Report } from '../../src/report/schema.ts'
import { FakeApiServer } from '../cluster/fake-api-server.ts'
import {
  addressOf,
  BALANCER,
  BEGIN,
  deletedAt,
  lineOf,
  PODS_THAT_LEAVE,
  playedLbcLog,
  playedLog,
  playedReport,
  TARGET_GROUP,
} from '../measure/played.ts'
import { kubeconfig } from './following.ts'
import { folderOf, inProcess, type Ran, slackwater } from './run.ts'

let report: Report
let folder: string
let server: Server
beforeAll(async () => {
  report = await playedReport()
  folder = folderOf({
    'access.log': playedLog(),
    'report.json': JSON.stringify(report),
    'lbc.log': playedLbcLog(),
  })
  server = createServer((_, answer) => answer.end(JSON.stringify(report))).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
})
afterAll(() => void server.close())

const at = (name: string): string => path.join(folder, name)
const given = (...further: readonly string[]): readonly string[] => [
  'measure',
  ...['--access-logs', at('access.log'), '--departures', at('report.json'), ...further],
]
const measure = (...further: readonly string[]): Promise<Ran> => inProcess(given(...further))
const documentOf = ({ out }: Ran): MeasureDocument => JSON.parse(out)
/** Long lines are broken where the width wants it. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** The same morning, with other departures. */
async function withReport(change: Parameters<typeof playedReport>[0], name: string): Promise<string> {
  writeFileSync(at(name), JSON.stringify(await playedReport(change)))
  return at(name)
}

describe('what it finds in a played morning', () => {
  test('requests were lost: exit code 1, and each of the six with its Pod and what that lacked', async () => {
    const ran = await measure('-o', 'json')
    expect(ran.code).toBe(1)
    const [balancer, ...others] = documentOf(ran).loadBalancers
    expect(others).toEqual([])
    expect(balancer).toMatchObject({
      loadBalancer: BALANCER,
      departures: PODS_THAT_LEAVE,
      losses: { reset: 4, connect: 2, nobody: 0, other: 0 },
    })
    const lost = balancer?.lost.map(({ status, pod, afterSeconds, missing }) => [
      status,
      pod,
      afterSeconds,
      missing[0],
    ])
    const hookless = 'had no hook: container app got SIGTERM at once'
    const cut =
      'was cut: the delete gave a grace of 2 s, and 75 s is needed (kubectl drain or delete --grace-period)'
    expect(lost).toEqual([
      ...[0.5, 1, 1.5, 2].map((after) => [502, 'team-000/web-6d4b9-05', after, hookless]),
      // Its last request comes 4 s after the deletion.
      ...[3.5, 4].map((after) => [504, 'team-000/web-6d4b9-09', after, cut]),
    ])
  })

  test('the last request of each, and a maximum that is never below what was seen', async () => {
    const [balancer] = documentOf(await measure('-o', 'json')).loadBalancers
    // 3, 4 … 10 s, three times: the 12th of 24 is 6, the 23rd is 10.
    expect(balancer?.lastRequest).toMatchObject({ n: 24, median: 6, p95: 10 })
    expect(balancer?.seenSeconds).toBe(10)
    expect(balancer?.lastRequest?.max).toBeGreaterThanOrEqual(10)
    expect(balancer?.lastRequest?.max).toBeLessThan(11)
    expect(balancer?.terms).toEqual({ controllerSeconds: 0, propagationSeconds: 11, basis: 'deletion' })
  })

  test('the first sentence: how long, from how many, what would do, what was lost', async () => {
    const { out } = await measure()
    expect(flat(out)).toContain(
      'The nodes of ALB my-alb stop sending to a Pod within 11 s of its deletion (n = 24). A sleep of 26 s would do instead of today’s 45 s: 19 s less for each Pod that leaves. 6 requests were lost on 2026-10-05, for the reasons below.',
    )
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('with the controller’s log, C is 1.25 s and P is what comes after it', async () => {
    const [balancer] = documentOf(await measure('--lbc-log', at('lbc.log'), '-o', 'json')).loadBalancers
    // Every call returned 1.25 s after the deletion; the longest last request is 10 − 1.25 after that.
    expect(balancer?.controller).toEqual({ n: 24, median: 1.25, p95: 1.25, max: 1.25 })
    expect(balancer?.propagation).toMatchObject({ n: 24, median: 4.75, p95: 8.75 })
    expect(balancer?.terms).toMatchObject({ controllerSeconds: 2, basis: 'deregistration' })
  })

  test('the controller’s log alone: no Pods, and no report is asked for', async () => {
    const args = ['measure', '--access-logs', at('access.log'), '--lbc-log', at('lbc.log'), '-o', 'json']
    const ran = await inProcess(args)
    const [balancer] = documentOf(ran).loadBalancers
    expect(balancer?.departures).toBe(24)
    expect(balancer?.sleep).toMatchObject({ todaySeconds: 45, assumed: true })
    expect(balancer?.lost.every(({ pod }) => pod === undefined)).toBe(true)
  })

  test('with the controller’s log alone, seconds count from the deregistration, and addresses are not called Pods', async () => {
    const { out } = await inProcess([
      'measure',
      ...['--access-logs', at('access.log'), '--lbc-log', at('lbc.log')],
    ])
    const text = flat(out)
    expect(text).toContain('seconds count from the deregistration')
    // The two Pods that lost requests, by address; the log of the controller does not name Pods.
    expect(text).toContain('6 requests at 2 addresses: no ledger knows the Pod')
    expect(text).not.toContain('after that')
    // The longest last request is 10 s after a deletion, and so 8.75 s after the call had returned.
    expect(text).toContain('no request was seen later than 8.8 s after the deregistration in 24 departures')
    expect(text).not.toContain('deletion')
    const page = await inProcess([
      'measure',
      ...['--access-logs', at('access.log'), '--lbc-log', at('lbc.log'), '-o', 'html'],
    ])
    expect(page.out).toContain('Seconds after the deregistration')
    expect(page.out).not.toContain('after the deletion')
  })

  test('a few departures with a deletion, and a month of deregistrations: what is told is of the month', async () => {
    const few = await withReport((nth, one) => (nth < 4 ? one : { ...one, ip: `10.9.9.${nth}` }), 'four.json')
    const { out } = await inProcess([
      'measure',
      ...['--access-logs', at('access.log'), '--lbc-log', at('lbc.log'), '--departures', few],
    ])
    expect(flat(out)).toContain('after the deletion (n = 4)')
    expect(flat(out)).toContain(
      'no request was seen later than 8.8 s after the deregistration in 24 departures',
    )
  })

  test('too few of both kinds: the time from the deletion is told, and called that', async () => {
    const { out } = await measure('--lbc-log', at('lbc.log'), '--until', '2026-10-05T08:29')
    // Pods 0 to 3 leave at 08:10 to 08:25; the longest last request is 6 s after its deletion.
    expect(flat(out)).toMatch(/within [67] s of its deletion \(n = 4\)\. That is too few/)
  })

  test('ends that are estimated are called so, and what was seen is told beside them', async () => {
    const text = flat((await measure()).out)
    expect(text).toMatch(/95 % 10 s, end estimated at 10\.\d s after the deletion/)
    expect(text).toContain('no request was seen later than 10 s after the deletion')
  })

  test('answers of 500 and above that are no losses are counted beside them', async () => {
    expect(flat((await measure()).out)).toContain('other 5xx 1 that the application answered itself')
    // Without the departures that lost requests, their 502 and 504 are nobody's.
    const others = await withReport(
      (nth, one) => (nth === 5 || nth === 9 ? { ...one, ip: `10.9.9.${nth}` } : one),
      'others.json',
    )
    const { out } = await inProcess([
      'measure',
      ...['--access-logs', at('access.log'), '--departures', others],
    ])
    expect(flat(out)).toContain('other 5xx 6 of the load balancer that no known departure explains, 1 that')
  })

  test('the running Slackwater is asked where nothing else is given', async () => {
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const ran = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--address',
      address,
      '-o',
      'json',
    ])
    expect(documentOf(ran).departures).toMatchObject({
      known: 24,
      measured: 24,
      sources: ['the ledger of the running Slackwater'],
    })
  })

  test('nothing was lost: 0', async () => {
    const healthy = playedLog()
      .split('\n')
      .filter((line) => !/ 50[24] - /.test(line))
      .join('\n')
    writeFileSync(at('healthy.log'), healthy)
    const { code, out } = await inProcess([
      'measure',
      '--access-logs',
      at('healthy.log'),
      '--departures',
      at('report.json'),
    ])
    expect([code, flat(out).includes('No request was lost at a Pod that left')]).toEqual([0, true])
  })

  test('--fail-on none: 0, whatever was lost', async () => {
    expect((await measure('--fail-on', 'none')).code).toBe(0)
  })

  test('compressed, in a folder, on standard input: the same', async () => {
    const alb = folderOf({})
    writeFileSync(path.join(alb, 'a.log.gz'), gzipSync(playedLog()))
    const zipped = await inProcess([
      'measure',
      '--access-logs',
      alb,
      '--departures',
      at('report.json'),
      '-o',
      'json',
    ])
    const { created: _, ...once } = documentOf(await measure('-o', 'json'))
    const { created: __, ...again } = documentOf(zipped)
    expect(again).toEqual(once)
    const piped = slackwater(
      ['measure', '--access-logs', '-', '--departures', at('report.json'), '-o', 'json'],
      { input: playedLog() },
    )
    expect(documentOf(piped).loadBalancers).toEqual(once.loadBalancers)
  })

  test('a report that was saved twice counts each Pod once', async () => {
    const ran = await measure('--departures', at('report.json'), at('report.json'), '-o', 'json')
    expect(documentOf(ran).departures.known).toBe(24)
  })

  test('--since and --until: only these requests', async () => {
    // Two Pods leave from 08:10 to before 08:20.
    const { logs, departures } = documentOf(
      await measure('--since', '2026-10-05T08:09', '--until', '2026-10-05T08:19', '-o', 'json'),
    )
    expect([departures.measured, departures.outside]).toEqual([2, 22])
    expect(logs.from).toBe('2026-10-05T08:09:00.020Z')
  })

  test('the page: self-contained, with the histogram', async () => {
    const { out } = await measure('-o', 'html')
    expect(out).toContain('<svg class="histogram"')
    expect(out).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
  })
})

describe('--why', () => {
  test('what happened in that minute, in order', async () => {
    const { out } = await measure('--why', '2026-10-05T08:35')
    const text = flat(out)
    expect(text).toContain('4 requests were answered with 500 or above, at 1 target that was leaving')
    // The last of them came 2 s after the deletion.
    expect(text).toContain('container app got SIGTERM at once; a sleep of 3 s would have covered them')
    const moments = [
      'is deleted; it had no hook',
      '08:35:00.503 ! 502 at 10.0.1.15:8080',
      '08:35:02.003 ! 502',
    ]
    expect(moments.map((words) => text.indexOf(words))).toEqual(
      moments.map((words) => text.indexOf(words)).toSorted((a, b) => a - b),
    )
    expect(moments.every((words) => text.includes(words))).toBe(true)
    // The other Pods left at other times.
    expect(text).not.toContain('web-6d4b9-04')
  })

  test('the application’s own answer is told apart', async () => {
    const { out } = await measure('--why', '2026-10-05T08:00:00')
    expect(flat(out)).toContain('1 request was answered with 500 or above, by the application itself')
  })

  test('nothing failed', async () => {
    expect(flat((await measure('--why', '2026-10-05T09:30')).out)).toContain(
      'no request was answered with 500 or above',
    )
  })

  test('a time that the logs do not have: not the same as nothing failed', async () => {
    const text = flat((await measure('--why', '2026-10-06T08:35')).out)
    expect(text).toContain('the logs have no request of this time, so they do not show what failed')
    expect(text).not.toContain('no request was answered')
  })

  test.for([
    ['2026-02-30', '--why 2026-02-30: there is no such time'],
    ['noon', '"noon" is not a time: expected RFC 3339'],
  ])('%s is no time', async ([time = '', words]) => {
    const { code, err } = await measure('--why', time)
    expect([code, err]).toEqual([2, expect.stringContaining(words ?? '')])
  })
})

describe('what goes wrong', () => {
  test('a file that is no report: named, 2', async () => {
    const { code, err } = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--departures',
      at('access.log'),
    ])
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`${at('access.log')}: expected what slackwater report -o json prints`),
    ])
  })

  test('one of several that is none: the rest is measured, and the code is 2', async () => {
    const { code, out, err } = await measure('--departures', at('report.json'), at('lbc.log'))
    expect([code, out.includes('(n = 24)'), err.includes('lbc.log')]).toEqual([2, true, true])
  })

  test('logs without a request of the time: said, 2', async () => {
    const { code, out } = await measure('--since', '2030-01-01')
    expect([code, flat(out)]).toEqual([
      2,
      expect.stringContaining(
        'None of the requests is within --since and --until: the logs are of 2026-10-05',
      ),
    ])
  })

  test('a file that is no access log: named, 2', async () => {
    const { code, err } = await inProcess([
      'measure',
      '--access-logs',
      at('report.json'),
      '--departures',
      at('report.json'),
    ])
    expect([code, err]).toEqual([2, expect.stringContaining('report.json')])
  })

  test.for([
    ['s3://logs/alb', 'fetch them first: aws s3 sync s3://logs/alb alb-logs/'],
    ['https://logs.s3.amazonaws.com/alb', 'expected files or folders on this machine'],
  ])('%s is no path: how to fetch it, before any cluster is asked', async ([given = '', words = '']) => {
    const { code, err } = await inProcess(['measure', '--access-logs', given])
    expect([code, err]).toEqual([2, expect.stringContaining(`${given}: `)])
    expect(err).toContain(words)
    expect(err).not.toContain('cluster')
  })

  test('no request at all, and none within --since: what is wrong', async () => {
    writeFileSync(at('nothing.log'), '')
    const none = await inProcess([
      'measure',
      ...['--access-logs', at('nothing.log'), '--departures', at('report.json')],
    ])
    expect([none.code, flat(none.out)]).toEqual([2, expect.stringContaining('No request of an ALB was read')])
    const later = await measure('--since', '2027-01-01')
    expect([later.code, flat(later.out)]).toEqual([
      2,
      expect.stringContaining(
        'None of the requests is within --since and --until: the logs are of 2026-10-05 to 2026-10-05',
      ),
    ])
  })

  test('a wrong folder: not a line for each of its files', async () => {
    const wrong = folderOf(
      Object.fromEntries(Array.from({ length: 9 }, (_, nth) => [`${nth}.txt`, 'Dear diary\n'])),
    )
    const { code, err } = await inProcess([
      'measure',
      ...['--access-logs', wrong, '--departures', at('report.json')],
    ])
    expect([code, err]).toEqual([2, expect.stringContaining('2 fields, expected 18 or more')])
    expect(err).toContain('nor have 5 more files')
    expect(err.trim().split('\n')).toHaveLength(4)
  })

  test('an audit has no departures, and the message says so', async () => {
    const { departures: _, ...audit } = report
    writeFileSync(at('audit.json'), JSON.stringify(audit))
    const { code, err } = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--departures',
      at('audit.json'),
    ])
    expect([code, err]).toEqual([2, expect.stringContaining('it has no ledger of departures: an audit')])
  })

  test('no departure at all: what to do', async () => {
    const empty = { ...report, departures: { ...report.departures, others: [] } }
    writeFileSync(at('empty.json'), JSON.stringify(empty))
    const { code, err } = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--departures',
      at('empty.json'),
    ])
    expect([code, err]).toEqual([2, expect.stringContaining('No departure is known')])
    expect(err).toContain('--lbc-log')
  })

  test('a controller’s log of instance targets: why it shows no Pod, not that it should be given', async () => {
    const entry = { level: 'info', ts: '2026-10-05T08:10:00Z', arn: TARGET_GROUP }
    const targets = [{ Id: 'i-0123456789abcdef0', Port: 30_233 }]
    const lines = ['deRegistering targets', 'deRegistered targets'].map((msg) => ({ ...entry, msg, targets }))
    writeFileSync(at('nodes.log'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const { code, err } = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--lbc-log',
      at('nodes.log'),
    ])
    expect([code, err]).toEqual([2, expect.stringContaining('instance targets are nodes')])
    expect(err).not.toContain('--lbc-log')
  })

  test('an address that is in the logs at another time is not nowhere in them', async () => {
    // The address of the first Pod is a target two hours before it leaves; those of the others are none.
    writeFileSync(
      at('hours.log'),
      [BEGIN - 7_200_000, BEGIN + 9_000_000]
        .map((moment, nth) => ({
          ...{ at: moment, target: `${nth === 0 ? addressOf(0) : '10.0.2.1'}:8080` },
          ...{ status: 200, targetStatus: 200 },
        }))
        .map((line) => `${lineOf(line)}\n`)
        .join(''),
    )
    const { out } = await inProcess([
      'measure',
      '--access-logs',
      at('hours.log'),
      '--departures',
      at('report.json'),
    ])
    expect(flat(out)).toContain('23 of 24 departures are of Pods whose address is nowhere in the logs')
    expect(flat(out)).not.toContain('None of the 24 departures')
  })

  test('logs of another load balancer, or a ledger of another cluster: none of the departures is in them', async () => {
    const other = await withReport((nth, one) => ({ ...one, ip: `10.9.9.${nth}` }), 'other.json')
    const { code, out } = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--departures',
      other,
    ])
    expect([code, flat(out)]).toEqual([
      2,
      expect.stringContaining('None of the 24 departures is in these logs'),
    ])
  })

  test('a ledger of another time', async () => {
    const later = await withReport(
      (_, one) => ({ ...one, deleted: (one.deleted ?? 0) + 86_400_000 * 40 }),
      'later.json',
    )
    const { code, out } = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--departures',
      later,
    ])
    expect([code, flat(out)]).toEqual([
      2,
      expect.stringContaining(
        'None of the 24 departures is within the time of these logs, 2026-10-05 to 2026-10-05',
      ),
    ])
  })

  test('logs that reach back further than the ledger: save reports', async () => {
    writeFileSync(
      at('early.log'),
      `${lineOf({ at: BEGIN - 20 * 86_400_000, target: '10.0.2.1:8080', status: 200, targetStatus: 200 })}\n`,
    )
    const { out } = await measure('--access-logs', at('early.log'), at('access.log'))
    expect(flat(out)).toContain('the first departure that is known on 2026-10-05')
    expect(flat(out)).toContain('save a report every day (slackwater report -o json > FILE)')
  })

  test('19 departures: shown, not computed with, and how many more are needed', async () => {
    const few = await withReport((nth, one) => (nth < 19 ? one : { ...one, ip: `10.9.9.${nth}` }), 'few.json')
    const { out } = await inProcess(['measure', '--access-logs', at('access.log'), '--departures', few])
    expect(flat(out)).toContain('(n = 19). That is too few to compute with.')
    expect(flat(out)).toContain('1 more is needed')
    expect(out).not.toContain('--apply')
  })

  test('deletions without a time, and addresses with a line break, harm nobody', async () => {
    const hostile = await withReport(
      (nth, one) => (nth === 0 ? { ...one, ip: '10.0.1.10\u001b[31m\n::error::', deleted: Number.NaN } : one),
      'hostile.json',
    )
    const { out, err } = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--departures',
      hostile,
      '--why',
      '2026-10-05',
    ])
    expect(`${out}${err}`).not.toContain('\u001b')
    expect(`${out}${err}`).not.toMatch(/^::error/m)
  })

  test('standard input twice', async () => {
    const { code, err } = await inProcess(['measure', '--access-logs', '-', '--departures', '-'])
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('- stands for standard input, and was given more than once'),
    ])
  })

  test('no cluster: what else can be given', async () => {
    const args = ['measure', '--access-logs', at('access.log'), '--kubeconfig', at('none')]
    const { code, err } = await inProcess(args)
    expect([code, err]).toEqual([2, expect.stringContaining('Or give saved reports with --departures')])
  })
})

describe('--write-settings', () => {
  const writeTo = (file: string): Promise<Ran> => measure('--write-settings', file, '--fail-on', 'none')

  test('a settings file whose sleep is the measured one: 5 + (6 + 10) + 5', async () => {
    const file = at('measured.yaml')
    const { code, err } = await writeTo(file)
    expect([code, err]).toEqual([0, expect.stringContaining(`${file} written`)])
    // C stays as it is set, 5, because it counts for NLBs too: P is what is left of 11.
    expect(readFileSync(file, 'utf8')).toMatch(
      /^terms:\n {2}controllerSeconds: 5\n {2}propagationSeconds:\n {4}alb: 6\n/m,
    )
    const planned = await inProcess([
      'plan',
      '-f',
      'examples/1-bookshop.yaml',
      '--settings',
      file,
      '-o',
      'json',
    ])
    const sleeps = JSON.parse(planned.out).objects.map(
      (one: { budget?: { sleepSeconds: number } }) => one.budget?.sleepSeconds,
    )
    expect(sleeps).toContain(26)
  })

  test('what it wrote it writes over, and nothing else', async () => {
    const file = at('again.yaml')
    await writeTo(file)
    expect((await writeTo(file)).code).toBe(0)
    writeFileSync(file, 'mode: dry-run\n')
    const { code, err } = await writeTo(file)
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('it exists, and slackwater measure did not write it'),
    ])
    expect(readFileSync(file, 'utf8')).toBe('mode: dry-run\n')
  })

  test('a folder that is not there: named, 2, and the result is still printed', async () => {
    const { code, out, err } = await writeTo(at('none/measured.yaml'))
    expect([code, out.includes('(n = 24)'), err.includes('none/measured.yaml: not written')]).toEqual([
      2,
      true,
      true,
    ])
  })

  test('too few departures: nothing is written', async () => {
    const few = await withReport(
      (nth, one) => (nth < 3 ? one : { ...one, ip: `10.9.9.${nth}` }),
      'three.json',
    )
    const file = at('three.yaml')
    const { code } = await inProcess([
      'measure',
      '--access-logs',
      at('access.log'),
      '--departures',
      few,
      '--write-settings',
      file,
    ])
    expect([code, existsSync(file)]).toEqual([2, false])
  })
})

describe('--apply', () => {
  const CONFIG_MAPS = '/api/v1/configmaps'
  const api = new FakeApiServer()
  beforeAll(async () => {
    api.serve(CONFIG_MAPS)
    writeFileSync(at('kubeconfig'), kubeconfig(await api.start()))
  })
  afterAll(() => api.stop())
  const apply = (...further: readonly string[]): Promise<Ran> =>
    measure('--apply', '--kubeconfig', at('kubeconfig'), '--fail-on', 'none', ...further)
  const stored = () =>
    api.stored(CONFIG_MAPS, 'slackwater-observed', 'slackwater-system')?.['data'] as
      | Record<string, string>
      | undefined

  test('a dry run stores nothing, and says so', async () => {
    const { code, err } = await apply('--dry-run')
    expect([code, flat(err)]).toEqual([0, expect.stringContaining('would be applied (server dry run)')])
    expect(stored()).toBeUndefined()
  })

  test('the load balancer and its target group, what happens now, and how to take it back', async () => {
    const { code, err } = await apply()
    expect(code).toBe(0)
    const { value } = readMeasurements(stored()?.['measured.json'] ?? '')
    expect(value?.entries.map(({ loadBalancer, lastRequest }) => [loadBalancer, lastRequest?.n])).toEqual([
      [BALANCER, 24],
      [BALANCER, 24],
    ])
    expect(flat(err)).toContain('compute with it from now on: see slackwater report. Nothing rolls')
    expect(err).toContain('kubectl -n slackwater-system patch configmap slackwater-observed')
  })

  test('as many departures as the installation asks for are enough, and one fewer are not', async () => {
    await apply()
    const seven = await playedReport((nth, one) => (nth < 7 ? one : { ...one, ip: `10.9.9.${nth}` }))
    const appliedWith = async (minimum: number) => {
      const settings = [{ name: 'observed.minimumDepartures', value: minimum }]
      writeFileSync(
        at('seven.json'),
        JSON.stringify({ ...seven, slackwater: { ...seven.slackwater, settings } }),
      )
      const logs = ['--access-logs', at('access.log'), '--departures', at('seven.json')]
      const cluster = ['--apply', '--kubeconfig', at('kubeconfig'), '--fail-on', 'none']
      await inProcess(['measure', ...logs, ...cluster])
      const { value } = readMeasurements(stored()?.['measured.json'] ?? '')
      return value?.entries.map(({ lastRequest }) => lastRequest?.n)
    }
    expect(await appliedWith(8)).toEqual([24, 24])
    expect(await appliedWith(7)).toEqual([7, 7])
    // The earlier ones of 24 are gone: of two that are not enough the newer one stays.
    await apply()
    expect(await appliedWith(25)).toEqual([7, 7])
  })

  test('too few departures are stored, and not said to count', async () => {
    const few = await withReport((nth, one) => (nth < 19 ? one : { ...one, ip: `10.9.9.${nth}` }), 'few.json')
    const { err } = await inProcess([
      ...['measure', '--access-logs', at('access.log'), '--departures', few],
      ...['--apply', '--kubeconfig', at('kubeconfig')],
    ])
    expect(flat(err)).toContain(
      'Running replicas compute nothing with it: too few departures were measured, as the result says.',
    )
    expect(err).not.toContain('from now on')
  })

  test('without the right: which one is missing', async () => {
    api.refused.set('/api/v1/namespaces/slackwater-system/configmaps/slackwater-observed', 403)
    const { code, err } = await apply()
    api.refused.clear()
    expect([code, flat(err)]).toEqual([
      2,
      expect.stringContaining('the verbs get, create and patch on configmaps'),
    ])
  })

  test('--dry-run without it is refused', async () => {
    const { code, err } = await measure('--dry-run')
    expect([code, err]).toEqual([2, expect.stringContaining('--dry-run is for --apply')])
  })
})

/**
 * What people report who look into such logs by hand:
 * - kubernetes-sigs/aws-load-balancer-controller issue 2366 (comment of June 2022): requests came for 17 s after a target was
 *   drained, 502 and 504 mixed;
 * - issue 2702: the controller deregistered only after the Pod had ended;
 * - sreevenkat.com, February 2025: 502 without a status of the target, with node ports: the log has nodes, and no Pods.
 */
describe('what people report', () => {
  const one = (nth: number, seconds: number, status: number): string =>
    lineOf(
      {
        at: deletedAt(nth) + seconds * 1000,
        target: `${addressOf(nth)}:8080`,
        ...(status < 500
          ? { status, targetStatus: status }
          : { status, isUndelivered: true, took: status === 504 ? 10_000 : 3 }),
      },
      seconds * 10,
    )

  test('17 s after the target was drained requests still came, 502 and 504 mixed', async () => {
    const lines = Array.from({ length: 18 }, (_, second) =>
      one(HOOKLESS, second, second < 2 ? 200 : second < 4 ? 502 : 504),
    )
    writeFileSync(
      at('2366.log'),
      `${[...lines, one(HOOKLESS, 60, 200).replaceAll(addressOf(HOOKLESS), '10.0.2.1')].join('\n')}\n`,
    )
    const { out } = await inProcess([
      'measure',
      '--access-logs',
      at('2366.log'),
      '--departures',
      at('report.json'),
      '-o',
      'json',
    ])
    const [balancer] = documentOf({ code: 1, out, err: '' }).loadBalancers
    expect(balancer?.seenSeconds).toBe(17)
    expect(balancer?.losses).toMatchObject({ reset: 2, connect: 14 })
  })

  test('with node ports the log has nodes: the message says that ip targets are needed', async () => {
    writeFileSync(at('nodes.log'), playedLog().replaceAll(/10\.0\.1\.\d+:8080/g, '192.168.7.9:31745'))
    const { out } = await inProcess([
      'measure',
      '--access-logs',
      at('nodes.log'),
      '--departures',
      at('report.json'),
    ])
    expect(flat(out)).toContain('The target groups must have ip targets.')
  })

  test('deregistered only after the Pod had ended: C is long, and is shown', async () => {
    const late = playedLbcLog().replaceAll(
      /"ts":"([^"]+)"/g,
      (_, ts: string) => `"ts":"${new Date(Date.parse(ts) + 50_000).toISOString()}"`,
    )
    writeFileSync(at('late.log'), late)
    const [balancer] = documentOf(await measure('--lbc-log', at('late.log'), '-o', 'json')).loadBalancers
    expect(balancer?.controller?.max).toBe(51.25)
  })
})

const HOOKLESS = 5
