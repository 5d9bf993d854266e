import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/plan/plan.ts'
import { drawDiff } from '../../src/render/diff.ts'
import { paperOf } from '../../src/render/paint.ts'
import { planText } from '../../src/render/plan-text.ts'
import { FIXTURES, planOf, planOfText } from './fixture-plans.ts'
import { shop } from './manifests.ts'

/** A path of a file, alone on its line: it stays whole. */
const PATH = /^\s*(?:[✗!·] )?\(?\S+\.(?:ya?ml|json)\S*$/

/** As a terminal counts: these tests use no other wide or combining characters. */
const columnsIn = (line: string): number =>
  [...line].reduce(
    (sum, one) => sum + (/[\p{Script=Han}\p{Script=Hangul}🚢]/u.test(one) ? 2 : one === '\u0301' ? 0 : 1),
    0,
  )

/** Each fixture's, made once. */
const plans = await Promise.all(FIXTURES.map(async (file) => ({ file, plan: await planOf(file) })))

function wideLines(plan: Plan, width: number, details: boolean): readonly string[] {
  const paper = { ...paperOf({ width, color: false }), details }
  const diffs = new Set(plan.objects.flatMap((object) => drawDiff(object, paper)))
  return planText(plan, paper)
    .split('\n')
    .filter((line) => columnsIn(line) > width && !diffs.has(line) && !PATH.test(line))
}

const FORMS = [60, 80, 120].flatMap((width) => [false, true].map((details) => ({ width, details })))

/** Finding lines of one block: the mark, and what is wrapped below it. */
function findingsIn(block: string): readonly string[] {
  return block
    .split(/\n(?= {2}(?:[✗!·✓] ))/)
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => /^[✗!·✓] /.test(text))
}

describe('over all fixtures', () => {
  test('there are some', () => {
    expect(FIXTURES.length).toBeGreaterThan(200)
  })

  test.for(FORMS)(
    'no line is wider than $width columns but paths and diffs, details $details',
    ({ width, details }) => {
      for (const { file, plan } of plans) expect(wideLines(plan, width, details), file).toEqual([])
    },
  )

  test('no finding stands twice: in a summary at all, in the details of one workload', () => {
    for (const { file, plan } of plans) {
      for (const details of [false, true]) {
        const text = planText(plan, { ...paperOf({ width: 80, color: false }), details })
        for (const block of text.split('\n\n')) {
          const lines = findingsIn(block)
          expect(new Set(lines).size, `${file}: ${lines.join(' | ')}`).toBe(lines.length)
        }
      }
    }
  })
})

describe('names that nobody would choose', () => {
  const named = (name: string): string =>
    shop({ label: '' })
      .replaceAll('name: web', `name: ${JSON.stringify(name)}`)
      .replaceAll('shop', JSON.stringify(name))
      .replaceAll('namespace: ""', 'namespace: "')

  test.for([
    ['of 250 letters', 'a'.repeat(250)],
    ['of 250 wide letters', '港'.repeat(250)],
    ['of emoji', '🚢'.repeat(100)],
    ['of combined letters', 'e\u0301'.repeat(200)],
    ['with escapes', '\u001b[2J\u001b[31m'.repeat(30)],
    ['from right to left', '\u202eשלום'.repeat(30)],
    ['with dots and slashes', 'a/b.c'.repeat(50)],
  ])('%s', ([, name = '']) => {
    const texts = [named(name), [named(name), named(`${name}2`), shop()].join('---\n')]
    for (const text of texts) {
      const plan = planOfText(text)
      expect(plan.objects.length).toBeGreaterThan(0)
      for (const { width, details } of FORMS) expect(wideLines(plan, width, details)).toEqual([])
    }
  })
})
