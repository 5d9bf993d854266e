import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LedgerView } from '../../src/core/departures/verdict.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import { htmlPage } from '../../src/render/html/page.ts'
import { paperOf } from '../../src/render/paint.ts'
import { reportText } from '../../src/render/report-text.ts'
import type { KnownLedger } from '../../src/report/departures.ts'
import { parseReport } from '../../src/report/parse-report.ts'
import type { Report } from '../../src/report/schema.ts'
import { resultOfReport } from '../../src/result/from-report.ts'
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { CUT, departure, exposed, NINE_TWELVE, rollout, WEB } from '../core/departures/records.ts'
import { notPrinted } from '../docs-commands/sample.ts'
import { bigCluster } from './big-cluster.ts'
import { ReportedCluster } from './cluster.ts'

const plain = { ...paperOf({ width: 80, color: false }), details: false }
const inFull = { ...plain, details: true }

/** Long lines are broken where the width wants it. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

const view = (wanted: Partial<LedgerView> = {}): LedgerView => ({
  since: NINE_TWELVE,
  followed: 240,
  departures: { covered: 120, exposed: 3, unknown: 0 },
  rollouts: [],
  others: [],
  ...wanted,
})

const here = (wanted: Partial<LedgerView> = {}) => ({
  departures: (): KnownLedger => ({ kept: 'here', view: view(wanted) }),
})

/** One namespace with three workloads, of which `web` is one. */
const cluster = new ReportedCluster()
const SHOP = { kind: 'Deployment', namespace: 'team-000', name: 'web' }
beforeAll(async () => {
  const { services, ingresses, deployments, pods } = bigCluster(1)
  cluster.put(SERVICES, ...services).put(INGRESSES, ...ingresses)
  cluster.put(DEPLOYMENTS, ...deployments).put(PODS, ...pods)
  await cluster.start()
})
afterAll(() => cluster.server.stop())

const entryOf = (report: Report) => report.workloads.find(({ name }) => name === 'web')

describe('the ledger in a report', () => {
  test('has since when, how many, and which share was covered', async () => {
    const { departures } = await cluster.report(here())
    expect(departures).toMatchObject({
      ledger: 'here',
      since: '2026-03-02T09:12:00.000Z',
      followed: 240,
      outcomes: { covered: 120, exposed: 3, unknown: 0 },
      // 120 / 123 = 97.56 %
      coveredPercent: 97.5,
    })
  })

  test('a share of 100 means all of them: 1,999 of 2,000 is 99.9', async () => {
    const { departures } = await cluster.report(
      here({ departures: { covered: 19_999, exposed: 1, unknown: 0 } }),
    )
    expect(departures?.coveredPercent).toBe(99.9)
  })

  test('has each rollout with verdict, reasons and its departures one by one', async () => {
    const { departures } = await cluster.report(here({ rollouts: [exposed(3, [CUT, 3])] }))
    expect(departures?.rollouts).toMatchObject([
      {
        workload: WEB,
        revision: '7d9f8b',
        began: '2026-03-02T09:10:00.000Z',
        ended: '2026-03-02T09:12:00.000Z',
        verdict: 'exposed',
        superseded: false,
        departures: { covered: 7, exposed: 3, unknown: 0 },
        shortestSleepSeconds: 45,
        gates: { held: 10, of: 10, longestSeconds: 18 },
        reasons: [{ id: 'grace-cut', pods: 3, cure: expect.stringContaining('drain, evict and delete') }],
        kept: [
          {
            pod: 'web-7d9f8b-x1',
            workload: WEB,
            ip: '10.0.3.4',
            node: 'ip-10-0-3-7.eu-central-1.compute.internal',
            deleted: '2026-03-02T09:11:00.000Z',
            ended: '2026-03-02T09:11:45.000Z',
            gone: '2026-03-02T09:11:46.000Z',
            graceGivenSeconds: 75,
            graceStatedSeconds: 75,
            sleptSeconds: 45,
            neededSeconds: 45,
            exitCodes: [{ container: 'app', code: 0 }],
            outcome: 'exposed',
          },
        ],
      },
    ])
  })

  test('of one namespace: only its own are listed', async () => {
    const own = rollout({ workload: SHOP })
    const other = departure({ pod: { kind: 'Pod', namespace: 'team-000', name: 'web-1' } })
    const { departures } = await cluster.report({
      namespace: 'team-000',
      ...here({ rollouts: [rollout(), own], others: [departure(), other] }),
    })
    expect(departures?.rollouts.map(({ workload }) => workload)).toEqual([SHOP])
    expect(departures?.others.map(({ pod }) => pod)).toEqual(['web-1'])
  })

  test('a workload has its own, the newest first', async () => {
    const rollouts = [
      rollout({ workload: SHOP, revision: 'new' }),
      rollout({ workload: SHOP, revision: 'old' }),
    ]
    const report = await cluster.report(here({ rollouts: [rollout(), ...rollouts] }))
    expect(entryOf(report)?.rollouts?.map(({ revision }) => revision)).toEqual(['new', 'old'])
    expect(report.workloads.filter((one) => one.rollouts !== undefined)).toHaveLength(1)
  })

  test('whatever a time or a number is, the report is whole, and the command can read it', async () => {
    const odd = departure({
      deleted: -9e18,
      ended: Number.NaN,
      gone: 9e18,
      slept: seconds(-1.5),
      graceGiven: seconds(Number.POSITIVE_INFINITY),
      graceStated: seconds(Number.NaN),
    })
    const report = await cluster.report(
      here({ since: 9e18, rollouts: [rollout({ began: -1, kept: [odd] })], others: [odd] }),
    )
    const { rollouts, others, since } = report.departures ?? {}
    expect([since, rollouts?.[0]?.began, others?.[0]?.deleted, others?.[0]?.graceGivenSeconds]).toEqual(
      Array.from({ length: 4 }, () => undefined),
    )
    expect(others?.[0]?.sleptSeconds).toBe(0)
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toMatchObject({ ok: true })
  })
})

