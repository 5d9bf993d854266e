import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { unknownWithout } from '../../src/audit/unknown-without.ts'
import { REPORTED, RESOURCES, resourceName } from '../../src/cluster/resources.ts'

/** docs/audit.md says what is read, which rights that takes, and what is unknown without each. */

const page = readFileSync('docs/audit.md', 'utf8')
const READ = [
  ...new Set([...RESOURCES, ...REPORTED.map(({ resource }) => resource)].map(resourceName)),
].sort()

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

test('its ClusterRole has exactly what is read, with get and list and nothing else', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const { rules: all } = parse(yaml) as { readonly rules: readonly Rule[] }
  const rules = all.filter(({ resourceNames }) => resourceNames === undefined)
  expect(all.filter((rule) => !rules.includes(rule))).toEqual([
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['slackwater-observed'], verbs: ['get'] },
  ])
  const named = rules.flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.map((plural) => (group === '' ? plural : `${plural}.${group}`))),
  )
  expect(named.sort()).toEqual(READ)
  expect(rules.map(({ verbs }) => verbs)).toEqual(rules.map(() => ['get', 'list']))
})

test.for(READ)('what is unknown without %s is told in the table', (part) => {
  expect(page).toContain(`| ${unknownWithout(part)} |\n`)
})
