import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** package.json has the version. Where else it is written, and what must follow. */

/** Semantic Versioning 2.0.0 without build metadata: `+` cannot be in a tag of an image. */
const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/

/** A version that a release can have: `0.2.0`, `0.2.0-rc.1`. */
export const isVersion = (text: string): boolean => SEMVER.test(text)

/** `0.2.0-rc.1`: npm and GitHub must not offer it as the latest. */
export const isPrerelease = (version: string): boolean => SEMVER.exec(version)?.[4] !== undefined

/**
 * What stands before a version that is ours: an image or an archive, `Slackwater 0.1.0`, a field or an option `version`, an
 * example in a form, a tag in an address, after an @ or in a `rev` of pre-commit.
 */
const BEFORE = [
  'slackwater[:@-](?:npm-|chart-)?',
  'Slackwater ',
  `(?:[vV]ersion|placeholder|default)["']?[:=]? ?["']?`,
  'VERSION=',
  String.raw`\$\{image\}:`,
  '[/@ ]v',
  're[vf]: v',
].join('|')

/** Files that mention a version for another reason, or that npm changes. */
export const NOT_OURS: Readonly<Record<string, string>> = {
  'package.json': 'the source',
  'package-lock.json': 'npm version writes it',
  'CHANGELOG.md': 'history',
  'docs/performance.md': 'an example that compares with an earlier version',
  'test/assessment/earlier-budget.test.ts': 'what that version wrote into templates',
}
/** They try versions of their own. */
const TRIED = /^test\/release\//

/** With its bounds: `1.2.3` is neither in `11.2.3` nor in `1.2.3-rc.1`. */
const bounded = (version: string): string =>
  String.raw`(?<![\d.])${version.replaceAll('.', String.raw`\.`)}(?![\d.]*\d|-\w)`

export interface Mention {
  readonly file: string
  readonly line: number
  readonly text: string
}

/** @returns the text with another version wherever the old one is ours. */
export const withVersion = (text: string, from: string, to: string): string =>
  text.replace(new RegExp(`(?<=${BEFORE})${bounded(from)}`, 'g'), to)

/** @returns lines with the version that `withVersion` would leave. */
export function otherMentions(file: string, text: string, version: string): readonly Mention[] {
  const left = withVersion(text, version, '')
  const mentions = new RegExp(bounded(version))
  return left
    .split('\n')
    .flatMap((line, index) => (mentions.test(line) ? [{ file, line: index + 1, text: line.trim() }] : []))
}

/** Files of a checkout that a change of the version concerns: text that git tracks, or will. */
export function filesIn(root: string): readonly string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 })
    .split('\0')
    .filter((file) => file !== '' && !(file in NOT_OURS) && !TRIED.test(file))
    .filter((file) => existsSync(path.join(root, file)))
}

/** @throws if it is not what a release can have. */
export function versionIn(root: string): string {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version?: unknown
  }
  if (typeof version !== 'string' || !isVersion(version))
    throw new Error(
      `package.json: version is ${JSON.stringify(version)}; expected one such as 0.2.0 or 0.2.0-rc.1`,
    )
  return version
}

export const CHART_FILE = 'charts/slackwater/Chart.yaml'

/** @returns version and appVersion of the chart. */
export function chartVersions(root: string): Readonly<Record<'version' | 'appVersion', string>> {
  const text = readFileSync(path.join(root, CHART_FILE), 'utf8')
  const field = (name: string): string => new RegExp(`^${name}: ["']?([^"'\\s]+)`, 'm').exec(text)?.[1] ?? ''
  return { version: field('version'), appVersion: field('appVersion') }
}
