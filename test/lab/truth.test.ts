import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GroupMeasurement } from '../../src/core/measurement/measurement.ts'
import { joinSources } from '../../src/measure/join-sources.ts'
import { readLbcLogs } from '../../src/measure/lbc-logs.ts'
import { joinLedgers } from '../../src/measure/ledgers.ts'
import { measureLogs } from '../../src/measure/measure-logs.ts'
import { parseReport } from '../../src/report/parse-report.ts'
import { sampleOf } from '../depth.ts'
import { playLaboratory } from './plane/laboratory.ts'
import { DEFAULT_PLAY, type PlayOptions, type Truth } from './plane/played.ts'
import { writePlayed } from './write-played.ts'

/**
 * Whether a measurement finds what was played: the laboratory knows the truth, and writes only what AWS, the controller and
 * the ledger would. The least traffic of issue 19: 30 departures, 5 requests a second to each of three nodes.
 */
const LEAST: PlayOptions = { ...DEFAULT_PLAY, departures: 30, requestsPerSecond: 15, sleep: 0 }

let folder: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slackwater-truth-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** @param isTimestamped of the controller's log: without it, times have whole seconds. */
async function written(
  options: Partial<PlayOptions>,
  isTimestamped = true,
): Promise<{ readonly truth: Truth; readonly at: string }> {
  count += 1
  const at = path.join(folder, String(count))
  const played = playLaboratory({ ...LEAST, ...options })
  await writePlayed(played, at, isTimestamped)
  return { truth: played.truth, at }
}

interface Sources {
  readonly ledger?: boolean
  readonly controller?: boolean
  /** Folders and files with access logs. */
  readonly logs?: readonly string[]
}

const READING = { stdin: async function* nothing() {} }
const ALWAYS = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/** As `slackwater measure` reads it. */
async function measured(at: string, { ledger = true, controller = true, logs }: Sources = {}) {
  const parsed = parseReport(JSON.parse(await readFile(path.join(at, 'report.json'), 'utf8')))
  if (!parsed.ok) throw new Error(parsed.problem)
  const { leaving } = joinLedgers(ledger ? [parsed.report] : [])
  const logged = controller ? (await readLbcLogs([path.join(at, 'lbc.log')], READING)).targets : []
  const { measurement, reading } = await measureLogs({
    paths: logs ?? [path.join(at, 'AWSLogs')],
    leaving: joinSources(leaving, logged),
    reading: READING,
    within: ALWAYS,
  })
  const [alb, ...others] = measurement.loadBalancers
  if (alb === undefined || others.length > 0) throw new Error('there is one load balancer')
  return { alb, reading, measurement }
}

/** `TRACE CAUSE POD`, so that a difference shows all of it. */
const foundIn = ({ lost }: GroupMeasurement): readonly string[] =>
  lost.map(({ trace, cause, target }) => [trace, cause, target?.pod?.name ?? '-'].join(' ')).sort()

const playedIn = ({ lost }: Truth): readonly string[] =>
  lost.map(({ trace, cause, pod = '-' }) => [trace, cause, pod].join(' ')).sort()

const leavingIn = ({ pods }: Truth) =>
  pods.flatMap(({ name, leaving }) => (leaving === undefined ? [] : [{ name, ...leaving }]))

/** The longest C that was played, in seconds. */
const longestCall = (truth: Truth): number =>
  Math.max(...leavingIn(truth).map(({ deleted, deregistered }) => deregistered - deleted)) / 1000

