import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** What npm runs by itself after `npm ci`, with an npm that notes how it is called. The real one: npm.packages.ts. */

let folder = ''
const at = (name: string): string => path.join(folder, name)

beforeEach(() => {
  // A path with spaces, as on many a Mac.
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'slackwater-prepare-')), 'my clone')
  for (const name of ['scripts', 'dist', 'node_modules/rolldown']) mkdirSync(at(name), { recursive: true })
  cpSync('scripts/prepare.cjs', at('scripts/prepare.cjs'))
  // Of the sources before a `git pull`.
  writeFileSync(at('dist/main.js'), '')
  const note = `require('node:fs').appendFileSync(${JSON.stringify(at('calls'))}, process.argv.slice(2).join(' ') + '\\n')`
  writeFileSync(at('npm.cjs'), note)
})
afterEach(() => rmSync(path.dirname(folder), { recursive: true }))

function prepared(command: string): readonly string[] {
  const { status, stderr } = spawnSync(process.execPath, [at('scripts/prepare.cjs')], {
    encoding: 'utf8',
    env: { npm_execpath: at('npm.cjs'), npm_command: command },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : []
}

test.for(['ci', 'install', 'run-script'])('npm %s builds, whatever is there', (command) => {
  expect(prepared(command)).toEqual(['run --silent build'])
})

test.for(['pack', 'publish'])('npm %s does not build a second time', (command) => {
  expect(prepared(command)).toEqual([])
})

test('without the packages that the build needs it installs them first', () => {
  rmSync(at('node_modules'), { recursive: true })
  const [first, ...then] = prepared('install')
  expect(first).toMatch(/^ci --ignore-scripts --include=dev /)
  expect(then).toEqual(['run --silent build'])
})
