import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { CONFIG, NODE_FLAGS } from '../e2e/cluster/slackwater-image.ts'

/** What the image carries for CI (`docker run --rm -i IMAGE plan -f -`), run as in a container that may write nothing. */

const root = mkdtempSync(path.join(tmpdir(), 'slackwater-image-'))
const work = path.join(root, 'work')
const node = path.join(root, 'node')

/** Who is root may write everywhere; the image's user is another one. */
const [uid, gid] = process.getuid?.() === 0 ? CONFIG.User.split(':').map(Number) : []

beforeAll(() => {
  execFileSync('sh', ['image/app.sh', root], {
    env: { ...process.env, SLACKWATER_BUILT: '1' },
    stdio: 'pipe',
  })
  // Its folder may be closed to other users, as those below /root are.
  copyFileSync(process.execPath, node)
  mkdirSync(work)
  for (const name of ['1-bookshop.yaml', '2-arcade.yaml'])
    copyFileSync(path.join('examples', name), path.join(work, name))
  for (const folder of [root, work]) chmodSync(folder, 0o555)
})

afterAll(() => {
  for (const folder of [root, work]) chmodSync(folder, 0o755)
  rmSync(root, { recursive: true })
})

function run(args: readonly string[], input = '') {
  const env = Object.fromEntries(CONFIG.Env.map((line) => line.split('=', 2)))
  const ran = spawnSync(node, [...NODE_FLAGS, path.join(root, 'app/dist/main.js'), ...args], {
    env,
    cwd: work,
    input,
    encoding: 'utf8',
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
  })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

/** What follows IMAGE where docs/ci.md shows the image; what reads a mounted folder read-only, and a pipe. */
const SHOWN = [
  ...readFileSync('docs/ci.md', 'utf8').matchAll(
    /^docker run --rm (?:-i|-v "\$PWD:\/work:ro" -w \/work) IMAGE (.*?)(?: [<>].*)?$/gm,
  ),
].map(([, args = '']) => args)

describe('the image, as its own user, with nothing but what image/app.sh put there', () => {
  test('has no packages beside the bundle', () => {
    expect(readdirSync(path.join(root, 'app')).sort()).toEqual(
      ['LICENSE', 'dist', 'docs', 'package.json', 'slackwater'].sort(),
    )
    expect(existsSync(path.join(root, 'node_modules'))).toBe(false)
  })

  test('docs/ci.md shows both', () => {
    expect(SHOWN).toEqual(expect.arrayContaining(['plan -f -', 'lint -f .']))
  })

  test.for(SHOWN)('%s, as docs/ci.md shows it', (args) => {
    const { code, out, err } = run(args.split(' '), readFileSync('examples/1-bookshop.yaml', 'utf8'))
    expect(err).toBe('')
    expect(out).toContain('storefront')
    // Findings of severity warning.
    expect(code).toBe(1)
  })

  test('plan -f -: a manifest from a pipe', () => {
    const { code, out, err } = run(['plan', '-f', '-'], readFileSync('examples/1-bookshop.yaml', 'utf8'))
    expect(err).toBe('')
    expect(out).toContain('inject: sleep 45 s, grace period 75 s')
    // Findings of severity warning.
    expect(code).toBe(1)
  })

  test('lint -f .: a folder that is mounted read-only', () => {
    const { code, out, err } = run(['lint', '-f', '.', '-o', 'json'])
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({ summary: { workloads: 2, problems: 0 } })
    expect(code).toBe(1)
  })

  test('explain prints the pages, and --version the version', () => {
    expect(run(['explain', 'prestop-missing']).out).toMatch(/^prestop-missing\n/)
    expect(run(['--version']).out).toBe(`${packageJson.version}\n`)
  })

  test('a file that its user may not write is named, and nothing is lost', () => {
    const file = path.join(work, '1-bookshop.yaml')
    chmodSync(file, 0o444)
    const { code, err } = run(['plan', '-f', '1-bookshop.yaml', '--in-place'])
    expect(code).toBe(2)
    expect(err).toMatch(/^error: .*1-bookshop\.yaml/m)
    expect(readFileSync(file, 'utf8')).toBe(readFileSync('examples/1-bookshop.yaml', 'utf8'))
  })
})
