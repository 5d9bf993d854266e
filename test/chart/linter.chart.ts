import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { CHART } from '../../scripts/chart/deploy.ts'
import { realHelm, rendered } from './helm.ts'
import { findingsIn, linter } from './linter.ts'
import { EVERYTHING } from './matrix.ts'

/** What a linter says of the chart, and the reasons in its README why that stays. */

/** A row of the table: `| \`check\` | Deployment by default, Pod | why |`. */
const ROW = /^\| `([a-z-]+)` \| ([^|]+) \| ([^|]+) \|$/gm

interface Accepted {
  readonly finding: string
  readonly reason: string
}

function accepted(readme: string): readonly Accepted[] {
  const [, table = ''] = /<!-- findings -->\n([\s\S]*?)<!-- end -->/.exec(readme) ?? []
  return [...table.matchAll(ROW)].flatMap(([, check, objects = '', reason = '']) =>
    objects.split(', ').map((object) => ({ finding: `${check}: ${object}`, reason: reason.trim() })),
  )
}

/** Findings of the chart as it is by default and with everything switched on; one of only one of them says so. */
function found(): readonly string[] {
  const byDefault = new Set(findingsIn(rendered([])))
  const withAll = new Set(findingsIn(rendered(EVERYTHING)))
  return [...new Set([...byDefault, ...withAll])].map((finding) => {
    if (!withAll.has(finding)) return `${finding} by default`
    return byDefault.has(finding) ? finding : `${finding} with everything switched on`
  })
}

// Built here, where there is time for it.
beforeAll(() => {
  realHelm()
  linter()
})

test('every finding of the linter has a reason in the README, and every reason its finding', () => {
  const reasons = accepted(readFileSync(`${CHART}/README.md`, 'utf8'))
  expect(found().toSorted()).toEqual(reasons.map(({ finding }) => finding).toSorted())
  expect(reasons.filter(({ reason }) => reason.length < 'The same.'.length)).toEqual([])
})

test('the linter finds what is wrong', () => {
  const careless = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'careless' },
    spec: { containers: [{ name: 'a', image: 'a:latest', securityContext: { privileged: true } }] },
  }
  expect(findingsIn(JSON.stringify(careless))).toEqual(
    expect.arrayContaining(['container-image-tag: Pod', 'container-security-context-privileged: Pod']),
  )
})
