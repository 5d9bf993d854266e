import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  chartVersions,
  filesIn,
  isPrerelease,
  isVersion,
  NOT_OURS,
  otherMentions,
  versionIn,
  withVersion,
} from '../../scripts/release/versions.ts'

/** One version, in package.json; `npm version` gives it to the rest. */

const ROOT = path.resolve('.')
const read = (root: string, file: string): string => readFileSync(path.join(root, file), 'utf8')

const othersIn = (root: string, version: string) =>
  filesIn(root).flatMap((file) => otherMentions(file, read(root, file), version))

describe('this tree', () => {
  const version = versionIn(ROOT)

  test('has one version', () => {
    expect(chartVersions(ROOT)).toEqual({ version, appVersion: version })
    const lock = JSON.parse(read(ROOT, 'package-lock.json')) as {
      readonly version: string
      readonly packages: Readonly<Record<string, { readonly version: string }>>
    }
    expect([lock.version, lock.packages['']?.version]).toEqual([version, version])
    expect(read(ROOT, 'deploy/base/slackwater.yaml')).toContain(
      `image: ghcr.io/slackwater/slackwater:${version}\n`,
    )
  })

  test('mentions it nowhere that npm version would leave: name the place in scripts/release/versions.ts', () => {
    expect(othersIn(ROOT, version)).toEqual([])
  })

  test('exempts no file that is gone', () => {
    for (const file of Object.keys(NOT_OURS)) expect(() => read(ROOT, file)).not.toThrow()
  })
})

describe('a mention', () => {
  test.for([
    ['image: ghcr.io/slackwater/slackwater:0.1.0', 'image: ghcr.io/slackwater/slackwater:0.2.0'],
    ['helm.sh/chart: slackwater-0.1.0', 'helm.sh/chart: slackwater-0.2.0'],
    ['npm install ./slackwater-npm-0.1.0.tgz', 'npm install ./slackwater-npm-0.2.0.tgz'],
    ['npx slackwater@0.1.0 plan', 'npx slackwater@0.2.0 plan'],
    ['appVersion: "0.1.0"', 'appVersion: "0.2.0"'],
    ['  "version": "0.1.0",', '  "version": "0.2.0",'],
    ['--version 0.1.0 --build-arg VERSION=0.1.0', '--version 0.2.0 --build-arg VERSION=0.2.0'],
    ['uses: slackwater/slackwater@v0.1.0', 'uses: slackwater/slackwater@v0.2.0'],
    ['releases/download/v0.1.0/x', 'releases/download/v0.2.0/x'],
    ['Slackwater 0.1.0, mode dry-run', 'Slackwater 0.2.0, mode dry-run'],
  ])('%s', ([before = '', after = '']) => {
    expect(withVersion(before, '0.1.0', '0.2.0')).toBe(after)
    expect(otherMentions('x', before, '0.1.0')).toEqual([])
  })

  test.for(['cidr: 10.0.1.0/24', 'slackwater:0.1.0-rc.1', 'slackwater:0.1.01', 'version: 0.1.0.5'])(
    '%s is none',
    (text) => {
      expect(withVersion(text, '0.1.0', '0.2.0')).toBe(text)
      expect(otherMentions('x', text, '0.1.0')).toEqual([])
    },
  )

  test('that nobody foresaw is named with its line', () => {
    expect(otherMentions('docs/x.md', 'a\nsince 0.1.0.\n', '0.1.0')).toEqual([
      { file: 'docs/x.md', line: 2, text: 'since 0.1.0.' },
    ])
  })
})

test('versions are those of Semantic Versioning that a tag of an image can have', () => {
  for (const good of ['0.2.0', '1.0.0-rc.1', '10.20.30']) expect(isVersion(good)).toBe(true)
  for (const bad of ['v0.2.0', '0.2', '01.2.3', '0.2.0+build', '0.2.0-', '0.2.0 ; id'])
    expect(isVersion(bad)).toBe(false)
  expect([isPrerelease('0.2.0'), isPrerelease('0.2.0-rc.1')]).toEqual([false, true])
})