describe.each([5, 12, 17, 25])('P = %i s', (propagation) => {
  test.each([...sampleOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 6)])(
    'is found within 1 s, and each lost request with its Pod and cause (seed %i)',
    async (seed) => {
      const { truth, at } = await written({ propagation, seed, isPunctual: true })
      const { alb } = await measured(at)
      expect(alb.departures).toBe(30)
      expect(Math.abs((alb.propagation?.max ?? 0) - propagation)).toBeLessThanOrEqual(1)
      // The deletion in the ledger is up to a second early.
      expect(Math.abs((alb.controller?.max ?? 0) - longestCall(truth))).toBeLessThanOrEqual(1)
      expect(truth.lost.length).toBeGreaterThan(100)
      expect(foundIn(alb)).toEqual(playedIn(truth))
      expect(alb.unrelated).toBe(0)
      expect(alb.answered).toBeLessThanOrEqual(truth.applicationErrors)
    },
  )

  test('is found within 1 s where no node stops just then: three at random, 20 requests a second each', async () => {
    const { truth, at } = await written({ propagation, seed: 21, requestsPerSecond: 60 })
    const { alb } = await measured(at)
    expect(Math.abs((alb.propagation?.max ?? 0) - propagation)).toBeLessThanOrEqual(1)
    expect(foundIn(alb)).toEqual(playedIn(truth))
  })

  test('with whole seconds in the controller’s log P and C are found within 1 s', async () => {
    const { truth, at } = await written({ propagation, seed: 41, isPunctual: true }, false)
    const { alb } = await measured(at)
    expect(Math.abs((alb.propagation?.max ?? 0) - propagation)).toBeLessThanOrEqual(1)
    // Both ends of C have lost their fraction.
    expect(Math.abs((alb.controller?.max ?? 0) - longestCall(truth))).toBeLessThan(1)
    expect(foundIn(alb)).toEqual(playedIn(truth))
  })

  test('with the ledger alone C + P is found, with the controller’s log alone P', async () => {
    const { truth, at } = await written({ propagation, seed: 31, isPunctual: true })
    const ledger = (await measured(at, { controller: false })).alb
    const lastStop =
      Math.max(...leavingIn(truth).map(({ deleted, stops }) => Math.max(...stops) - deleted)) / 1000
    // Whole seconds in the ledger: up to 1 s more. The estimate itself: 1 s.
    expect(ledger.lastRequest?.max).toBeGreaterThanOrEqual(lastStop - 1)
    expect(ledger.lastRequest?.max).toBeLessThanOrEqual(lastStop + 2)
    expect(ledger.propagation).toBeUndefined()
    expect(foundIn(ledger)).toEqual(playedIn(truth))
    const logged = (await measured(at, { ledger: false })).alb
    expect(Math.abs((logged.propagation?.max ?? 0) - propagation)).toBeLessThanOrEqual(1)
    expect(logged.lost.map(({ trace }) => trace).sort()).toEqual(truth.lost.map(({ trace }) => trace).sort())
  })
})

describe('no false ones', () => {
  test('in 100,000 healthy requests with errors of the application’s own none counts as lost', async () => {
    const { truth, at } = await written({
      sleep: 45,
      requestsPerSecond: 220,
      applicationErrors: 0.01,
      seed: 2,
    })
    expect(truth.requests).toBeGreaterThan(100_000)
    expect(truth.lost).toEqual([])
    expect(truth.applicationErrors).toBeGreaterThan(500)
    const { alb, reading } = await measured(at)
    expect(reading).toMatchObject({ requests: truth.requests, unreadable: 0, problems: [] })
    expect(alb).toMatchObject({
      losses: { reset: 0, connect: 0, nobody: 0, other: 0 },
      lost: [],
      unrelated: 0,
    })
  })

  test('errors of the application at a leaving Pod are not lost either', async () => {
    const { truth, at } = await written({ applicationErrors: 0.3, propagation: 5, seed: 3 })
    const { alb } = await measured(at)
    expect(foundIn(alb)).toEqual(playedIn(truth))
  })
})

