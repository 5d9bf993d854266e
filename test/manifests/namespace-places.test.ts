import { describe, expect, test } from 'vitest'
import { namespacePlaces } from '../../src/manifests/namespace-places.ts'

/** @param trees kustomizations by folder. @param files what was read, and holds the workloads. */
function placed(trees: Readonly<Record<string, string>>, ...files: readonly string[]) {
  const kustomizations = Object.entries(trees).map(([folder, text]) => ({
    folder,
    file: `${folder}/kustomization.yaml`,
    text,
  }))
  const { listedBy, unclear } = namespacePlaces(kustomizations, files)({ namespace: 'quay', files })
  return unclear ?? listedBy.map(({ folder }) => folder)
}

const WEB = 'resources: [web.yaml]'

describe('beside the workloads', () => {
  test.for<[string, Readonly<Record<string, string>>, readonly string[], readonly string[]]>([
    ['one kustomization', { a: WEB }, ['a/web.yaml'], ['a']],
    ['none that lists it', { a: 'resources: []' }, ['a/web.yaml'], []],
    [
      'a base of two overlays: once for both',
      { base: WEB, dev: 'resources: [../base]', prod: 'bases: [../base/]' },
      ['base/web.yaml'],
      ['base'],
    ],
    [
      'two bases of one overlay: there, not in each',
      { a: WEB, b: WEB, all: 'resources: [../a, ../b]' },
      ['a/web.yaml', 'b/web.yaml'],
      ['all'],
    ],
    ['two that have nothing in common', { a: WEB, b: WEB }, ['a/web.yaml', 'b/web.yaml'], ['a', 'b']],
    ['it sets that very namespace', { a: `${WEB}\nnamespace: quay` }, ['a/web.yaml'], ['a']],
    [
      'a component',
      { part: `kind: Component\n${WEB}`, all: 'components: [../part]' },
      ['part/web.yaml'],
      ['part'],
    ],
  ])('%s', ([, trees, files, expected]) => expect(placed(trees, ...files)).toEqual(expected))
})

describe('where it is unclear, it is not listed', () => {
  test.for<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    [
      'a build has it twice: one base is also in a second overlay',
      { a: WEB, b: WEB, all: 'resources: [../a, ../b]', one: 'resources: [../a]' },
      ['a/web.yaml', 'b/web.yaml'],
      'a build of all would contain it twice',
    ],
    [
      'an overlay puts it elsewhere',
      { base: WEB, prod: 'namespace: prod\nresources: [../base]' },
      ['base/web.yaml'],
      'prod/kustomization.yaml sets the namespace prod',
    ],
    [
      'a URL may bring it',
      { a: 'resources: [web.yaml, "https://example.com/all.yaml"]' },
      ['a/web.yaml'],
      'a/kustomization.yaml includes what was not read (https://example.com/all.yaml)',
    ],
    [
      'a chart may bring it',
      { a: `${WEB}\nhelmCharts: [{ name: x }]` },
      ['a/web.yaml'],
      'a/kustomization.yaml includes what was not read (helmCharts)',
    ],
  ])('%s', ([, trees, files, expected]) => expect(placed(trees, ...files)).toBe(expected))
})

test('folders that include each other end', () => {
  expect(placed({ a: `resources: [web.yaml, ../b]`, b: 'resources: [../a]' }, 'a/web.yaml')).toEqual([])
})
