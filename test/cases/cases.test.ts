import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { assess } from '../../src/assessment/assess.ts'
import { knownFrom } from '../../src/inventory/from-manifests.ts'
import { planExitCode } from '../../src/judgement/exit-code.ts'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import { effective } from '../../src/manifests/effective.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { type Plan, type PlannedObject, planManifests } from '../../src/plan/plan.ts'
import { summarize } from '../../src/plan/summary.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import type { Template } from '../plan/pods.ts'
import { CASES, type ExpectedCase, PODS } from './expected.ts'

/** Each situation is planned alone, as a user does who has only that file. */
const folder = process.env['SLACKWATER_CASES']

const read = (file: string) =>
  readManifests([{ name: file, text: readFileSync(path.join(folder ?? '', file), 'utf8') }])

const planned = (file: string) =>
  planManifests({ manifests: read(file), settings: DEFAULT_SETTINGS, namespace: 'default' })

/** The name alone, if it is the only one of its name. */
function nameOf({ decision }: PlannedObject, { objects }: Plan): string {
  const { kind, name } = decision.subject.ref
  const same = objects.filter((one) => one.decision.subject.ref.name === name)
  return same.length === 1 ? name : `${kind} ${name}`
}

function workloadsIn(plan: Plan): ExpectedCase['workloads'] {
  const told = plan.objects.map(({ decision: { verdict }, ending }, index) => {
    const object = plan.objects[index]
    const row = ending === undefined ? { verdict } : { verdict, ending: [ending.sigterm, ending.sigkill] }
    return [object === undefined ? '' : nameOf(object, plan), row] as const
  })
  return Object.fromEntries(told) as ExpectedCase['workloads']
}

const toldIn = ({ objects, notices }: Plan) => [
  ...objects.flatMap(({ findings }) => findings.filter(({ holds }) => holds !== 'before')),
  ...notices,
]

describe.for(folder === undefined ? [] : CASES)('$file', (expected) => {
  const plan = planned(expected.file)

  test('ends as its table says', () => expect(workloadsIn(plan)).toEqual(expected.workloads))

  test('warns of what stays, and of nothing else', () => {
    const told = toldIn(plan)
    const warnings = told.filter(({ severity }) => severity !== 'information').map(({ id }) => id)
    expect(warnings.toSorted()).toEqual(expected.warnings.toSorted())
    expect(told.map(({ id }) => id)).toEqual(expect.arrayContaining([...expected.information]))
    const judged = { ...summarize(plan), problems: plan.problems.length }
    const code = planExitCode(judged, { failOn: 'warning', changesCount: false })
    expect(code).toBe(expected.code)
  })

  test('labels the namespaces that it should', () => {
    if (expected.labelled === undefined) return
    const labelled = plan.namespaces.filter(({ action }) => action === 'add').map(({ name }) => name)
    expect(labelled).toEqual(expected.labelled)
  })
})

describe.for(folder === undefined ? [] : PODS)('the Pod %s beside %s', ([pod, beside, sleep, grace]) => {
  test('gets its hook at creation', () => {
    const { objects } = effective(read(`field/${beside}.yaml`).objects)
    const { inventory } = knownFrom({ objects, settings: DEFAULT_SETTINGS, namespace: 'default' })
    const file = path.join(folder ?? '', `field/pods/${pod}.yaml`)
    const [raw] = readManifests([
      { name: pod, text: readFileSync(file, 'utf8').replace('generateName', 'name') },
    ]).objects
    const assessment = assess(
      { what: 'pod', raw: raw?.raw, namespace: raw?.namespace ?? '', fromFile: false },
      { inventory, settings: DEFAULT_SETTINGS },
    )
    const { spec } = applyToCopy(raw?.raw, assessment.readable ? assessment.operations : []) as Template
    const [container] = spec.containers
    expect([container?.lifecycle?.preStop, spec.terminationGracePeriodSeconds]).toEqual([
      { sleep: { seconds: sleep } },
      grace,
    ])
  })
})

/** Pieces of a situation that no row plans alone, or that are shell scripts. */
const BESIDE = /^field\/pods\/|\.sh$/

test('each situation has one row', () => {
  const files = CASES.map(({ file }) => file)
  expect(new Set(files).size).toBe(files.length)
  if (folder === undefined) return
  const there = ['field', 'corpus'].flatMap((part) =>
    readdirSync(path.join(folder, part), { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(part, name))
      .filter((name) => /\.\w+$/.test(name) && !BESIDE.test(name)),
  )
  expect(there.toSorted()).toEqual(files.toSorted())
  expect(existsSync(path.join(folder, 'field/pods'))).toBe(true)
})
