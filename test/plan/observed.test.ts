import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

/** A Deployment of which last requests within 10.6 s were measured: 0 + (11 + 10) + 5, instead of 5 + (25 + 10) + 5. */
const MEASURED = readFileSync('test/cli/golden/fixtures/observed.yaml', 'utf8')

/** The same ConfigMap in the namespace of an application, which comes first; there, last requests within 9.8 s. */
const FOREIGN = MEASURED.slice(0, MEASURED.indexOf('\n---'))
  .replace('namespace: slackwater-system', 'namespace: apps')
  .replace('"max":10.6', '"max":9.8')

const sleepsOf = (text: string, ownNamespace = DEFAULT_SETTINGS.ownNamespace) =>
  planManifests({
    manifests: readManifests([{ name: 'all.yaml', text }]),
    settings: { ...DEFAULT_SETTINGS, ownNamespace },
    namespace: 'default',
    now: Date.UTC(2026, 10, 3),
  }).objects.map(({ decision }) => decision.budget?.sleep)

test('of several ConfigMaps with what was observed, the one of Slackwater’s own namespace', () => {
  expect(sleepsOf(MEASURED)).toEqual([26])
  expect(sleepsOf(`${FOREIGN}\n---\n${MEASURED}`)).toEqual([26])
  // From an installation whose namespace the settings do not have: the only one.
  expect(sleepsOf(MEASURED, 'platform')).toEqual([26])
  // 0 + (10 + 10) + 5: the other one can be used.
  expect(sleepsOf(`${MEASURED}\n---\n${FOREIGN}`, 'apps')).toEqual([25])
})
