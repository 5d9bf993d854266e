import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { type BundledPackage, bundledPackages } from '../scripts/notices/bundled.ts'
import { ALLOWED, noticesOf } from '../scripts/notices/notices.ts'
import { WITHOUT_FILE } from '../scripts/notices/stated.ts'
import { importedPackages } from './imported-packages.ts'

/** What is bundled goes out with its notices. The build itself fails where one is missing. */

const ROOT = path.resolve(import.meta.dirname, '..')
const built = readFileSync('dist/THIRD_PARTY_NOTICES.txt', 'utf8')

/** `name version: license`, as the list at its beginning has them. */
const listed = new Map(
  [...built.matchAll(/^- ((?:@[a-z0-9-]+\/)?[a-z0-9.-]+)(?: \S+)?: (\S+)$/gm)].map(([, name, license]) => [
    name,
    license,
  ]),
)

describe('the notices of the bundle', () => {
  test('name every dependency of the program', () => {
    expect(importedPackages().filter((name) => !listed.has(name))).toEqual([])
    expect(importedPackages()).toContain('fastify')
  })

  test('name what no module tells of: the bundler’s own code, and what packages carry within', () => {
    for (const name of ['rolldown', 'jsep']) expect(listed.get(name)).toBe('MIT')
  })

  test('have a text for each', () => {
    const [, ...sections] = built.split(/^={100}\n/m)
    expect(sections.length).toBe(listed.size + countOfSecondVersions(sections))
    for (const section of sections) expect(section.length).toBeGreaterThan(300)
  })

  test('say where those of the image’s base are', () => {
    const [, base = ''] = /^FROM (gcr\.io\/\S+?):/m.exec(readFileSync('Dockerfile', 'utf8')) ?? []
    expect(built).toContain(`(${base})`)
    expect(built).toContain('/nodejs/LICENSE')
    expect(built).toContain('/usr/share/doc/*/copyright')
  })

  test('state nothing for a package that is not in them', () => {
    const stated = WITHOUT_FILE.map(({ name }) => name)
    expect(stated.filter((name) => !listed.has(name))).toEqual([])
  })

  test('go out with the program', () => {
    expect(packageJson.files).toContain('dist')
    expect(readFileSync('image/app.sh', 'utf8')).toMatch(/^cp -R dist /m)
  })
})

/** Two versions of one package have a section each. */
const countOfSecondVersions = (sections: readonly string[]): number => {
  const names = sections.map((section) => section.slice(0, section.indexOf(' ')))
  return names.length - new Set(names).size
}

const onePackage = (changes: Partial<BundledPackage> = {}): BundledPackage => ({
  name: 'a',
  version: '1.0.0',
  license: 'MIT',
  texts: new Map([['LICENSE', 'the terms']]),
  ...changes,
})

describe('a package is refused', () => {
  const cases: readonly (readonly [string, Partial<BundledPackage>, string])[] = [
    ['with a license that asks for more', { license: 'GPL-3.0-only' }, 'GPL-3.0-only, which is not allowed'],
    ['without a license', { license: '' }, 'of nobody knows'],
    ['without a text', { texts: new Map() }, 'a@1.0.0 has no file of its terms'],
    [
      'whose stated terms are others by now',
      { name: 'abstract-logging', license: 'ISC', texts: new Map() },
      'has the license ISC, and MIT is stated',
    ],
  ]

  test.for(cases)('%s', ([, changes, words]) => {
    expect(() => noticesOf([onePackage(), onePackage(changes)])).toThrow(words)
  })

  test('a choice of licenses is none of the list: somebody must choose', () => {
    expect(ALLOWED.has('MIT OR GPL-2.0-only')).toBe(false)
  })
})

describe('the packages of modules', () => {
  const module = (file: string) => path.join(ROOT, 'node_modules', file)

  test('are those around them, each once, without the project itself', () => {
    const modules = [path.join(ROOT, 'src/main.ts'), module('yaml/dist/index.js'), module('yaml/dist/cst.js')]
    expect(bundledPackages(modules, ROOT).map(({ name }) => name)).toEqual(['yaml'])
  })

  test('a package within a package is its own', () => {
    const [found] = bundledPackages([module('tsyringe/node_modules/tslib/tslib.js')], ROOT)
    expect(found?.version).toMatch(/^1\./)
  })

  test('a module of nobody is refused', () => {
    expect(() => bundledPackages(['virtual:something'], ROOT)).toThrow('belongs to no package')
  })
})

test('a text is the same whatever machine has packed it', () => {
  const texts = (text: string) => new Map([['LICENSE', text]])
  expect(noticesOf([onePackage({ texts: texts('one  \r\ntwo\r\n\r\n') })])).toBe(
    noticesOf([onePackage({ texts: texts('one\ntwo\n') })]),
  )
})
