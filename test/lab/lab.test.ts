import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseReport } from '../../src/report/parse-report.ts'
import { notPrinted } from '../docs-commands/sample.ts'
import { accessLogLine, instant, logFileKey } from './plane/access-log.ts'
import { controllerLog } from './plane/controller-log.ts'
import { playLaboratory } from './plane/laboratory.ts'
import { reportOf } from './plane/ledger.ts'
import { DEFAULT_PLAY, type PlayOptions, type Truth } from './plane/played.ts'

const PAGE = 'docs/laboratory.md'

const SMALL: PlayOptions = { ...DEFAULT_PLAY, requestsPerSecond: 15, departures: 10 }
const played = (options: Partial<PlayOptions> = {}) => playLaboratory({ ...SMALL, ...options })
const truthOf = (options: Partial<PlayOptions> = {}): Truth => played(options).truth

const leavingOf = ({ pods }: Truth) =>
  pods.flatMap((pod) => (pod.leaving === undefined ? [] : [{ pod, ...pod.leaving }]))

describe('a line of an access log', () => {
  const names = {
    loadBalancer: 'app/my-loadbalancer/50dc6c495c0c9188',
    targetGroup:
      'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067',
  }

  /** Written by hand from the table "Access log entries" of AWS's user guide, field by field. */
  test('is as the documentation has it', () => {
    const line = accessLogLine(
      {
        node: 0,
        at: Date.parse('2018-07-02T22:22:48.364Z'),
        answered: Date.parse('2018-07-02T22:23:00.186Z') + 0.641,
        target: '10.0.0.1:80',
        status: 200,
        targetStatus: 200,
        times: [0, 0.001, 0],
        // The last six digits choose what is not played: 2 of 3 types is h2, 2 of 8 user agents is curl.
        trace: 'Root=1-58337262-36d228ad5d99923122000002',
      },
      names,
    )
    expect(line).toBe(
      'h2 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 203.0.113.2:1026 10.0.0.1:80 ' +
        '0.000 0.001 0.000 200 200 202 302 "GET https://shop.example.com:443/items/2?page=2 HTTP/2.0" ' +
        '"curl/8.10.1" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 ' +
        'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 ' +
        '"Root=1-58337262-36d228ad5d99923122000002" "shop.example.com" ' +
        '"arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1 ' +
        '2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" ' +
        'TID_36d228ad5d9992312200000258337262 "-" "-" "-"',
    )
  })

  /** "−1 if the load balancer can't dispatch the request to a target"; "-" where no target answered. */
  test('of a connection that hung: −1 three times, 504, and no status of the target', () => {
    const line = accessLogLine(
      {
        node: 0,
        at: 0,
        answered: 10_000,
        target: '[2001:db8::1]:8080',
        status: 504,
        times: [-1, -1, -1],
        trace: 'Root=1-58337262-36d228ad5d99923122000000',
      },
      names,
    )
    expect(line).toContain(' [2001:db8::1]:8080 -1 -1 -1 504 - ')
    expect(line).toContain(' "[2001:db8::1]:8080" "-" "-" "-" TID_')
  })

  test('has microseconds', () => {
    expect(instant(Date.parse('2026-10-01T09:00:00.021Z') + 0.328)).toBe('2026-10-01T09:00:00.021328Z')
    expect(instant(Date.parse('2026-10-01T09:00:00Z'))).toBe('2026-10-01T09:00:00.000000Z')
  })

  /** The example of the documentation, with the ending that it has today, and an address without leading zeros. */
  test('is in a file with the key of the documentation', () => {
    expect(
      logFileKey({
        account: '123456789012',
        region: 'us-east-2',
        loadBalancer: 'app/my-loadbalancer/1234567890abcdef',
        node: 2,
        end: Date.parse('2022-02-15T23:40:00Z'),
        suffix: '20sg8hgm',
      }),
    ).toBe(
      'AWSLogs/123456789012/elasticloadbalancing/us-east-2/2022/02/15/' +
        '123456789012_elasticloadbalancing_us-east-2_app.my-loadbalancer.1234567890abcdef_20220215T2340Z_198.51.100.12_20sg8hgm.log.gz',
    )
  })
})

