import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { paperOf } from '../../src/render/paint.ts'
import { planText } from '../../src/render/plan-text.ts'
import { planOfText } from '../cli/fixture-plans.ts'
import { settingsWith } from '../core/exposures.ts'
import { OTHER_CASES, PASTE_CASES } from './paste-cases.ts'

/** What to do and what to paste, below a warning in the text of one workload. */

const caseOf = (wanted: string, at = 0): string =>
  [...PASTE_CASES, ...OTHER_CASES].filter(([id]) => id === wanted)[at]?.[1] ?? ''

function textOf(manifests: string, details = true): string {
  const paper = { ...paperOf({ width: 80, color: false }), details }
  return planText(planOfText(manifests, settingsWith()), paper)
}

/** The lines behind `fix:` that stand further in. */
function pasted(text: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.includes('fix: '))
  const indent = (lines[start]?.indexOf('fix: ') ?? 0) + 2
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => !line.startsWith(' '.repeat(indent)))
  return rest
    .slice(0, end)
    .map((line) => line.slice(indent))
    .join('\n')
}

test('a warning that stays is followed by its fix, line by line', () => {
  const text = textOf(caseOf('prestop-too-short'))
  expect(text).toContain('fix: raise it, or delete the hook\n')
  // S 45, and 45 + 30 − 5: what the container had after its own hook.
  expect(parse(pasted(text))).toEqual({
    spec: {
      template: {
        spec: {
          terminationGracePeriodSeconds: 70,
          containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: 45 } } } }],
        },
      },
    },
  })
})

test('without a paste, the action alone', () => {
  expect(textOf(caseOf('readiness-probe-missing'))).toContain('fix: add a readinessProbe\n')
})

test('not where the change fixes it, nor for information', () => {
  expect(textOf(caseOf('prestop-missing'))).not.toContain('fix: ')
  expect(textOf(caseOf('single-replica'))).not.toContain('fix: ')
})

test('a summary of several stays short', () => {
  const both = `${caseOf('prestop-too-short')}---\n${caseOf('prestop-too-short').replaceAll(/\bweb\b/g, 'other')}`
  expect(textOf(both, false)).not.toContain('fix: ')
  expect(textOf(both)).toContain('fix: ')
})

test('a container whose name has lines and escape sequences adds none', () => {
  const name = JSON.stringify('a\nspec: x\u001b[31m')
  const text = textOf(caseOf('prestop-too-short').replaceAll('name: app\n', `name: ${name}\n`))
  expect(text).not.toContain('\u001b')
  expect(parse(pasted(text)).spec.template.spec.containers[0].name).toBe('a\nspec: x\u001b[31m')
})