describe('whatever the Pods are like', () => {
  test.each<readonly [string, Partial<PlayOptions>]>([
    ['a sleep that is too short', { sleep: 10, propagation: 25 }],
    ['requests of 3 s that SIGTERM cuts', { sleep: 7, request: { mean: 3, longest: 15 } }],
    ['an application that drains', { sleep: 3, atSigterm: 'drains', request: { mean: 1, longest: 5 } }],
    ['IPv6', { ipv6: true }],
    ['a month', { pause: 10 * 86_400 }],
    ['one node', { nodes: 1 }],
    ['a slow controller', { controller: 20 }],
    [
      'no gates, two Pods and a slow registration',
      { replicas: 2, departures: 6, gate: false, registration: 60 },
    ],
    ['Pods that are deleted one by one', { departures: 7 }],
    ['addresses that are used again after 30 s, as the VPC CNI does', { cooldown: 30 }],
    ['addresses that are used again while nodes still send', { cooldown: 3, propagation: 25 }],
    ['addresses that are used again at once', { cooldown: 0, propagation: 25, sleep: 8 }],
  ])('%s', async (_, options) => {
    const { truth, at } = await written({ seed: 4, ...options })
    const { alb } = await measured(at)
    expect(truth.lost.length).toBeGreaterThan(0)
    expect(foundIn(alb)).toEqual(playedIn(truth))
    expect(alb.unrelated).toBe(0)
  })
})

describe('whatever the files are like', () => {
  test('a folder twice, and files that overlap by half: each request counts once', async () => {
    const { truth, at } = await written({ seed: 5 })
    const own = path.join(at, 'AWSLogs')
    const copy = `${at}-copy`
    await cp(own, copy, { recursive: true })
    const names = (await readdir(own, { recursive: true })).filter((name) => name.endsWith('.gz'))
    const halves = await Promise.all(
      names.map((name, index) => halfOf(path.join(own, name), `${at}-${index}.log`)),
    )
    const { alb, reading } = await measured(at, { logs: [own, copy, ...halves] })
    expect(reading.requests).toBe(truth.requests)
    expect(reading.repeated).toBeGreaterThan(truth.requests / 3)
    expect(foundIn(alb)).toEqual(playedIn(truth))
  })
})

/** Its later half, not compressed, under another name. @returns the name. */
async function halfOf(file: string, name: string): Promise<string> {
  const lines = gunzipSync(await readFile(file))
    .toString()
    .trim()
    .split('\n')
  await writeFile(name, `${lines.slice(Math.floor(lines.length / 2)).join('\n')}\n`)
  return name
}

describe('the built command', () => {
  const run = promisify(execFile)
  /** @returns its exit code and what it printed. */
  async function measure(at: string, ...args: readonly string[]) {
    const inputs = ['--access-logs', 'AWSLogs', '--lbc-log', 'lbc.log', '--departures', 'report.json']
    const main = path.resolve(import.meta.dirname, '../../dist/main.js')
    try {
      const { stdout } = await run(process.execPath, [main, 'measure', ...inputs, ...args], { cwd: at })
      return { code: 0, stdout }
    } catch (error) {
      const { code, stdout } = error as { readonly code: number; readonly stdout: string }
      return { code, stdout }
    }
  }

  test('finds the same, and its exit code says that requests were lost', async () => {
    const { truth, at } = await written({ seed: 6, isPunctual: true })
    const { code, stdout } = await measure(at, '-o', 'json')
    expect(code).toBe(1)
    const { logs, loadBalancers } = JSON.parse(stdout)
    expect(logs).toMatchObject({ requests: truth.requests, unreadable: 0 })
    const [{ lost, losses, propagation }] = loadBalancers
    expect(Math.abs(propagation.max - truth.options.propagation)).toBeLessThanOrEqual(1)
    expect(losses.reset + losses.connect).toBe(truth.lost.length)
    const told = (lost as readonly { trace: string; cause: string; pod: string }[]).map(
      ({ trace, cause, pod }) => `${trace} ${cause} ${pod.replace('shop/', '')}`,
    )
    // Of many only some are listed.
    expect(told.length).toBeGreaterThan(0)
    for (const line of told) expect(playedIn(truth)).toContain(line)
  })

  test('ends with 0 where none was', async () => {
    const { at } = await written({ seed: 7, sleep: 45 })
    expect((await measure(at)).code).toBe(0)
  })
})