describe('the text says', () => {
  const textOf = async (ledger: KnownLedger, paper = plain): Promise<string> =>
    flat(reportText(await cluster.report({ departures: () => ledger }), paper))

  test('how many were covered, and how far that reaches', async () => {
    const text = await textOf({ kept: 'here', view: view() })
    expect(text).toContain('Departures: 120 of 123 covered, 3 exposed')
    expect(text).toContain(
      'watched without a gap since 2026-03-02 09:12 UTC; 240 Pods behind load balancers are followed',
    )
  })

  test('that it has just begun', async () => {
    const none = { covered: 0, exposed: 0, unknown: 0 }
    const { since: _, ...begun } = view({ departures: none, followed: 1 })
    const text = await textOf({ kept: 'here', view: begun })
    expect(text).toContain(
      'Departures: no Pod has left yet Pods have not been read yet; 1 Pod behind load balancers is followed',
    )
  })

  test('where it is, if it is not here', async () => {
    const text = await textOf({ kept: 'elsewhere', why: 'the leader, slackwater-0, keeps it' })
    expect(text).toContain('Departures: not known here: the leader, slackwater-0, keeps it')
    expect(text).not.toContain('0 of 0')
  })

  test('nothing where there is none: manifests, an audit, an older version', async () =>
    expect(reportText(await cluster.report(), plain)).not.toContain('Departures'))

  test('which workload left its Pods unprotected, why, and what to do', async () => {
    const text = await textOf({
      kept: 'here',
      view: view({ rollouts: [{ ...exposed(3, [CUT, 3]), workload: SHOP }] }),
    })
    expect(text).toContain(
      '! in the last rollout of 1 workload, Pods left unprotected Deployment team-000/web',
    )
    expect(text).toContain(
      '! rollout to revision 7d9f8b, ended 2026-03-02 09:12 UTC: exposed: 3 of 10 were cut: the delete gave a grace of 30 s',
    )
    expect(text).toContain('cure: drain, evict and delete without a grace period of your own')
  })

  test('what docs/report.md shows', async () => {
    const ended = NINE_TWELVE + 28 * 60_000
    const rollouts = [{ ...exposed(3, [CUT, 3]), workload: SHOP, ended }]
    const report = await cluster.report(here({ rollouts }))
    expect(notPrinted('docs/report.md', 'Departures: ', reportText(report, plain))).toEqual([])
  })

  test('with details the last rollouts of each workload, without them only exposed ones', async () => {
    const ledger = { kept: 'here', view: view({ rollouts: [rollout({ workload: SHOP })] }) } as const
    const words =
      'rollout to revision 7d9f8b, ended 2026-03-02 09:12 UTC: covered: 10 of 10 left after 45 s, none cut, gate held 10 of 10'
    expect(await textOf(ledger, inFull)).toContain(words)
    expect(await textOf(ledger)).not.toContain('rollout to revision')
  })

  test('which Pods left unprotected outside a rollout, at most five of them without details', async () => {
    const drained = Array.from({ length: 7 }, (_, at) =>
      departure({
        pod: { kind: 'Pod', namespace: 'shop', name: `web-${at}` },
        outcome: 'exposed',
        disruption: 'EvictionByEvictionAPI',
        reasons: [CUT],
      }),
    )
    const ledger = { kept: 'here', view: view({ others: [departure(), ...drained] }) } as const
    const text = await textOf(ledger)
    expect(text).toContain(
      'Left unprotected outside rollouts web-0 of Deployment shop/web, 2026-03-02 09:11 UTC (EvictionByEvictionAPI): was cut:',
    )
    expect(text.match(/web-\d of/g)).toHaveLength(5)
    expect(text).toContain('and 2 more')
    expect((await textOf(ledger, inFull)).match(/web-\d of/g)).toHaveLength(7)
  })
})

test('the page has the last rollouts of a workload, and what to do about the last one', async () => {
  const report = await cluster.report(here({ rollouts: [{ ...exposed(3, [CUT, 3]), workload: SHOP }] }))
  const page = htmlPage(resultOfReport(report, { command: 'report' }))
  expect(page).toContain('<dt>Last rollouts</dt>')
  expect(page).toContain('exposed: 3 of 10 were cut: the delete gave a grace of 30 s')
  expect(page).toContain('rollout-exposed')
})

test('text of others is escaped: a message of the kubelet, a reason, a node', async () => {
  const hostile = '\u001b[2J\u202e::error::x'
  const bad = departure({
    outcome: 'exposed',
    disruption: hostile,
    reasons: [{ id: 'hook-failed', message: hostile }],
  })
  const record = { ...exposed(1, [{ id: 'hook-failed', message: hostile }, 1]), workload: SHOP }
  const report = await cluster.report(here({ rollouts: [record], others: [bad] }))
  const text = reportText(report, inFull)
  expect(text).toContain('\\x1b[2J\\u202e')
  const page = htmlPage(resultOfReport(report, { command: 'report' }))
  for (const raw of ['\u001b', '\u202e'])
    expect([text.includes(raw), page.includes(raw)]).toEqual([false, false])
  expect(text).not.toMatch(/(?:^|\s)::error/)
})
