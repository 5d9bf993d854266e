/** The sections of CHANGELOG.md, as Keep a Changelog has them: `## [0.2.0] - 2026-12-01`, then subsections and entries. */

/** A heading of a section; the date is that of the release. */
const HEADING = /^## \[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?[ \t]*$/gm

interface Section {
  readonly name: string
  readonly date: string | undefined
  /** Where its heading begins, and where its text does. */
  readonly from: number
  readonly body: number
  readonly text: string
}

function sectionsOf(changelog: string): readonly Section[] {
  const headings = [...changelog.matchAll(HEADING)]
  return headings.map((heading, index) => {
    const body = heading.index + heading[0].length
    const end = headings[index + 1]?.index ?? changelog.length
    const [, name = '', date] = heading
    return { name, date, from: heading.index, body, text: withoutLinks(changelog.slice(body, end)).trim() }
  })
}

/** Link definitions at the end of the file belong to no section. */
const withoutLinks = (text: string): string => text.replace(/^\[[^\]]+\]: \S+$/gm, '')

/** Entries: a section with nothing but headings of its own tells a reader nothing. */
const hasEntries = (text: string): boolean => text.split('\n').some((line) => !/^(?:#.*|\s*)$/.test(line))

/**
 * What a release says of itself: the text below the heading of its version.
 * @throws if the section is missing, is there twice, has no date or no entry.
 */
export function sectionOf(changelog: string, version: string): string {
  const named = sectionsOf(changelog).filter(({ name }) => name === version)
  const [section] = named
  const expected = `expected a line "## [${version}] - YYYY-MM-DD" with entries below it`
  if (section === undefined) throw new Error(`CHANGELOG.md: no section for ${version}; ${expected}`)
  if (named.length > 1) throw new Error(`CHANGELOG.md: ${named.length} sections for ${version}; expected one`)
  if (section.date === undefined)
    throw new Error(`CHANGELOG.md: the section for ${version} has no date; ${expected}`)
  if (!hasEntries(section.text))
    throw new Error(`CHANGELOG.md: the section for ${version} has no entry; ${expected}`)
  return `${section.text}\n`
}

/**
 * The changelog on the day of a release: what was unreleased is in the section of that version. Unchanged if the version
 * has a section.
 * @param date YYYY-MM-DD.
 * @throws if nothing is unreleased: a version without a change is a mistake.
 */
export function withReleased(changelog: string, version: string, date: string): string {
  const sections = sectionsOf(changelog)
  if (sections.some(({ name }) => name === version)) return changelog
  const unreleased = sections.find(({ name }) => name === 'Unreleased')
  if (unreleased === undefined || !hasEntries(unreleased.text))
    throw new Error(
      `CHANGELOG.md: no section for ${version}, and nothing below "## [Unreleased]" to make one of`,
    )
  const heading = `## [Unreleased]\n\n## [${version}] - ${date}`
  return changelog.slice(0, unreleased.from) + heading + changelog.slice(unreleased.body)
}
