import { readFileSync, writeFileSync } from 'node:fs'
import { withReleased } from './changelog.ts'
import { chartVersions, filesIn, versionIn, withVersion } from './versions.ts'

/**
 * Gives the version of package.json to all that mentions it, and makes the changelog's section of what is unreleased.
 * `npm version 0.2.0` runs it between its change of package.json and its commit. What the tree has is in the chart.
 */

const root = process.cwd()
const to = versionIn(root)
const { version: from } = chartVersions(root)
const today = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length)

let changed = 0
const rewrite = (file: string, by: (text: string) => string): void => {
  const text = readFileSync(file, 'utf8')
  const rewritten = by(text)
  if (rewritten === text) return
  writeFileSync(file, rewritten)
  changed += 1
}

try {
  rewrite('CHANGELOG.md', (text) => withReleased(text, to, today))
  if (from !== to) for (const file of filesIn(root)) rewrite(file, (text) => withVersion(text, from, to))
  process.stdout.write(`${from} to ${to}: ${changed} files changed\n`)
} catch (error) {
  process.stderr.write(`set-version: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
