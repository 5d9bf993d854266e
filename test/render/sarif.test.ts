import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { FINDINGS, type FindingId } from '../../src/core/findings/catalogue.ts'
import { findingPage, HOME } from '../../src/core/findings/page.ts'
import { MOST_RESULTS, sarif } from '../../src/render/sarif.ts'
import { resultOfPlan } from '../../src/result/from-plan.ts'
import type { Result } from '../../src/result/result.ts'
import { FIXTURES, planOf } from '../cli/fixture-plans.ts'
import { ACCEPTED, findingOf, PROBLEM, resultOf, workloadWith } from './results.ts'
import { sarifProblems } from './sarif-schema.ts'

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly Rule[] } }
  readonly invocations: readonly [
    {
      readonly executionSuccessful: boolean
      readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[]
    },
  ]
  readonly results: readonly SarifResult[]
}
interface Rule {
  readonly id: string
  readonly helpUri: string
  readonly help: { readonly text: string; readonly markdown: string }
  readonly shortDescription: { readonly text: string }
  readonly defaultConfiguration: { readonly level: string }
}
interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly unknown[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly suppressions: readonly { readonly kind: string; readonly justification: string }[]
}

function runOf(result: Result): Run {
  const document = JSON.parse(sarif(result))
  expect(sarifProblems(document)).toEqual([])
  expect(document.runs).toHaveLength(1)
  return document.runs[0]
}

const AT = { position: { file: 'shop/web.yaml', line: 12 } }
const one = (finding: Parameters<typeof findingOf>[0] = {}, placed = {}): SarifResult => {
  const [first] = runOf(resultOf([workloadWith([findingOf(finding)], { ...AT, ...placed })])).results
  if (first === undefined) throw new Error('no result')
  return first
}

test('the schema would object: a level that does not exist, a result without a message', () => {
  const document = JSON.parse(sarif(resultOf([workloadWith([findingOf()], AT)])))
  document.runs[0].results[0].level = 'grave'
  delete document.runs[0].results[0].message
  document.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = 'a b'
  expect(sarifProblems(document)).toHaveLength(3)
})

test.for(FIXTURES.filter((file) => !file.includes('.y')))(
  '%s: valid, and each result refers to its rule and one file',
  async (file) => {
    const plan = await planOf(file)
    const { tool, results } = runOf(resultOfPlan(plan, { command: 'lint', version: '1.2.3' }))
    const { rules } = tool.driver
    expect(results.filter(({ ruleId, ruleIndex }) => rules[ruleIndex]?.id !== ruleId)).toEqual([])
    expect(results.filter(({ locations }) => locations.length !== 1)).toEqual([])
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  },
)

test('a finding: level, what to do, and the line of its object', () => {
  expect(one()).toMatchObject({
    ruleId: 'readiness-probe-missing',
    level: 'warning',
    message: {
      text: 'Deployment shop/web: no container has a readiness probe. To fix it: add a readinessProbe.',
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'shop/web.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 12 },
        },
        logicalLocations: [{ name: 'web', fullyQualifiedName: 'Deployment shop/web', kind: 'resource' }],
      },
    ],
    suppressions: [],
  })
})

describe('where it stands', () => {
  const placeOf = (file: string): unknown => {
    const [first] = one({}, { position: { file, line: 1 } }).locations
    return (first as { readonly physicalLocation: { readonly artifactLocation: unknown } }).physicalLocation
      .artifactLocation
  }
  test.for<[string, string, string]>([
    ['a space and a percent sign', 'a b/100%.yaml', 'a%20b/100%25.yaml'],
    ['what would be a scheme', 'c:d.yaml', 'c%3Ad.yaml'],
    ['what would be a query or a fragment', 'a?b#c.yaml', 'a%3Fb%23c.yaml'],
    ['letters of any script', 'größe.yaml', 'gr%C3%B6%C3%9Fe.yaml'],
    ['an escape sequence and half of a surrogate pair', '\u001b[2J\ud800.yaml', '%1B%5B2J%EF%BF%BD.yaml'],
    ['a path from here', './deploy/../shop/web.yaml', 'shop/web.yaml'],
    ['an absolute path into this folder', path.resolve('shop/web.yaml'), 'shop/web.yaml'],
  ])('%s', ([, file, uri]) => expect(placeOf(file)).toEqual({ uri, uriBaseId: '%SRCROOT%' }))

  test('a file elsewhere has its whole address, and no base', () => {
    expect(placeOf('/srv/a b.yaml')).toEqual({ uri: 'file:///srv/a%20b.yaml' })
  })

  test('without a file: a path that reads like one, because code scanning requires it', () => {
    const { results } = runOf(
      resultOf([workloadWith([findingOf()], { cluster: 'arn:aws:eks:eu-west-1:1:cluster/prod' })], [], {}),
    )
    expect(results[0]?.locations).toMatchObject([
      {
        physicalLocation: {
          artifactLocation: {
            uri: 'cluster/arn%3Aaws%3Aeks%3Aeu-west-1%3A1%3Acluster%2Fprod/shop/Deployment/web',
            uriBaseId: '%SRCROOT%',
          },
          region: { startLine: 1 },
        },
      },
    ])
    // Nobody can compute it from a file.
    expect(results[0]?.partialFingerprints['primaryLocationLineHash']).toMatch(/^[0-9a-f]{32}$/)
  })

  test('a remark about a whole file has no line', () => {
    const { line: _, ...position } = { file: 'web.yaml', line: 1 }
    const note = {
      what: 'note',
      id: 'kustomization',
      severity: 'warning',
      message: 'build it',
      position,
    } as const
    expect(runOf(resultOf([], [note])).results[0]?.locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'web.yaml', uriBaseId: '%SRCROOT%' } } },
    ])
  })
})

