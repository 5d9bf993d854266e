import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditExitCode } from '../../src/judgement/exit-code.ts'
import { FORMATS, renderResult } from '../../src/render/formats.ts'
import type { Report } from '../../src/report/schema.ts'
import { resultOfReport } from '../../src/result/from-report.ts'
import { type Statement, statementsOf } from '../../src/result/statements.ts'
import { audit, deployment, shop } from '../audit/cluster.ts'
import { DEPLOYMENTS, type FakeApiServer, PODS } from '../cluster/fake-api-server.ts'
import { pod } from '../report/big-cluster.ts'
import { reportOfObjects } from '../report/cluster-of-manifests.ts'

/** What changes the exit code of an audit is said in every format, also where it is no finding. */

let server: FakeApiServer
beforeEach(async () => {
  server = await shop()
})
afterEach(() => server.stop())

const counting = (report: Report): readonly Statement[] =>
  statementsOf(resultOfReport(report, { command: 'audit' })).filter((statement) => statement.counts)

const SAID = ['github', 'html', 'junit', 'sarif']

async function expectSaid(report: Report, words: string): Promise<void> {
  expect(SAID.every((format) => FORMATS.includes(format))).toBe(true)
  for (const format of SAID)
    expect(await renderResult(format, resultOfReport(report, { command: 'audit' })), format).toContain(words)
}

const sound = { preStop: { sleep: { seconds: 45 } } }

test('Pods without a workload that lack something', async () => {
  server.put(
    DEPLOYMENTS,
    deployment('web', {
      terminationGracePeriodSeconds: 75,
      containers: [{ name: 'app', image: 'app:1', readinessProbe: { httpGet: {} }, lifecycle: sound }],
    }),
  )
  server.remove(PODS, 'web-6d4b-0', 'shop')
  const alone = pod('shop', 'web', 'alone')
  server.put(PODS, { ...alone, metadata: { ...alone.metadata, ownerReferences: [] } })
  const report = await audit(await server.start())
  expect(report.otherPods).toHaveLength(1)
  expect(auditExitCode([report], 'warning')).toBe(1)
  expect(counting(report)).toContainEqual(
    expect.objectContaining({
      id: 'pods-lack',
      object: { kind: 'Pod', namespace: 'shop', name: 'alone' },
      message:
        '1 of 1 running Pods behind a load balancer lack a preStop hook, a grace period that is long enough, a readiness gate',
    }),
  )
  await expectSaid(report, '1 of 1 running Pods')
})

test('a change that a dry run shows as refused, with the words of what refuses it', async () => {
  server.refused.set('PATCH /apis/apps/v1/namespaces/shop/deployments/web', {
    code: 403,
    message: 'admission webhook denied the request: no hooks here',
  })
  const report = await audit(await server.start(), { isTrying: true })
  expect(auditExitCode([report], 'warning')).toBe(1)
  expect(counting(report).filter(({ id }) => id === 'change-refused')).toMatchObject([
    { severity: 'warning', object: { name: 'web' }, action: expect.stringContaining('before you set mode') },
  ])
  await expectSaid(report, 'no hooks here')
})

test('Pods of a workload whose findings say it already are not said twice', async () => {
  const report = await audit(await server.start())
  const ids = counting(report).map(({ id }) => id)
  expect(ids).toContain('prestop-missing')
  expect(ids).not.toContain('pods-lack')
})

test('a part that could not be listed is missing, and not a concern like others: the page calls itself incomplete', async () => {
  const report = await reportOfObjects([])
  const { remarks } = resultOfReport(
    { ...report, missing: [{ part: 'pods', problem: '403: forbidden' }] },
    { command: 'audit' },
  )
  expect(remarks.map(({ what, id }) => [what, id])).toEqual([['missing', 'part-missing']])
})
