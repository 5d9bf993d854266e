import { describe, expect, test } from 'vitest'
import { junit } from '../../src/render/junit.ts'
import { resultOfPlan } from '../../src/result/from-plan.ts'
import type { Result } from '../../src/result/result.ts'
import { FIXTURES, planOf } from '../cli/fixture-plans.ts'
import { HOSTILE } from '../cli/hostile.ts'
import { ACCEPTED, findingOf, PROBLEM, resultOf, workloadWith } from './results.ts'
import { elementsOf, parseXml, type XmlElement } from './xml.ts'

const OUTCOMES = ['failure', 'error', 'skipped'] as const

/** Parsed, after what holds of every document. */
function suitesOf(result: Result): XmlElement {
  const root = parseXml(junit(result))
  expect(root.name).toBe('testsuites')
  for (const suite of [root, ...elementsOf(root, 'testsuite')]) {
    const cases = elementsOf(suite, 'testcase')
    const [failures, errors, skipped] = OUTCOMES.map((name) => elementsOf(suite, name).length.toString())
    expect(suite.attributes).toMatchObject({ tests: String(cases.length), failures, errors, skipped })
  }
  // Jenkins and Azure Pipelines show the first of several.
  const outcomes = (one: XmlElement): number =>
    one.children.filter(({ name }) => (OUTCOMES as readonly string[]).includes(name)).length
  expect(elementsOf(root, 'testcase').filter((one) => outcomes(one) > 1)).toEqual([])
  return root
}

const casesOf = (result: Result) =>
  elementsOf(suitesOf(result), 'testcase').map(({ attributes: { classname, name }, children }) => [
    classname,
    name,
    ...children.map((child) => child.name),
  ])

test.for(FIXTURES.filter((file) => !file.includes('.y')))(
  '%s: well-formed, and its numbers are right',
  async (file) => {
    suitesOf(resultOfPlan(await planOf(file), { command: 'lint', version: '1.2.3' }))
  },
)

test('the parser would object: a control character, an open element, an ampersand', () => {
  for (const xml of ['<a>\u0001</a>', '<a><b></a>', '<a>&</a>', '<a b="\ud800"/>', '<a>]]></a>'])
    expect(() => parseXml(xml)).toThrow()
})

