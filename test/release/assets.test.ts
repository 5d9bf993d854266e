import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeChecksums } from '../../scripts/release/checksums.ts'
import { isPublished, type Ran } from '../../scripts/release/published.ts'
import { bundledIn, spdxOf } from '../../scripts/release/sbom.ts'

/** What a release is made with. That it is made, with Helm and npm: assets.release.ts. */

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'slackwater-release-'))

describe('checksums', () => {
  test('are those that sha256sum accepts, of every file but their own', () => {
    const out = folder()
    for (const name of ['b.tgz', 'a.json']) writeFileSync(path.join(out, name), name)
    writeChecksums(out)
    writeChecksums(out)
    const { status, stdout } = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: out,
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([0, 'a.json: OK\nb.tgz: OK\n'])
    writeFileSync(path.join(out, 'a.json'), 'another')
    expect(spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: out }).status).toBe(1)
  })

  test('are refused for a name that would need an escape', () => {
    const out = folder()
    writeFileSync(path.join(out, 'a\nb'), '')
    expect(() => writeChecksums(out)).toThrow('"a\\nb" is no name for an asset')
  })
})

describe('the SBOM', () => {
  const notices = readFileSync('dist/THIRD_PARTY_NOTICES.txt', 'utf8')
  const bundled = bundledIn(notices)

  test('has every package that the notices have a text for', () => {
    const [, ...sections] = notices.split(/^={100}\n/m)
    const headed = sections.map((section) => section.slice(0, section.search(/ \(|\n/)))
    // A section's heading is its name, and its version where that is known.
    const named = bundled.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`))
    expect(named).toEqual(headed)
    expect(named.length).toBeGreaterThan(50)
  })

  test('is an SPDX document: each package once, by its package URL', () => {
    const document = spdxOf({ version: '0.2.0', created: '2026-12-01T00:00:00Z' }, [
      { name: '@peculiar/x509', version: '2.2.0', license: 'MIT' },
      { name: 'jsep', version: undefined, license: 'MIT' },
    ])
    expect(document).toMatchObject({
      spdxVersion: 'SPDX-2.3',
      documentNamespace: 'https://github.com/slackwater/slackwater/spdx/0.2.0',
      creationInfo: { created: '2026-12-01T00:00:00Z' },
      packages: [
        { name: 'slackwater', versionInfo: '0.2.0', licenseDeclared: 'Apache-2.0' },
        {
          SPDXID: 'SPDXRef-Package-1',
          externalRefs: [{ referenceLocator: 'pkg:npm/%40peculiar/x509@2.2.0' }],
        },
        { SPDXID: 'SPDXRef-Package-2', externalRefs: [{ referenceLocator: 'pkg:npm/jsep' }] },
      ],
      relationships: [
        { relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-slackwater' },
        { relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-Package-1' },
        { relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-Package-2' },
      ],
    })
  })

  test.for(['', 'Third-party notices\n\n- what is this\n'])(
    'is refused where the list is not understood',
    (text) => {
      expect(() => bundledIn(text)).toThrow('THIRD_PARTY_NOTICES.txt: ')
    },
  )
})

describe('whether a version is published', () => {
  const ran = (status: number, stdout: string, stderr = ''): Ran => ({ status, stdout, stderr })
  /** As oras 1.3, npm 11 and gh 2 say it. */
  const NO_MANIFEST =
    'Error response from registry: failed to find "ghcr.io/o/i:1.0.0": ghcr.io/o/i:1.0.0: not found\n'
  const DENIED = 'Error response from registry: denied: denied\n'
  const E404 = '{\n  "error": {\n    "code": "E404",\n    "summary": "Not Found"\n  }\n}\n'

  test.for<readonly [reference: string, ran: Ran, isPublished: boolean]>([
    ['oci:ghcr.io/o/i:1.0.0', ran(0, '{"digest":"sha256:00"}'), true],
    ['oci:ghcr.io/o/i:1.0.0', ran(1, '', NO_MANIFEST), false],
    ['npm:slackwater@1.0.0', ran(0, '"1.0.0"\n'), true],
    // The package is there, this version is not.
    ['npm:slackwater@1.0.0', ran(0, ''), false],
    ['npm:slackwater@1.0.0', ran(1, E404, 'npm error code E404\n'), false],
    ['github:v1.0.0', ran(0, '{"tagName":"v1.0.0"}\n'), true],
    ['github:v1.0.0', ran(1, '', 'release not found\n'), false],
  ])('%s', ([reference, answer, expected]) => {
    expect(isPublished(reference, answer)).toBe(expected)
  })

  test.for<readonly [reference: string, ran: Ran]>([
    ['oci:ghcr.io/o/i:1.0.0', ran(1, '', DENIED)],
    ['oci:ghcr.io/o/i:1.0.0', ran(1, '', 'Error: dial tcp: lookup ghcr.io: not found by somebody\n')],
    ['npm:slackwater@1.0.0', ran(1, '{"error":{"code":"ECONNREFUSED"}}', '')],
    ['github:v1.0.0', ran(4, '', 'To get started with GitHub CLI, please run:  gh auth login\n')],
  ])('%s: no answer is no "no"', ([reference, answer]) => {
    expect(() => isPublished(reference, answer)).toThrow(
      `${reference}: it is not known whether it is published`,
    )
  })

  test('a place that is not known is refused', () => {
    expect(() => isPublished('helm:slackwater', ran(0, ''))).toThrow('expected oci:…, npm:…, github:…')
  })
})

describe('the scripts of a release complain in one line', () => {
  const script = (name: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [path.join('scripts/release', name), ...args], { encoding: 'utf8' })

  test.for([
    ['check-tag.ts', ['v99.0.0'], 'release: the tag is "v99.0.0", expected v'],
    ['check-tag.ts', [], 'release: the tag is "", expected v'],
    ['notes.ts', ['--image', 'ghcr.io/o/i:1.0.0', '--chart', 'x'], 'expected a reference with a digest'],
    ['push-chart.ts', [], 'release: no chart ""; usage: push-chart.ts ARCHIVE REGISTRY/PATH'],
    ['push-chart.ts', ['README.md', 'oci://ghcr.io/o'], 'expected a registry and a path, without oci://'],
    ['assets.ts', [], 'release: usage: assets.ts --out FOLDER [--executables FOLDER]'],
    ['assets.ts', ['--out', 'docs'], 'is not empty: '],
    // What is there is no executable.
    ['assets.ts', ['--out', folder(), '--executables', 'plugin'], 'plugin: archive.sh; expected slackwater-'],
    ['assets.ts', ['--out', folder(), '--executables', folder()], 'nothing is in it; expected slackwater-'],
  ] as const)('%s %s', ([name, args, complaint]) => {
    const { status, stdout, stderr } = script(name, ...args)
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain(complaint)
    expect(stderr).not.toMatch(/^ +at /m)
  })
})
