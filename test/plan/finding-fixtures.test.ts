import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { FINDINGS, type FindingId, type Severity } from '../../src/core/findings/catalogue.ts'
import type { Finding } from '../../src/core/findings/finding.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { FIXTURE_FOLDER, type FindingFixture, findingFixtures } from '../fixtures/finding-fixtures.ts'
import { reportOfObjects } from '../report/cluster-of-manifests.ts'

/**
 * Each finding in manifests as people have them: at least two that have it and two that do not, one of them near the
 * border. They rest on the defaults, as an installation without settings has them, since what is assumed and what
 * somebody stated makes a severity; test/core/default-terms.test.ts holds the figures.
 */

const FIXTURES = findingFixtures()

function planned({ sources }: FindingFixture): readonly Finding[] {
  const plan = planManifests({
    manifests: readManifests(sources),
    settings: DEFAULT_SETTINGS,
    namespace: 'default',
  })
  expect(plan.problems).toEqual([])
  return plan.objects.flatMap(({ findings }) => findings)
}

/** What a report of a running cluster finds. */
async function reported({
  sources,
  cluster = '',
}: FindingFixture): Promise<readonly { id: string; severity: string }[]> {
  const texts = [...sources.map(({ text }) => text), cluster]
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()))
  const { workloads, unreadable, missing } = await reportOfObjects(objects)
  expect([unreadable, missing]).toEqual([[], []])
  return workloads.flatMap(({ findings }) => findings)
}

describe.for(Object.keys(FINDINGS) as FindingId[])('%s', (id) => {
  const own = FIXTURES.filter((fixture) => fixture.id === id)

  test('has two that fail and two that pass, and one of each near the border', () => {
    const [fails, passes] = [own.filter(({ fails }) => fails), own.filter(({ fails }) => !fails)]
    expect(fails.length).toBeGreaterThanOrEqual(2)
    expect(passes.length).toBeGreaterThanOrEqual(2)
    expect(own.filter(({ why }) => why.includes('at the border: ')).length).toBeGreaterThanOrEqual(1)
    for (const { fails: isFailing, severity } of own) expect(severity !== undefined).toBe(isFailing)
  })

  test.for(own)('$name: $why', async (fixture) => {
    const all = fixture.cluster === undefined ? planned(fixture) : await reported(fixture)
    const found = [...new Set(all.filter((finding) => finding.id === id).map(({ severity }) => severity))]
    const wanted: readonly (Severity | undefined)[] = fixture.fails ? [fixture.severity] : []
    expect(found).toEqual(wanted)
  })
})

test('no folder and no file is left over', () => {
  expect(readdirSync(FIXTURE_FOLDER).sort()).toEqual(Object.keys(FINDINGS).sort())
  const names = FIXTURES.map(({ name }) => `${path.join(FIXTURE_FOLDER, name)}.`)
  const files = readdirSync(FIXTURE_FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
  expect(files.filter((file) => !names.some((name) => file.startsWith(name)))).toEqual([])
})
