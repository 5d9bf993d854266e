import { FINDINGS, type FindingId } from '../core/findings/catalogue.ts'
import { findingPage } from '../core/findings/page.ts'
import { compareText, type ObjectRef } from '../core/model/object-ref.ts'
import { given } from '../kubernetes/json.ts'
import type { Result, ResultWorkload } from '../result/result.ts'
import { type Statement, statementsOf } from '../result/statements.ts'
import { fileOf } from './file-names.ts'
import { topicOf } from './fingerprint.ts'
import { lineOf, placeText, sentenceOf } from './statement-lines.ts'
import { element, textElement } from './xml.ts'

/** A statement that counts or is accepted, or a workload in which nothing counts. */
interface TestCase {
  readonly suite: string
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped'
  readonly attributes: ReturnType<typeof attributesOf>
  /** What is in its element. */
  readonly children: readonly string[]
}

/**
 * A result as JUnit XML: a suite for each namespace, a class for each workload. A finding that counts is a test case of
 * its own, because CI systems show only the first failure of a test case (Jenkins, Azure Pipelines).
 */
export function junit(result: Result): string {
  const statements = statementsOf(result)
  const byPlace = Map.groupBy(statements, placeKey)
  const cases = numbered([
    ...result.workloads.flatMap((workload) => {
      const placed = placedAt(workload)
      return workloadCase(placed, byPlace.get(placeKey(placed)) ?? [])
    }),
    ...statements.flatMap(statementCase),
  ])
  const suites = [...Map.groupBy(cases, ({ suite }) => suite)].sort(([a], [b]) => compareText(a, b))
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    'testsuites',
    { name: `slackwater ${result.command}`, ...tally(cases) },
    suites.map(([name, own]) => suiteElement(name, own, result)),
  )}\n`
}

/** Of several test cases with one name GitLab shows one (docs.gitlab.com, Unit test reports): each further one has a number. */
function numbered(cases: readonly TestCase[]): readonly TestCase[] {
  const times = new Map<string, number>()
  return cases.map((one) => {
    const { classname, name } = one.attributes
    const key = JSON.stringify([classname, name])
    const time = (times.get(key) ?? 0) + 1
    times.set(key, time)
    return time === 1 ? one : { ...one, attributes: { ...one.attributes, name: `${name} #${time}` } }
  })
}

const suiteElement = (name: string, cases: readonly TestCase[], { command, version }: Result): string =>
  element('testsuite', { name, ...tally(cases) }, [
    element('properties', {}, [
      element('property', { name: 'slackwater.command', value: command }),
      element('property', { name: 'slackwater.version', value: version }),
    ]),
    ...cases.map(({ attributes, children }) => element('testcase', attributes, children)),
  ])

const tally = (cases: readonly TestCase[]) => {
  const of = (outcome: TestCase['outcome']): number => cases.filter((one) => one.outcome === outcome).length
  return { tests: cases.length, failures: of('failed'), errors: of('error'), skipped: of('skipped') }
}

type Placed = Pick<Statement, 'object' | 'cluster' | 'position'>

/** Of a namespace, with the cluster where there are several. What has no namespace is in a suite of its own. */
const suiteOf = ({ object, cluster }: Placed): string =>
  [cluster, object?.namespace === '' ? CLUSTER_WIDE : (object?.namespace ?? INPUT)]
    .filter((part) => part !== undefined)
    .join('/')

const CLUSTER_WIDE = '(no namespace)'
const INPUT = '(input)'

/** Jenkins takes what stands before the last dot for the package. */
const attributesOf = (placed: Placed, name: string) => ({
  classname: `${suiteOf(placed)}.${placed.object === undefined ? (placed.position?.file ?? 'slackwater') : shortRef(placed.object)}`,
  name,
  ...(placed.position && fileOf(placed.position)),
})

const shortRef = ({ kind, name }: ObjectRef): string => `${kind}/${name}`

const placedAt = ({ kind, namespace, name, position, cluster }: ResultWorkload): Placed => ({
  object: { kind, namespace, name },
  ...given('position', position),
  ...given('cluster', cluster),
})

const placeKey = ({ object, cluster, position }: Placed): string =>
  JSON.stringify([cluster, object?.kind, object?.namespace, object?.name, position?.file, position?.line])

/** A workload in which nothing counts passes; what else is said of it stands in its output. */
function workloadCase(placed: Placed, own: readonly Statement[]): readonly TestCase[] {
  if (own.some(({ counts }) => counts)) return []
  const lines = own.filter(({ state }) => state !== 'accepted').map(lineOf)
  const children = lines.length === 0 ? [] : [textElement('system-out', {}, lines)]
  const attributes = attributesOf(placed, 'no findings')
  return [{ suite: suiteOf(placed), outcome: 'passed', attributes, children }]
}

function statementCase(statement: Statement): readonly TestCase[] {
  const outcome = outcomeOf(statement)
  if (outcome === undefined) return []
  const { id, reason } = statement
  const topic = topicOf(statement)
  const attributes = attributesOf(statement, topic === undefined ? id : `${id} (${topic})`)
  const inside =
    outcome === 'skipped'
      ? element('skipped', { message: `accepted: ${reason ?? ''}` })
      : textElement(ELEMENTS[outcome], { type: id, message: sentenceOf(statement) }, bodyOf(statement))
  return [{ suite: suiteOf(statement), outcome, attributes, children: [inside] }]
}

const ELEMENTS = { failed: 'failure', error: 'error' } as const

/** Undefined: it is no test case. */
const outcomeOf = ({ what, state, counts }: Statement): keyof typeof ELEMENTS | 'skipped' | undefined => {
  if (state === 'accepted') return 'skipped'
  if (!counts) return undefined
  return what === 'problem' || what === 'missing' ? 'error' : 'failed'
}

function bodyOf(statement: Statement): readonly string[] {
  const { id, action, paste, position } = statement
  return [
    lineOf(statement),
    ...(action === undefined ? [] : [`To fix it: ${action}`]),
    ...(paste === undefined ? [] : paste.split('\n')),
    ...(position === undefined ? [] : [placeText(position)]),
    ...(isFinding(id) ? [findingPage(id)] : []),
  ]
}

const isFinding = (id: string): id is FindingId => Object.hasOwn(FINDINGS, id)
