import type { BundledPackage } from './bundled.ts'
import { type Stated, WITHOUT_FILE } from './stated.ts'

/** The notices of all bundled code, as one text. */

/** Licenses that only require their text and notices to be included. SPDX. */
export const ALLOWED: ReadonlySet<string> = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'],
])

interface Entry {
  readonly name: string
  readonly version?: string
  readonly license: string
  /** Printed below the heading. */
  readonly because?: string
  readonly texts: readonly string[]
}

/** @returns the text. @throws with each package whose license is not in the list, or that has no terms. */
export function noticesOf(packages: readonly BundledPackage[]): string {
  const problems = packages.flatMap(problemOf)
  if (problems.length > 0) throw new Error(`notices: ${problems.join('; ')}`)
  const entries = packages.map(entryOf)
  return [HEAD, contentsOf(entries), BASE, ...entries.map(section)].join('\n')
}

const statedOf = ({ name, texts }: BundledPackage): Stated | undefined =>
  texts.size > 0 ? undefined : WITHOUT_FILE.find((stated) => stated.name === name)

function problemOf(one: BundledPackage): readonly string[] {
  const { name, version, license, texts } = one
  const which = `${name}@${version}`
  if (!ALLOWED.has(license))
    return [`${which} has the license ${license || 'of nobody knows'}, which is not allowed`]
  const stated = statedOf(one)
  if (texts.size === 0 && stated === undefined)
    return [`${which} has no file of its terms: state them in scripts/notices/stated.ts`]
  if (stated !== undefined && stated.license !== license)
    return [`${which} has the license ${license}, and ${stated.license} is stated`]
  return []
}

const entryOf = (one: BundledPackage): Entry => {
  const { name, version, license, texts } = one
  const stated = statedOf(one)
  return stated === undefined
    ? { name, version, license, texts: [...texts.values()] }
    : { ...statedEntry(stated), version }
}

const statedEntry = ({ name, license, because, text }: Stated): Entry => ({
  name,
  license,
  because,
  texts: [text],
})

const headingOf = ({ name, version }: Entry): string => (version === undefined ? name : `${name} ${version}`)

const HEAD = `Third-party notices

Slackwater is licensed under Apache-2.0; see LICENSE beside the folder of this file. Its bundled program contains code of
the packages below, each under its own terms. Made by the build from the modules that are in the bundle.
`

const BASE = `The container image contains, besides, what it is built on (gcr.io/distroless/nodejs24-debian13):

- Node.js (MIT) and what it contains: /nodejs/LICENSE
- packages of Debian 13: /usr/share/doc/*/copyright

The single-file executable contains, besides, Node.js and what it contains: LICENSE.node beside it.
`

const contentsOf = (entries: readonly Entry[]): string =>
  entries.map((entry) => `- ${headingOf(entry)}: ${entry.license}\n`).join('')

const RULE = '='.repeat(100)

function section(entry: Entry): string {
  const { license, because, texts } = entry
  const why = because === undefined ? '' : `${because[0]?.toUpperCase()}${because.slice(1)}.\n`
  return [RULE, `${headingOf(entry)} (${license})`, why, ...texts.map(plain)].join('\n')
}

/** Without differences between the machines that packed it: line endings, and spaces before them. */
const plain = (text: string): string =>
  `${text
    .replace(/^\uFEFF/, '')
    .replaceAll(/[ \t]*\r?\n/g, '\n')
    .trim()}\n`
