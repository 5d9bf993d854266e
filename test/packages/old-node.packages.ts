import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { cloned, typed } from './clone.ts'
import { nodeOf } from './node-versions.ts'

/** One sentence instead of a stack trace: where Node.js is too old, and where nothing is installed. */

/** The last that npm 11 runs with, and one that cannot read everything in the bundle. */
const OLD = '20.20.2'
const OLDER = '18.20.8'

const SENTENCE = (version: string): string =>
  `error: Slackwater needs Node.js 22.19 or newer; this is ${version}. `

describe.for([OLD, OLDER])('the published program with Node.js %s', (version) => {
  test.for(Object.values(packageJson.bin))('%s', (file) => {
    const node = nodeOf(version)
    const { stdout, stderr, status } = typed(`${node} ${file} lint -f x`, { cwd: process.cwd(), node })
    expect(stderr).toBe(
      `${SENTENCE(version)}Install a newer one, or let npm bring it: npx -p node@24 node ${path.resolve(file)}\n`,
    )
    expect(stdout).toBe('')
    // 1 would mean that there are findings.
    expect(status).toBe(2)
  })
})

describe(`a clone with Node.js ${OLD}, after npm ci --ignore-scripts`, () => {
  const clone = cloned()
  const run = (command: string) => typed(command, { cwd: clone, node: nodeOf(OLD) })
  /** Without what npm runs by itself. */
  const scripts = Object.keys(packageJson.scripts).filter((name) => !name.startsWith('prep'))

  beforeAll(() => {
    const { status, stderr } = run('npm ci --ignore-scripts --prefer-offline --no-audit --no-fund')
    if (status !== 0) throw new Error(stderr)
  })
  afterAll(() => rmSync(clone, { recursive: true }))

  const WAY_OUT = 'npm rebuild node --ignore-scripts=false'
  const ADVICE = `npm ci installs its own Node.js 24, unless install scripts are off. Run: ${WAY_OUT}\n`

  test.for(scripts)('npm run %s', (name) => {
    const { stdout, stderr, status } = run(`npm run --silent ${name}`)
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: `${SENTENCE(OLD)}${ADVICE}`, status: 2 })
  })

  test('npm pack: npm adds its own lines', () => {
    const { stderr, status } = run('npm pack')
    expect(stderr).toContain(`${SENTENCE(OLD)}${ADVICE}`)
    expect(status).not.toBe(0)
    expect(existsSync(path.join(clone, 'dist'))).toBe(false)
  })

  test('nothing is installed', () => {
    const [installed, away] = ['node_modules', 'away'].map((name) => path.join(clone, name))
    renameSync(String(installed), String(away))
    const { stderr, status } = run('npm run --silent slackwater -- audit')
    renameSync(String(away), String(installed))
    expect({ stderr, status }).toEqual({
      stderr: 'error: Nothing is installed yet. Run: npm ci\n',
      status: 2,
    })
  })

  test('after what the sentence says to run, it works', () => {
    expect(run(WAY_OUT).status).toBe(0)
    const { stdout } = run('npm run --silent slackwater -- --version')
    expect(stdout).toBe(`${packageJson.version}\n`)
  })
})

describe(`npx with Node.js ${OLD}`, () => {
  const clone = cloned()
  const run = (command: string) => typed(command, { cwd: path.join(clone, 'empty'), node: nodeOf(OLD) })
  const tarball = path.join(clone, `slackwater-${packageJson.version}.tgz`)

  beforeAll(() => {
    mkdirSync(path.join(clone, 'empty'))
    const { status, stderr } = typed(`npm pack --ignore-scripts --pack-destination ${clone}`, {
      cwd: process.cwd(),
      node: process.execPath,
    })
    if (status !== 0) throw new Error(stderr)
  })
  afterAll(() => rmSync(clone, { recursive: true }))

  test('ends with the sentence, below the warning of npm', () => {
    const { stderr, status } = run(`npx --yes --package ${tarball} slackwater audit`)
    expect(stderr).toMatch(/^npm warn EBADENGINE/)
    expect(stderr.trim().split('\n').at(-1)).toContain(SENTENCE(OLD))
    expect(status).toBe(2)
  })

  // Not a package by its name: until the first release, one of that name on npm is not ours.
  test('the way out that the sentence names works', () => {
    const { stderr } = run(`npx --yes --package ${tarball} slackwater audit`)
    const wayOut = /npx -p node@24 node \S+$/.exec(stderr.trim())?.[0] ?? 'none'
    const { stdout } = run(`${wayOut.replace('npx', 'npx --yes')} --version`)
    expect(stdout).toBe(`${packageJson.version}\n`)
  })
})
