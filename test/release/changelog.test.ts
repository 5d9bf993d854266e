import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { sectionOf, withReleased } from '../../scripts/release/changelog.ts'

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something new.

## [0.2.0] - 2026-12-01

### Fixed

- A fault: \`## [0.9.9] - 2026-01-01\` in a line is no heading.

## [0.1.1]

- No date.

## [0.1.0] - 2026-11-01

### Added

[0.2.0]: https://example.com/0.2.0
`

describe('the section of a version', () => {
  test('is all below its heading, up to the next one', () => {
    expect(sectionOf(CHANGELOG, '0.2.0')).toBe(
      '### Fixed\n\n- A fault: `## [0.9.9] - 2026-01-01` in a line is no heading.\n',
    )
  })

  test.for([
    ['0.3.0', 'CHANGELOG.md: no section for 0.3.0; expected a line "## [0.3.0] - YYYY-MM-DD"'],
    // A prefix is another version, and a dot is a dot.
    ['0.2', 'no section for 0.2;'],
    ['0x2.0', 'no section for 0x2.0;'],
    ['0.1.1', 'the section for 0.1.1 has no date'],
    // A heading and a link definition are no entries.
    ['0.1.0', 'the section for 0.1.0 has no entry'],
  ])('%s is refused, and why is printed', ([version = '', why = '']) => {
    expect(() => sectionOf(CHANGELOG, version)).toThrow(why)
  })

  test('that is there twice is refused', () => {
    expect(() => sectionOf(CHANGELOG + CHANGELOG, '0.2.0')).toThrow('2 sections for 0.2.0; expected one')
  })
})

describe('a release', () => {
  const released = withReleased(CHANGELOG, '0.3.0', '2026-12-24')

  test('has what was unreleased, below a heading with its date', () => {
    expect(released).toContain(
      '## [Unreleased]\n\n## [0.3.0] - 2026-12-24\n\n### Added\n\n- Something new.\n',
    )
    expect(sectionOf(released, '0.3.0')).toBe('### Added\n\n- Something new.\n')
    expect(sectionOf(released, '0.2.0')).toBe(sectionOf(CHANGELOG, '0.2.0'))
  })

  test('that has its section changes nothing', () => {
    expect(withReleased(released, '0.3.0', '2027-01-01')).toBe(released)
  })

  test('with nothing in it is refused', () => {
    expect(() => withReleased(released, '0.4.0', '2027-01-01')).toThrow(
      'CHANGELOG.md: no section for 0.4.0, and nothing below "## [Unreleased]" to make one of',
    )
  })
})

test('the changelog of this tree can become a release: its version has a section, or something is unreleased', () => {
  const changelog = withReleased(readFileSync('CHANGELOG.md', 'utf8'), packageJson.version, '2026-12-01')
  expect(sectionOf(changelog, packageJson.version)).toMatch(/^- /m)
})
