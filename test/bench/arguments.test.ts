import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { askedOf, checkoutAt } from '../../bench/arguments.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const NAMES = ['decision', 'http']

test('without arguments: the default sections, five rounds, the table', () => {
  expect(askedOf([], NAMES)).toEqual({ sections: [], json: false, isLong: false, rounds: 5, help: false })
})

test('sections and options are read in any order', () => {
  const asked = askedOf(['http', '--json', '--rounds', '7', '--long'], NAMES)
  expect(asked).toEqual({ sections: ['http'], json: true, isLong: true, rounds: 7, help: false })
})

test('a section that does not exist is refused with those that do, and so are senseless rounds', () => {
  expect(() => askedOf(['htpt'], NAMES)).toThrow('no section "htpt": there are decision, http')
  for (const rounds of ['0', '1.5', 'many', '101'])
    expect(() => askedOf(['--rounds', rounds], NAMES)).toThrow('a whole number from 1 to 100')
})

test('another checkout must exist, be one, have its packages and be built: each is told apart', () => {
  expect(() => checkoutAt(path.join(folder, 'nowhere'))).toThrow('there is no such folder')
  expect(() => checkoutAt(folder)).toThrow('not a checkout of Slackwater')
  mkdirSync(path.join(folder, 'src/assessment'), { recursive: true })
  writeFileSync(path.join(folder, 'src/assessment/assess.ts'), '')
  expect(() => checkoutAt(folder)).toThrow('run "npm ci" there')
  mkdirSync(path.join(folder, 'node_modules'))
  expect(() => checkoutAt(folder)).toThrow('run "npm run build" there')
  mkdirSync(path.join(folder, 'dist'))
  writeFileSync(path.join(folder, 'dist/main.js'), '')
  expect(checkoutAt(folder)).toBe(folder)
})

test('the command ends with a sentence and code 2, before anything is measured', () => {
  const args = ['bench/index.ts', '--against', path.join(folder, 'nowhere')]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toBe(`bench: ${path.join(folder, 'nowhere')}: there is no such folder\n`)
})
