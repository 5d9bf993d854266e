import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { cloned, typed } from './clone.ts'
import { nodeOf } from './node-versions.ts'

/** `npm pack` of a clean clone, and what it packed, installed where no other package can be had. */

const clone = cloned()
const prefix = mkdtempSync(path.join(tmpdir(), 'slackwater-prefix-'))
const tarball = path.join(prefix, `slackwater-${packageJson.version}.tgz`)
/** No package is in it, and no registry is asked. */
const OFFLINE = `--offline --cache ${path.join(prefix, 'cache')}`

interface Packed {
  /** Bytes. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

let packed: Packed

beforeAll(() => {
  symlinkSync(path.resolve('node_modules'), path.join(clone, 'node_modules'))
  const { stdout, stderr, status } = typed(`npm pack --json --pack-destination ${prefix}`, {
    cwd: clone,
    node: process.execPath,
  })
  if (status !== 0) throw new Error(stderr)
  packed = JSON.parse(stdout)[0]
  mkdirSync(path.join(prefix, 'empty'))
})

afterAll(() => {
  for (const folder of [clone, prefix]) rmSync(folder, { recursive: true })
})

describe('npm pack of a clean clone', () => {
  test('has the built program, its pages and notices, and no sources', () => {
    const files = packed.files.map((file) => file.path)
    for (const file of Object.values(packageJson.bin)) expect(files).toContain(file)
    for (const file of ['dist/THIRD_PARTY_NOTICES.txt', 'docs/findings/prestop-missing.md', 'LICENSE'])
      expect(files).toContain(file)
    expect(files.filter((file) => /\.ts$|^(?:src|test|bench|scripts)\//.test(file))).toEqual([])
  })

  test('takes at most 2.5 MB, and installed 12 MB', () => {
    expect(packed.size).toBeLessThanOrEqual(2.5e6)
    expect(packed.unpackedSize).toBeLessThanOrEqual(12e6)
    expect(packed.unpackedSize).toBeGreaterThan(1e6)
  })

  // Without scripts, as docs/first-hour.md has it: npm warns of `prepare` in an archive, which it runs for git only.
  test('installs without any other package, and without a script', () => {
    const command = `npm install --ignore-scripts --prefix ${prefix} ${OFFLINE} ${tarball}`
    const { status, stderr } = typed(command, { cwd: prefix, node: process.execPath })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(readdirSync(path.join(prefix, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'slackwater',
    ])
  })
})

/** What `engines` allows at least, and what the image has. */
const VERSIONS = [`${packageJson.engines.node.replace('>=', '')}.0`, process.versions.node]

describe.for(VERSIONS)('with Node.js %s', (version) => {
  const run = (command: string) =>
    typed(command, {
      cwd: path.join(prefix, 'empty'),
      node: version === process.versions.node ? process.execPath : nodeOf(version),
      env: {
        BIN: path.join(prefix, 'node_modules/.bin'),
        PACKAGE: path.join(prefix, 'node_modules/slackwater'),
      },
    })

  test('npx runs it from the tarball', () => {
    const { stdout, stderr } = run(`npx --yes ${OFFLINE} --package ${tarball} slackwater --version`)
    expect({ stdout, stderr }).toEqual({ stdout: `${packageJson.version}\n`, stderr: '' })
  })

  test.for([
    ['slackwater --version', 0, packageJson.version],
    ['slackwater plan -f $PACKAGE/examples', 1, '57 objects read, 13 workloads: 9 would change'],
    ['slackwater plan -f - <$PACKAGE/examples/1-bookshop.yaml', 1, 'inject: sleep 45 s, grace period 75 s'],
    ['slackwater lint -f $PACKAGE/examples/2-arcade.yaml -o github', 1, '::warning file='],
    ['slackwater explain prestop-missing', 0, 'prestop-missing\n'],
    ['slackwater explain deploy/storefront -f $PACKAGE/examples', 1, 'Deployment bookshop/storefront'],
    ['kubectl-slackwater --help', 0, 'Usage: kubectl slackwater '],
    ['kubectl_complete-slackwater explain prestop-m', 0, 'prestop-missing\t'],
  ] as const)('%s', ([command, code, words]) => {
    const { stdout, stderr, status } = run(`$BIN/${command}`)
    expect(stderr).toBe('')
    expect(stdout).toContain(words)
    expect(status).toBe(code)
  })
})
