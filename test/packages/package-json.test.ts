import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }

/** What registries and npm read of package.json. */

test('npm installs nothing beside it, and runs nothing when it installs it', () => {
  expect(Object.keys(packageJson).filter((key) => /dependencies$/i.test(key))).toEqual(['devDependencies'])
  const atInstall = ['preinstall', 'install', 'postinstall']
  expect(Object.keys(packageJson.scripts).filter((name) => atInstall.includes(name))).toEqual([])
})

test('npm pack bundles the program before it packs it, and prints only what it packed', () => {
  expect(packageJson.files).toContain('dist')
  expect(packageJson.scripts.prepack).toMatch(/ build >&2$/)
})

test('registries show where it comes from; links of the README are relative to that', () => {
  const home = 'https://github.com/slackwater/slackwater'
  expect(packageJson).toMatchObject({
    homepage: home,
    repository: { type: 'git', url: `git+${home}.git` },
    bugs: { url: `${home}/issues` },
    publishConfig: { access: 'public', provenance: true },
  })
  expect(packageJson.keywords).toEqual(expect.arrayContaining(['kubernetes', 'eks', 'admission-webhook']))
  expect(new Set(packageJson.keywords).size).toBe(packageJson.keywords.length)
})

test('npm finds nothing to correct in it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-test-'))
  copyFileSync('package.json', path.join(folder, 'package.json'))
  execFileSync('npm', ['pkg', 'fix'], { cwd: folder, stdio: 'pipe' })
  expect(readFileSync(path.join(folder, 'package.json'), 'utf8')).toBe(readFileSync('package.json', 'utf8'))
  rmSync(folder, { recursive: true })
})

/** `22.19` of `>=22.19`. */
const needed = packageJson.engines.node.replace('>=', '')

test('the program refuses what is older than `engines`', () => {
  const main = readFileSync('src/main.ts', 'utf8')
  const [, major, minor] = /major < (\d+) \|\| \(major === \1 && minor < (\d+)\)/.exec(main) ?? []
  expect(`${major}.${minor}`).toBe(needed)
  expect(main).toContain(`Slackwater needs Node.js ${needed} or newer; this is `)
})

test('every script says what is not installed before anything else', () => {
  // What npm runs by itself, rather than people.
  const scripts = Object.entries(packageJson.scripts).filter(([name]) => !name.startsWith('prep'))
  const first =
    /^(?:test -n "\$SLACKWATER_BUILT" \|\| npm run --silent build(?: >&2)? && )?node (?:-r \.\/)?scripts\/installed\.cjs /
  expect(scripts.filter(([, script]) => !first.test(script))).toEqual([])
  expect(packageJson.scripts.prepack).toMatch(/^npm run --silent build/)
})
