import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/**
 * renovate.json against what it is about. Its options themselves: `npx --package renovate -- renovate-config-validator
 * --strict --no-global`, which needs 600 packages and is not run here.
 */

interface Manager {
  readonly managerFilePatterns: readonly string[]
  readonly matchStrings: readonly string[]
  readonly depNameTemplate?: string
}
interface PackageRule {
  readonly description: string
  readonly matchPackageNames?: readonly string[]
}

const read = (file: string): string => readFileSync(file, 'utf8')
const config: { readonly customManagers: readonly Manager[]; readonly packageRules: readonly PackageRule[] } =
  JSON.parse(read('renovate.json'))

const NODE = 'scripts/executable/node-version'
const files = [...globSync('test/**/*.ts'), NODE, '.ci/run']
const textsOf = ({ managerFilePatterns }: Manager): readonly string[] =>
  managerFilePatterns.flatMap((pattern) =>
    files.filter((file) => new RegExp(pattern.slice(1, -1)).test(file)).map(read),
  )

/** What a manager finds: a name and a version. */
const foundBy = (manager: Manager): readonly (readonly [name: string, version: string])[] =>
  textsOf(manager).flatMap((text) =>
    manager.matchStrings.flatMap((one) =>
      [...text.matchAll(new RegExp(one, 'g'))].map(
        ({ groups }) =>
          [groups?.['depName'] ?? manager.depNameTemplate ?? '', groups?.['currentValue'] ?? ''] as const,
      ),
    ),
  )

describe('versions that only a manager of its own finds', () => {
  test.for(config.customManagers)('$matchStrings finds some', (manager) => {
    expect(foundBy(manager).length).toBeGreaterThan(0)
  })

  test('none is overlooked', () => {
    const found = config.customManagers.flatMap(foundBy).map(([, version]) => version)
    const tools = [...read('test/e2e/cluster/tools.ts').matchAll(/\bversion: '(v[\d.]+)'/g)].map(
      ([, one = '']) => one,
    )
    const parts = [...read('test/e2e/cluster/parts.ts').matchAll(/^const [A-Z0-9]+ = '([\d.]+)'$/gm)].map(
      ([, one = '']) => one,
    )
    const steps = [...read('.ci/run').matchAll(/^[A-Z]+=([\d.]+)$/gm)].map(([, one = '']) => one)
    expect(tools.length).toBeGreaterThan(2)
    expect(found.toSorted()).toEqual([...tools, ...parts, ...steps, read(NODE).trim()].toSorted())
  })
})

describe('rules', () => {
  /** The packages of a table of docs/dependencies.md, which test/docs.test.ts holds to package.json. */
  const listed = (heading: string): readonly string[] => {
    const section = read('docs/dependencies.md')
      .split(/^## /m)
      .find((one) => one.startsWith(`${heading}\n`))
    return [...(section ?? '').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name)
  }
  const bundled = listed('In the program')
  const known = [
    ...bundled,
    ...listed('For development'),
    ...config.customManagers.flatMap(foundBy).map(([name]) => name),
    ...[...read('Dockerfile').matchAll(/^FROM (?:--\S+ )?([^\s:@]+)/gm)].map(([, image = '']) => image),
  ]

  test('what is bundled is updated one by one: all of it', () => {
    const [rule] = config.packageRules.filter(({ description }) => description.startsWith('What is bundled'))
    expect(bundled.length).toBeGreaterThan(10)
    expect(rule?.matchPackageNames?.toSorted()).toEqual(bundled.toSorted())
  })

  test.for(config.packageRules)('$description', ({ description, matchPackageNames = [] }) => {
    expect(description.length).toBeGreaterThan(20)
    const isKnown = (name: string) =>
      name.endsWith('/**') ? known.some((one) => one.startsWith(name.slice(0, -2))) : known.includes(name)
    expect(matchPackageNames.filter((name) => !isKnown(name))).toEqual([])
  })
})
