import { beforeAll, expect, test } from 'vitest'
import type { GroupMeasurement } from '../../src/core/measurement/measurement.ts'
import { loadBalancerEntries } from '../../src/measure/document.ts'
import type { Report } from '../../src/report/schema.ts'
import { GROUP, madeGroup, madeMeasurement } from './made.ts'
import { playedReport } from './played.ts'

let report: Report
beforeAll(async () => {
  report = await playedReport()
})

const WEB = { kind: 'Deployment', namespace: 'team-000', name: 'web' }

const of = (n: number, max: number): Partial<GroupMeasurement> => ({
  departures: n,
  lastRequest: { n, median: 1, p95: 2, max },
  seen: { lastRequest: max },
})

/** The sleep of a load balancer, both of whose target groups have Pods of the Deployment `web`. */
function sleepOf(whole: Partial<GroupMeasurement>, ...groups: readonly Partial<GroupMeasurement>[]) {
  const measurement = {
    ...madeMeasurement(madeGroup(whole)),
    targetGroups: groups.map((group, nth) => ({ ...madeGroup(group), targetGroup: `${GROUP}${nth}` })),
  }
  const context = { workloads: report.workloads, enough: 20, workloadsOf: () => [WEB] }
  return loadBalancerEntries(measurement, context)[0]?.sleep
}

test('target groups with too few departures each: those of the load balancer count, for the workload of the report', () => {
  // 0 + (11 + 10) + 5
  expect(sleepOf(of(20, 11), of(10, 9), of(10, 11))).toMatchObject({
    ...{ todaySeconds: 45, measuredSeconds: 26, assumed: false, workload: WEB },
  })
})

test('one that has enough of its own does not speak for one that has not', () => {
  // 0 + (11 + 10) + 5 for the first; 0 + (30 + 10) + 5 for the second.
  expect(sleepOf(of(35, 30), of(30, 11), of(5, 30))).toMatchObject({ measuredSeconds: 45 })
  expect(sleepOf(of(30, 11), of(30, 11))).toMatchObject({ measuredSeconds: 26 })
  // Nobody left it.
  expect(sleepOf(of(30, 30), of(30, 11), of(0, 0))).toMatchObject({ measuredSeconds: 26 })
})