describe('what is played', () => {
  test('the same seed plays the same, another one does not', () => {
    const [one, same, other] = [played(), played(), played({ seed: 2 })].map(({ log }) => [...log.lines()])
    expect(same).toEqual(one)
    expect(other?.slice(0, 10)).not.toEqual(one?.slice(0, 10))
  })

  test('every departure: its call within C, its nodes stop within P, one of them just then where that is wanted', () => {
    const truth = truthOf({ controller: 4, propagation: 17, isPunctual: true })
    const departures = leavingOf(truth)
    expect(departures).toHaveLength(10)
    for (const { deleted, deregistering, deregistered, stops } of departures) {
      expect(deregistering).toBeGreaterThan(deleted)
      expect(deregistered).toBeGreaterThan(deregistering)
      expect(deregistered - deleted).toBeLessThanOrEqual(4000)
      expect(Math.max(...stops) - deregistered).toBeCloseTo(17_000, 3)
      expect(stops).toHaveLength(3)
    }
    const stops = leavingOf(truthOf({ propagation: 17 })).flatMap((one) =>
      one.stops.map((stop) => stop - one.deregistered),
    )
    expect(Math.max(...stops)).toBeLessThan(17_000)
    expect(Math.min(...stops)).toBeGreaterThanOrEqual(0)
  })

  test('no node sends to a target after it has stopped, and the last request is what truth says', () => {
    const { truth, log } = played({ requestsPerSecond: 60 })
    const lines = [...log.lines()].map((line) => line.split(' '))
    for (const { pod, stops } of leavingOf(truth)) {
      // Addresses are not used again here. Field 5 is the target, and the time of creation is 10 before the last 3 quotes.
      const sent = lines.filter(([, , , , target]) => target === `${pod.ip}:8080`).map(createdOf)
      expect(Math.max(...sent)).toBeLessThan(Math.max(...stops))
      expect(Math.max(...sent)).toBeCloseTo(truth.lastRequest.get(pod.name) ?? 0, 2)
    }
  })

  test('a sleep of C + P loses nothing; none loses 502 and 504 at the Pods that left', () => {
    // 12 s + 1.3 s, and the second in which the request of a second may still be open.
    expect(truthOf({ sleep: 15 }).lost).toEqual([])
    const truth = truthOf({ sleep: 0 })
    const left = new Map(leavingOf(truth).map((one) => [one.pod.name, one]))
    expect(new Set(truth.lost.map(({ cause }) => cause))).toEqual(new Set(['reset', 'connect']))
    for (const { at, answered, cause, pod = '', status } of truth.lost) {
      const one = left.get(pod)
      expect(status).toBe(cause === 'reset' ? 502 : 504)
      if (cause === 'connect') expect(answered - at).toBe(10_000)
      expect(answered).toBeGreaterThanOrEqual(one?.sigterm ?? Number.POSITIVE_INFINITY)
      expect(at).toBeLessThan(Math.max(...(one?.stops ?? [])))
    }
  })

  test('without a gate, two Pods and a slow registration: 503 without any target', () => {
    const truth = truthOf({ replicas: 2, departures: 2, gate: false, registration: 60, sleep: 20 })
    const nobody = truth.lost.filter(({ cause }) => cause === 'nobody')
    expect(nobody.length).toBeGreaterThan(0)
    for (const { pod, status } of nobody) expect({ pod, status }).toEqual({ pod: undefined, status: 503 })
  })

  test('requests that are open at SIGTERM are cut by one that dies, and answered by one that drains', () => {
    const long = { request: { mean: 5, longest: 20 }, sleep: 14, requestsPerSecond: 60 }
    const cut = truthOf({ ...long, atSigterm: 'dies' }).lost
    expect(cut.length).toBeGreaterThan(0)
    expect(new Set(cut.map(({ cause }) => cause))).toEqual(new Set(['reset']))
    expect(truthOf({ ...long, atSigterm: 'drains' }).lost).toEqual([])
  })

  test('addresses are used again after they have rested', () => {
    const { pods } = truthOf({ cooldown: 5, departures: 30, sleep: 0 })
    const byAddress = Map.groupBy(pods, ({ ip }) => ip)
    const shared = [...byAddress.values()].filter(({ length }) => length > 1)
    expect(shared.length).toBeGreaterThan(5)
    for (const [first, second] of shared)
      expect((second?.created ?? 0) - (first?.leaving?.gone ?? 0)).toBeGreaterThanOrEqual(5000)
  })

  test('a month: rollouts days apart, and requests only around them', () => {
    const { truth, log } = played({ departures: 30, pause: 10 * 86_400 })
    const days = new Set([...log.lines()].map((line) => line.split(' ')[1]?.slice(0, 10)))
    expect([...days].sort()).toEqual(['2026-10-01', '2026-10-11', '2026-10-21'])
    expect(truth.lost).toEqual([])
  })
})

const createdOf = (fields: readonly string[]): number => {
  const created = fields.findLast((field) => /^\d{4}-\d\d-\d\dT/.test(field)) ?? ''
  return Date.parse(`${created.slice(0, 23)}Z`) + Number(created.slice(23, 26)) / 1000
}

