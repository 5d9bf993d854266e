import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sectionOf } from './changelog.ts'
import { versionIn } from './versions.ts'

/**
 * `node scripts/release/notes.ts --image REF@sha256:… --chart REF@sha256:…`: the text of a release. What changed, from
 * CHANGELOG.md, and what to pin.
 */

const DIGEST = /^[^@\s]+@sha256:[0-9a-f]{64}$/

const { values } = parseArgs({ options: { image: { type: 'string' }, chart: { type: 'string' } } })

function pinned(name: 'image' | 'chart'): string {
  const reference = values[name] ?? ''
  if (!DIGEST.test(reference))
    throw new Error(`--${name} is "${reference}"; expected a reference with a digest, REPOSITORY@sha256:…`)
  return reference
}

try {
  const [image, chart] = [pinned('image'), pinned('chart')]
  const version = versionIn(process.cwd())
  const section = sectionOf(readFileSync('CHANGELOG.md', 'utf8'), version)
  const [, digest = ''] = image.split('@')
  process.stdout.write(`${section}
## Pin it

\`\`\`sh
helm install slackwater oci://${chart} -n slackwater-system --create-namespace --set image.digest=${digest}
\`\`\`

- Image: \`${image}\`
- Chart: \`${chart}\`

How to verify signatures, checksums, SBOM and provenance:
[docs/releasing.md](https://github.com/slackwater/slackwater/blob/v${version}/docs/releasing.md).
`)
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
