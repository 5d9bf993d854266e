import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { writeChecksums } from './checksums.ts'
import { bundledIn, spdxOf } from './sbom.ts'
import { versionIn } from './versions.ts'

/**
 * `node scripts/release/assets.ts --out FOLDER`: everything that a release offers for download, with SHA256SUMS.
 * - slackwater-npm-VERSION.tgz: what `npm publish` publishes
 * - slackwater-chart-VERSION.tgz: what `helm push` pushes
 * - kubectl-slackwater.tar.gz, slackwater.yaml: the plugin and its manifest, for krew
 * - slackwater-VERSION.spdx.json: what is bundled
 * Dependencies must be installed (npm ci). HELM_BIN names another helm than that of the PATH. SLACKWATER_BUILT=1: dist/ is
 * up to date, and must not be built anew.
 */

const ROOT = path.resolve(import.meta.dirname, '..', '..')

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  execFileSync(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
}

/** A file of an earlier release would be published with this one. */
function emptyFolder(out: string): string {
  mkdirSync(out, { recursive: true })
  const [found] = readdirSync(out)
  if (found !== undefined) throw new Error(`${out} is not empty: ${found}; expected a folder of its own`)
  return path.resolve(out)
}

/** Of the commit, in UTC. */
const committed = (): string =>
  new Date(
    1_000 * Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' })),
  )
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')

function make(out: string): void {
  const version = versionIn(ROOT)
  if (process.env['SLACKWATER_BUILT'] !== '1') run('npm', ['run', '--silent', 'build'])
  // Built once; npm would build anew before it packs.
  const built = { SLACKWATER_BUILT: '1', npm_config_ignore_scripts: 'true' }
  run('sh', ['scripts/packages/tarballs.sh', out], built)
  run('sh', ['plugin/archive.sh', out], built)
  const notices = readFileSync(path.join(ROOT, 'dist/THIRD_PARTY_NOTICES.txt'), 'utf8')
  const sbom = spdxOf({ version, created: committed() }, bundledIn(notices))
  writeFileSync(path.join(out, `slackwater-${version}.spdx.json`), `${JSON.stringify(sbom, null, 2)}\n`)
  writeChecksums(out)
}

try {
  const { out } = parseArgs({ options: { out: { type: 'string' } } }).values
  if (out === undefined) throw new Error('usage: assets.ts --out FOLDER')
  make(emptyFolder(out))
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