describe('what the others say of it', () => {
  test('the controller’s log has both lines of each departure, with whole seconds as it writes them', () => {
    const truth = truthOf()
    const lines = controllerLog(truth).trim().split('\n')
    const [first] = leavingOf(truth).sort((one, other) => one.deleted - other.deleted)
    const whole = new Date(first?.deregistered ?? 0).toISOString().replace(/\.\d+/, '')
    expect(lines).toContain(
      `{"level":"info","ts":"${whole}","msg":"deRegistered targets","arn":"${truth.targetGroup}",` +
        `"targets":[{"Id":"${first?.pod.ip}","AvailabilityZone":null,"Port":8080,"QuicServerId":null}]}`,
    )
    expect(lines.filter((line) => line.includes('deRegistering targets'))).toHaveLength(10)
  })

  test('the ledger is a report that Slackwater itself reads, with each Pod that left', () => {
    const truth = truthOf({ departures: 33, sleep: 0 })
    const parsed = parseReport(JSON.parse(JSON.stringify(reportOf(truth))))
    if (!parsed.ok) throw new Error(parsed.problem)
    const { departures } = parsed.report
    const kept = departures?.rollouts.flatMap((rollout) => rollout.kept) ?? []
    const names = [...kept, ...(departures?.others ?? [])].map(({ pod }) => pod)
    expect(names.sort()).toEqual(
      leavingOf(truth)
        .map(({ pod }) => pod.name)
        .sort(),
    )
    // Three rollouts of ten, and three Pods that were deleted one by one.
    expect(departures?.rollouts.map((rollout) => rollout.kept.length)).toEqual([10, 10, 10])
    expect(departures?.outcomes).toEqual({ covered: 0, exposed: 33, unknown: 0 })
    // deletionTimestamp has whole seconds.
    for (const { deleted } of kept) expect(deleted).toMatch(/:\d\d\.000Z$/)
  })
})

describe('npm run lab', () => {
  const run = promisify(execFile)
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'slackwater-lab-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const lab = (...args: readonly string[]) =>
    run(
      'npm',
      ['run', '--silent', '--prefix', path.resolve(import.meta.dirname, '../..'), 'lab', '--', ...args],
      {
        cwd: folder,
      },
    )

  test('writes a folder, and prints the story at 80 columns', async () => {
    const { stdout, stderr } = await lab('--out', 'out', '--rate', '30', '--departures', '10', '--sleep', '0')
    expect(stderr).toBe('')
    const lines = stdout.split('\n')
    expect(lines.filter(({ length }) => length > 80)).toEqual([])
    const [, losses] = /(\d+) lost/.exec(stdout) ?? []
    const truth = JSON.parse(await readFile(path.join(folder, 'out/truth.json'), 'utf8'))
    expect(truth.lost).toHaveLength(Number(losses))
    expect(truth.departures).toHaveLength(10)
    const logs = (await readdir(path.join(folder, 'out/AWSLogs'), { recursive: true })).filter((name) =>
      name.endsWith('.log.gz'),
    )
    const contents = await Promise.all(
      logs.map(async (name) => gunzipSync(await readFile(path.join(folder, 'out/AWSLogs', name))).toString()),
    )
    expect(contents.join('').trim().split('\n')).toHaveLength(truth.requests)
  })

  test('prints what docs/laboratory.md shows', async () => {
    const [, command = ''] = /npm run lab -- (.*)/.exec(await readFile(PAGE, 'utf8')) ?? []
    const { stdout } = await lab(...command.split(' '))
    expect(notPrinted(PAGE, 'An ALB with 3 nodes, 10 Pods', stdout)).toEqual([])
  })

  test('--serve plays AWS’s API until it is told to end, with the fault that was wanted', async () => {
    const main = path.resolve(import.meta.dirname, 'index.ts')
    const args = ['--out', 'serving', '--departures', '1', '--rate', '5', '--serve', '--fault', 'throttled']
    const child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let url: string | undefined
    for await (const line of createInterface({ input: child.stdout })) {
      url = /ELASTIC_LOAD_BALANCING_V2=(\S+)/.exec(line)?.[1] ?? url
      if (line.includes('slackwater audit --aws')) break
    }
    const body = 'Action=DescribeLoadBalancers&Version=2015-12-01'
    const answer = await fetch(url ?? '', { method: 'POST', body })
    expect(await answer.text()).toContain('<Code>Throttling</Code>')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('refuses a folder that has a play, and numbers that are none', async () => {
    await lab('--out', 'twice', '--departures', '1', '--rate', '5')
    await expect(lab('--out', 'twice')).rejects.toMatchObject({
      code: 2,
      stderr: 'error: twice has access logs of another play: name another folder, or delete it\n',
    })
    // Without a Pod there is nothing to roll: it would never end.
    await expect(lab('--out', 'none', '--replicas', '0')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("argument '0' is invalid. Expected a whole number above 0."),
    })
    await expect(lab('--out', 'other', '--rate', 'fast')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("argument 'fast' is invalid. Expected a number above 0."),
    })
  })
})
