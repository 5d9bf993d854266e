import { readFileSync } from 'node:fs'
import { sectionOf } from './changelog.ts'
import { CHART_FILE, chartVersions, isPrerelease, versionIn } from './versions.ts'

/**
 * `node scripts/release/check-tag.ts v0.2.0`: whether this checkout can be released under a tag. Prints what the jobs of the
 * workflow need, one `name=value` a line, as GITHUB_OUTPUT takes it.
 */

const root = process.cwd()
const [tag = ''] = process.argv.slice(2)

/** Everything that is wrong, so that it is mended at once. */
function problemsOf(version: string): readonly string[] {
  const chart = Object.entries(chartVersions(root)).filter(([, value]) => value !== version)
  return [
    ...(tag === `v${version}` ? [] : [`the tag is "${tag}", expected v${version}, which package.json has`]),
    ...chart.map(([name, value]) => `${CHART_FILE}: ${name} is ${value}, expected ${version}`),
    ...complaintOf(() => sectionOf(readFileSync('CHANGELOG.md', 'utf8'), version)),
  ]
}

function complaintOf(work: () => unknown): readonly string[] {
  try {
    work()
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

let version = ''
const problems = complaintOf(() => {
  version = versionIn(root)
})
const all = problems.length > 0 ? problems : problemsOf(version)
for (const problem of all) process.stderr.write(`release: ${problem}\n`)
if (all.length > 0) process.exitCode = 1
else {
  const isPre = isPrerelease(version)
  process.stdout.write(`version=${version}\nprerelease=${isPre}\nnpm-tag=${isPre ? 'next' : 'latest'}\n`)
}