describe('the fingerprint', () => {
  const fingerprint = (...of: Parameters<typeof one>): string | undefined =>
    one(...of).partialFingerprints['slackwater/v1']
  const usual = fingerprint({ about: 'app' })

  test('is the same in another line and file, with other numbers, severity and words', () => {
    expect(usual).toMatch(/^[0-9a-f]{32}$/)
    const position = { file: 'other.yaml', line: 99 }
    const changed = { about: 'app', message: 'needs 45 s', severity: 'error', holds: 'after' } as const
    expect(fingerprint(changed, { position })).toBe(usual)
    expect(fingerprint({ about: '40 s' })).toBe(fingerprint({ about: '45 s' }))
  })

  test.for<[string, Parameters<typeof one>]>([
    ['of another finding', [{ about: 'app', id: 'single-replica' }]],
    ['about another container', [{ about: 'proxy' }]],
    ['of another object', [{ about: 'app' }, { name: 'api' }]],
    ['in another namespace', [{ about: 'app' }, { namespace: 'team' }]],
    ['of another kind', [{ about: 'app' }, { kind: 'StatefulSet' }]],
  ])('is another one %s', ([, of]) => expect(fingerprint(...of)).not.toBe(usual))

  test('is not that of code scanning where a file is: the action that uploads computes it', () => {
    expect(Object.keys(one().partialFingerprints)).toEqual(['slackwater/v1'])
  })
})

describe('what does not count is suppressed', () => {
  test('accepted: with the reason', () => {
    expect(one(ACCEPTED)).toMatchObject({
      level: 'warning',
      suppressions: [{ kind: 'external', status: 'accepted', justification: 'a canary' }],
    })
  })
  test('fixed by Slackwater: a note', () => {
    const justification = 'Slackwater fixes it when the object is applied.'
    expect(one({ holds: 'before' })).toMatchObject({
      level: 'note',
      message: { text: expect.stringContaining(justification) },
      suppressions: [{ kind: 'external', justification }],
    })
  })
  test('of a running cluster it is not fixed yet', () => {
    const { results } = runOf(resultOf([workloadWith([findingOf({ holds: 'before' })])], [], {}))
    expect(results).toMatchObject([{ level: 'warning', suppressions: [] }])
  })
})

describe('rules', () => {
  const ids = Object.keys(FINDINGS) as FindingId[]
  const { rules } = runOf(
    resultOf([
      workloadWith(
        ids.map((id) => findingOf({ id })),
        AT,
      ),
    ]),
  ).tool.driver
  const LEVELS = { error: 'error', warning: 'warning', information: 'note' }

  test.for(ids)('%s has its title, its level, and its page with links that lead somewhere', (id) => {
    const rule = rules.find((known) => known.id === id)
    const { title, severity } = FINDINGS[id]
    expect(rule).toMatchObject({
      shortDescription: { text: title },
      helpUri: findingPage(id),
      defaultConfiguration: { level: LEVELS[severity] },
    })
    expect(rule?.help.markdown).toContain('## What to do')
    const targets = [...(rule?.help.markdown ?? '').matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target)
    expect(targets.filter((target) => target?.startsWith('https://') !== true)).toEqual([])
  })

  test('a remark has a rule as well', () => {
    const notice = {
      what: 'notice',
      id: 'service-not-found',
      severity: 'warning',
      message: 'no such',
    } as const
    expect(runOf(resultOf([], [notice])).tool.driver.rules).toMatchObject([
      {
        shortDescription: { text: 'Service not found' },
        helpUri: `${HOME}/blob/main/docs/findings/README.md#notices-and-notes`,
      },
    ])
  })
})

test('input that could not be read: a notification, and the run was not successful', () => {
  const { invocations, results } = runOf(resultOf([], [PROBLEM]))
  expect(results).toEqual([])
  expect(invocations).toMatchObject([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [
        {
          level: 'error',
          message: { text: 'a mapping or list where a key was expected.' },
          locations: [{ physicalLocation: { region: { startLine: 3 } } }],
        },
      ],
    },
  ])
  expect(runOf(resultOf([])).invocations[0]).toEqual({
    executionSuccessful: true,
    toolExecutionNotifications: [],
  })
})

test('more results than are stored: the least severe are left out, and how many', () => {
  const many = Array.from({ length: MOST_RESULTS + 5 }, (_, at) =>
    workloadWith([findingOf({ severity: at === MOST_RESULTS + 4 ? 'error' : 'information' })], {
      name: `web-${String(at).padStart(5, '0')}`,
    }),
  )
  const { results, invocations } = runOf(resultOf(many))
  expect(results).toHaveLength(MOST_RESULTS)
  expect(results.filter(({ level }) => level === 'error')).toHaveLength(1)
  expect(invocations[0].toolExecutionNotifications).toMatchObject([
    { message: { text: expect.stringMatching(/^5 results left out/) } },
  ])
})

test('a message is no link, whatever a name holds', () => {
  const { text } = one({ message: 'see [this](https://example.com) and [1](2)' }).message
  expect(text).toContain('\\[this\\](https://example.com)')
  expect(text).not.toMatch(/(?<!\\)\](?=\()/)
})
