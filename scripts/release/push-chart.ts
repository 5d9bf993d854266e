import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { plain } from './published.ts'

/**
 * `node scripts/release/push-chart.ts ARCHIVE REGISTRY/PATH`: pushes for Artifact Hub artifacthub-repo.yml under the tag
 * `artifacthub.io`, then the packaged chart as Helm does. Prints `chart=REPOSITORY@sha256:…`, what Helm has pushed: a tag might
 * be another's by the time that it is signed. HELM_BIN and ORAS_BIN name other programs than those of the PATH.
 */

/** Artifact Hub, "Helm charts repositories", "OCI support". */
const METADATA = 'artifacthub-repo.yml'
const CONFIG_TYPE = 'application/vnd.cncf.artifacthub.config.v1+yaml'
const LAYER_TYPE = 'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml'

const [archive = '', registry = ''] = process.argv.slice(2)
const HELM = process.env['HELM_BIN'] ?? 'helm'
const ORAS = process.env['ORAS_BIN'] ?? 'oras'

/** @returns all that it prints: Helm 3 tells the digest on its standard error, Helm 4 on its standard output. */
function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (error !== undefined) throw new Error(`${program}: ${error.message}`)
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}${stdout}`)
  return `${stdout}\n${stderr}`
}

function pushed(): string {
  if (!existsSync(archive))
    throw new Error(`no chart "${archive}"; usage: push-chart.ts ARCHIVE REGISTRY/PATH`)
  if (registry.includes('://'))
    throw new Error(`"${registry}"; expected a registry and a path, without oci://`)
  // First, because it may be pushed again: of a chart that is there already, a second attempt pushes nothing.
  const metadata = [`/dev/null:${CONFIG_TYPE}`, `${METADATA}:${LAYER_TYPE}`] as const
  run(ORAS, 'push', ...plain(registry), `${registry}/slackwater:artifacthub.io`, '--config', ...metadata)
  const said = run(HELM, 'push', archive, `oci://${registry}`, ...plain(registry))
  const [, reference = ''] = /^Pushed: (\S+):[^:\s]+$/m.exec(said) ?? []
  const [, digest = ''] = /^Digest: (sha256:[0-9a-f]{64})$/m.exec(said) ?? []
  if (reference === '' || digest === '') throw new Error(`helm push tells no digest: ${said}`)
  return `${reference}@${digest}`
}

try {
  process.stdout.write(`chart=${pushed()}\n`)
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
