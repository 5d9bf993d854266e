import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { FindingId } from '../../src/core/findings/catalogue.ts'
import { WARNING_PREFIX, warningOf } from '../../src/core/findings/warning-line.ts'
import { type FindingFixture, findingFixtures } from '../fixtures/finding-fixtures.ts'
import { reportOfObjects } from '../report/cluster-of-manifests.ts'
import { type StoredObject, storedObjects } from './stored.ts'
import {
  audited,
  type ByObject,
  explainedIn,
  nameOf,
  plannedIn,
  type Said,
  toldBy,
  warnedOf,
} from './surfaces.ts'

/**
 * One object has the same findings, with the same severity and text, wherever they are said: `plan`, `audit`, `report`,
 * `explain` of manifests and of a cluster, and the validating webhook, for every fixture of every finding. What a cluster
 * stores is the manifest with the API server's defaults, and its namespace.
 */

const FIXTURES = findingFixtures()

// What AWS says in the fixtures was asked an hour before: an older answer, or one of the future, is not used.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-02T10:00:00Z') }))
afterAll(() => void vi.useRealTimers())

type Pair = 'files and cluster' | 'cluster and webhook'

/** Where they differ, and why that is right. One that does not differ any more fails, as does any other. */
const DIFFERENCES: readonly (readonly [
  id: FindingId,
  pair: Pair,
  fixtures: readonly string[],
  why: string,
])[] = [
  [
    'controller-not-ready',
    'files and cluster',
    ['fail.alb', 'fail.nlb'],
    'only a running cluster has the status of the controller',
  ],
  [
    'exposed-not-covered',
    'files and cluster',
    ['fail.job'],
    'a cluster is not asked for Jobs: they come and go by the thousand',
  ],
  [
    'gate-stuck',
    'files and cluster',
    ['fail.failing-check', 'fail.just-too-long'],
    'it is about running Pods',
  ],
  [
    'gate-stuck',
    'cluster and webhook',
    ['fail.failing-check', 'fail.just-too-long'],
    'it is about running Pods, which whoever applies a template does not change',
  ],
  [
    'readiness-gate-missing',
    'files and cluster',
    ['fail.namespace-unknown'],
    'the Namespace is not among the manifests, and a cluster always has it',
  ],
  [
    'rollout-peak-pods',
    'files and cluster',
    ['fail.autoscaled', 'fail.below-twice'],
    'a cluster is not asked for ResourceQuotas: their status changes with every Pod',
  ],
]

const stated = DIFFERENCES.flatMap(([id, pair, fixtures]) =>
  fixtures.map((name) => `${pair}: ${id}/${name}: ${id}`),
)
const met = new Set<string>()

interface Compared {
  readonly fixture: string
  readonly pair: Pair
}

/** Equal but for the ids that the table has for this fixture, each of which has to differ. */
function expectSame<T extends { readonly id: string }>(
  one: readonly T[],
  other: readonly T[],
  { fixture, pair }: Compared,
): void {
  const excepted = [...new Set([...one, ...other].map(({ id }) => id))].filter((id) => {
    const key = `${pair}: ${fixture}: ${id}`
    const isExcepted = stated.includes(key) && JSON.stringify(of(id, one)) !== JSON.stringify(of(id, other))
    if (isExcepted) met.add(key)
    return isExcepted
  })
  const rest = (all: readonly T[]) => all.filter(({ id }) => !excepted.includes(id))
  expect(rest(other)).toEqual(rest(one))
}

const of = <T extends { readonly id: string }>(id: string, all: readonly T[]): readonly T[] =>
  all.filter((one) => one.id === id)

/** What only a Pod in a file has is not compared with a cluster, which is asked about its workload. */
const isPod = (name: string): boolean => name.startsWith('Pod ')

/** Only those of which there is something to find: a report leaves out the others. */
const found = (all: ByObject): ByObject => new Map([...all].filter(([, findings]) => findings.length > 0))

/** What an API server sends to the validating webhook (charts/slackwater/templates/_webhook.tpl). */
const SENT = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'Pod']

/** By a person: one that a controller has made is not advised on. */
const isApplied = ({ kind, metadata }: StoredObject): boolean =>
  SENT.includes(kind) && metadata['ownerReferences'] === undefined

const refOf = ({ kind, metadata: { name, namespace = '' } }: StoredObject): string =>
  nameOf({ kind, namespace, name })

/** What the webhook has to say of these: nothing of what only its own change would bring, nor of what is accepted. */
const warnings = (findings: readonly Said[]) =>
  findings
    .filter(({ holds, accepted }) => holds !== 'after' && !accepted)
    .map((finding) => ({ id: finding.id as string, line: `${WARNING_PREFIX}${warningOf(finding)}` }))
    .toSorted(byId)

const told = (lines: readonly string[]) =>
  lines.map((line) => ({ id: /^slackwater: ([a-z-]+): /.exec(line)?.[1] ?? line, line })).toSorted(byId)

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0

/** Variants are not applied together: each is a cluster of its own. */
const clustersOf = ({ sources, cluster }: FindingFixture) =>
  sources.map((source) => ({
    source,
    objects: storedObjects([source.text, ...(cluster === undefined ? [] : [cluster])]),
  }))

describe.for(FIXTURES)('$name', (fixture) => {
  const { name, sources } = fixture

  test('explain of manifests says what plan says', async () => {
    const planned = plannedIn(sources)
    const explained = await explainedIn(sources, [...planned.keys()])
    expect(explained).toEqual(planned)
  })

  test.for(clustersOf(fixture))('a cluster with $source.name', async ({ source, objects }) => {
    const planned = plannedIn([source])
    const report = await audited(objects)
    const audit = toldBy(report)
    expect(toldBy(await reportOfObjects(objects))).toEqual(audit)
    for (const entry of report.workloads) {
      const explained = toldBy(await audited(objects, entry))
      expect(explained).toEqual(new Map([[nameOf(entry), audit.get(nameOf(entry))]]))
    }
    const names = new Set([...found(planned).keys(), ...found(audit).keys()])
    for (const object of [...names].filter((one) => !isPod(one)))
      expectSame(planned.get(object) ?? [], audit.get(object) ?? [], {
        fixture: name,
        pair: 'files and cluster',
      })
    for (const object of objects.filter(isApplied)) {
      const findings = (isPod(refOf(object)) ? planned : audit).get(refOf(object)) ?? []
      const lines = told(warnedOf(object, objects))
      expectSame(warnings(findings), lines, { fixture: name, pair: 'cluster and webhook' })
    }
  })
})

test('each difference that is stated is one', () => {
  expect(stated.filter((one) => !met.has(one))).toEqual([])
})
