import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { FindingId } from '../../src/core/findings/catalogue.ts'
import type { Finding } from '../../src/core/findings/finding.ts'
import type { Plan, PlannedObject } from '../../src/plan/plan.ts'
import { FIXTURES, planOf, planOfText } from '../cli/fixture-plans.ts'
import { settingsWith } from '../core/exposures.ts'
import { applyPaste } from './apply-paste.ts'
import { cutIn } from './cut-lines.ts'
import { PASTE_CASES } from './paste-cases.ts'

/** The fix that a finding gives to paste ends the finding, and its page shows the same one. */

/** Their pastes are not for manifests that a plan reads: a Pod that runs, the arguments of cluster-autoscaler. */
const isForManifests = ({ paste = '' }: Finding): boolean => !/^kubectl describe|^# an argument/.test(paste)

const key = ({ decision }: PlannedObject): string => JSON.stringify(decision.subject.ref)

const countOf = (plan: Plan, object: PlannedObject, id: FindingId): number =>
  plan.objects
    .filter((one) => key(one) === key(object))
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.id === id).length

const textOf = (objects: readonly unknown[]): string => objects.map((one) => stringify(one)).join('---\n')

interface Cure {
  readonly object: PlannedObject
  readonly finding: Finding & { readonly paste: string }
}

const curesIn = (plan: Plan): readonly Cure[] =>
  plan.objects.flatMap((object) =>
    object.findings.flatMap((finding) =>
      finding.paste !== undefined && isForManifests(finding)
        ? [{ object, finding: { ...finding, paste: finding.paste } }]
        : [],
    ),
  )

/** What stays or comes although somebody pasted what the finding gives. */
function uncured(plan: Plan, { object, finding }: Cure, settings = settingsWith()): readonly string[] {
  const before = planOfText(textOf(plan.manifests.map(({ raw }) => raw)), settings)
  const raws = plan.manifests.map(({ raw }) => raw)
  const after = planOfText(textOf(applyPaste(raws, finding.paste, object.manifest.raw)), settings)
  const { id } = finding
  const had = countOf(before, object, id)
  const has = countOf(after, object, id)
  const grave = (plan: Plan) =>
    plan.objects
      .filter((one) => key(one) === key(object))
      .flatMap(({ findings }) => findings)
      .filter(({ severity, holds }) => severity !== 'information' && holds !== 'before')
  const known = new Set(grave(before).map((one) => one.id))
  // What it states of requests and delays may well show that more is amiss; a hook must bring nothing of the kind.
  const isHook = /lifecycle:|terminationGracePeriodSeconds:/.test(finding.paste)
  const brought = isHook ? grave(after).filter((one) => !known.has(one.id)) : []
  const problems = after.problems.slice(before.problems.length).map((problem) => JSON.stringify(problem))
  return [
    ...problems,
    ...brought.map(({ message }) => `${id} brings: ${message}\n${finding.paste}`),
    ...(has < had ? [] : [`${id} stays: ${finding.message}\n${finding.paste}`]),
  ]
}

const pageOf = (id: FindingId): string => readFileSync(`docs/findings/${id}.md`, 'utf8')

describe('each paste ends its finding, and stands on the page of the finding', () => {
  test.for(PASTE_CASES.map(([id, text], at) => [id, at, text] as const))('%s %i', ([id, , text]) => {
    const plan = planOfText(text, settingsWith())
    expect(plan.problems).toEqual([])
    const cures = curesIn(plan).filter(({ finding }) => finding.id === id)
    const others = plan.objects.flatMap(({ findings }) => findings.filter((finding) => finding.id === id))
    expect(others.map(({ paste }) => typeof paste)).toEqual(['string'])
    expect(cures.flatMap((cure) => uncured(plan, cure))).toEqual([])
  })

  test.for([...new Set(PASTE_CASES.map(([id]) => id))])(
    'the page of %s shows the paste of the first case',
    (id) => {
      const [, text = ''] = PASTE_CASES.find(([one]) => one === id) ?? []
      const found = planOfText(text, settingsWith()).objects.flatMap(({ findings }) => findings)
      const { paste = '' } = found.find((finding) => finding.id === id) ?? {}
      const [, todo = ''] = pageOf(id).split('## What to do\n')
      expect(todo).toMatch(/^```/m)
      expect(todo).toContain(`\n${paste}\n\`\`\``)
    },
  )
})

/** Files for themselves: of a folder only the plans of all files together are another. */
const FILES = FIXTURES.filter((file) => /\.ya?ml$/.test(file))
/** A plan takes its time: of each finding so many are cured. */
const MOST_OF_EACH = 15

test('over all fixtures a paste ends its finding, and its line is not cut', async () => {
  const done = new Map<FindingId, number>()
  const left: string[] = []
  for (const file of FILES) {
    const plan = await planOf(file, settingsWith())
    left.push(...cutIn(plan.objects.flatMap(({ findings }) => findings)))
    for (const cure of curesIn(plan)) {
      const times = done.get(cure.finding.id) ?? 0
      if (times >= MOST_OF_EACH) continue
      done.set(cure.finding.id, times + 1)
      left.push(...uncured(plan, cure).map((text) => `${file}: ${text}`))
    }
  }
  expect(left).toEqual([])
  expect(done.size).toBeGreaterThanOrEqual(10)
})