describe('cases', () => {
  test('each finding that counts is one, of the class of its workload', () => {
    const findings = [
      findingOf(),
      findingOf({ id: 'sidecar-dies-first', about: 'proxy' }),
      findingOf({ id: 'prestop-missing', about: '40 s' }),
    ]
    expect(casesOf(resultOf([workloadWith(findings)]))).toEqual([
      // The order of ids; a number of seconds would be another test at every change.
      ['shop.Deployment/web', 'prestop-missing', 'failure'],
      ['shop.Deployment/web', 'readiness-probe-missing', 'failure'],
      ['shop.Deployment/web', 'sidecar-dies-first (proxy)', 'failure'],
    ])
  })

  test('two with one name would be one in GitLab: the second has a number', () => {
    const warnings = ['annotation a: ignored', 'annotation b: ignored']
    expect(
      casesOf(resultOf([workloadWith([], { warnings })], [PROBLEM, { ...PROBLEM, message: 'no list' }])),
    ).toEqual([
      ['(input).web.yaml', 'problem', 'error'],
      ['(input).web.yaml', 'problem #2', 'error'],
      ['shop.Deployment/web', 'unusable-annotation', 'failure'],
      ['shop.Deployment/web', 'unusable-annotation #2', 'failure'],
    ])
  })

  test('what is accepted is skipped; a workload in which nothing counts passes', () => {
    expect(casesOf(resultOf([workloadWith([findingOf(ACCEPTED)])]))).toEqual([
      ['shop.Deployment/web', 'no findings'],
      ['shop.Deployment/web', 'readiness-probe-missing', 'skipped'],
    ])
    expect(casesOf(resultOf([workloadWith([])]))).toEqual([['shop.Deployment/web', 'no findings']])
  })

  test('what is fixed, or information, stands in the output of one that passes', () => {
    const findings = [
      findingOf({ holds: 'before' }),
      findingOf({ id: 'single-replica', severity: 'information', message: 'one replica' }),
    ]
    const [output] = elementsOf(suitesOf(resultOf([workloadWith(findings)])), 'system-out')
    expect(output?.text.split('\n')).toEqual([
      'information: Deployment shop/web: one replica [single-replica]',
      'fixed: Deployment shop/web: no container has a readiness probe [readiness-probe-missing]',
    ])
  })

  test('of a running cluster it is not fixed yet', () => {
    const findings = [findingOf({ holds: 'before' })]
    expect(casesOf(resultOf([workloadWith(findings)], [], {}))).toEqual([
      ['shop.Deployment/web', 'readiness-probe-missing', 'failure'],
    ])
  })

  test('a failure: its type, what it is, what to do, the place and the page', () => {
    const position = { file: 'web.yaml', line: 7 }
    const finding = findingOf({ paste: 'readinessProbe:\n  httpGet: { port: 80 }' })
    const root = suitesOf(resultOf([workloadWith([finding], { position })]))
    const [failure] = elementsOf(root, 'failure')
    expect(failure?.attributes).toEqual({
      type: 'readiness-probe-missing',
      message: 'Deployment shop/web: no container has a readiness probe',
    })
    expect(failure?.text.split('\n')).toEqual([
      'warning: Deployment shop/web: no container has a readiness probe [readiness-probe-missing]',
      'To fix it: add a readinessProbe',
      'readinessProbe:',
      '  httpGet: { port: 80 }',
      'web.yaml:7',
      'https://github.com/slackwater/slackwater/blob/main/docs/findings/readiness-probe-missing.md',
    ])
    expect(elementsOf(root, 'testcase')[0]?.attributes).toMatchObject({ file: 'web.yaml', line: '7' })
  })
})

describe('suites', () => {
  const names = (result: Result) => suitesOf(result).children.map(({ attributes: { name } }) => name)

  test('one for each namespace, and for what has none', () => {
    const object = { kind: 'IngressClass', namespace: '', name: 'alb' }
    const notice = {
      what: 'notice',
      id: 'too-large',
      severity: 'warning',
      message: 'too large',
      object,
    } as const
    const workloads = [workloadWith([]), workloadWith([], { namespace: 'api' })]
    expect(names(resultOf(workloads, [notice, PROBLEM]))).toEqual([
      '(input)',
      '(no namespace)',
      'api',
      'shop',
    ])
  })

  test('for each cluster where there are several', () => {
    const of = (cluster: string) => workloadWith([], { cluster })
    expect(names(resultOf([of('b'), of('a')], [], {}))).toEqual(['a/shop', 'b/shop'])
  })

  test('input that could not be read is an error, not a failure', () => {
    expect(casesOf(resultOf([], [PROBLEM]))).toEqual([['(input).web.yaml', 'problem', 'error']])
  })

  test('nothing at all is a document', () => expect(suitesOf(resultOf([])).children).toEqual([]))
})

test.for([
  HOSTILE,
  ']]>',
  '<b>&amp;"\'',
  '\ud800',
  '\u0000\uffff\ufffe',
  'x'.repeat(250),
  '--> <!-- <![CDATA[ <?x',
])('whatever a text holds, it is text: %j', (text) => {
  const finding = findingOf({ ...ACCEPTED, message: text, about: text, action: text })
  const placed = { name: text, namespace: text, kind: text, position: { file: text, line: 1 }, cluster: text }
  const workloads = [finding, findingOf({ message: text, paste: text })].map((one) =>
    workloadWith([one], placed),
  )
  const root = suitesOf(resultOf(workloads, [{ ...PROBLEM, id: text, message: text, action: text }]))
  expect(elementsOf(root, 'failure')).toHaveLength(1)
  expect(elementsOf(root, 'skipped')).toHaveLength(1)
})
