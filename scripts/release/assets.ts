import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { writeChecksums } from './checksums.ts'
import { bundledIn, spdxOf } from './sbom.ts'
import { versionIn } from './versions.ts'

/**
 * `node scripts/release/assets.ts --out FOLDER [--executables FOLDER]`: everything that a release offers for download, with
 * SHA256SUMS.
 * - slackwater-npm-VERSION.tgz: what `npm publish` publishes
 * - slackwater-chart-VERSION.tgz: what `helm push` pushes
 * - kubectl-slackwater.tar.gz, slackwater.yaml: the plugin and its manifest, for krew
 * - slackwater-VERSION.spdx.json: what is bundled
 * - slackwater-VERSION-OS-ARCH.tar.gz: the executables, which a machine of each platform has made (npm run executable)
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

/** As scripts/executable/build.ts names them. */
const EXECUTABLE = /^slackwater-(.+)-(?:linux|darwin)-(?:amd64|arm64)\.tar\.gz$/

/** @throws if one is of another version, or is none. */
function takeExecutables(
  from: string,
  { out, version }: { readonly out: string; readonly version: string },
): void {
  const names = readdirSync(from)
  const odd = names.find((name) => EXECUTABLE.exec(name)?.[1] !== version)
  if (odd !== undefined || names.length === 0)
    throw new Error(`${from}: ${odd ?? 'nothing is in it'}; expected slackwater-${version}-OS-ARCH.tar.gz`)
  for (const name of names) copyFileSync(path.join(from, name), path.join(out, name))
}

function make(out: string, executables: string | undefined): void {
  const version = versionIn(ROOT)
  if (executables !== undefined) takeExecutables(executables, { out, version })
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
  const options = { out: { type: 'string' }, executables: { type: 'string' } } as const
  const { out, executables } = parseArgs({ options }).values
  if (out === undefined) throw new Error('usage: assets.ts --out FOLDER [--executables FOLDER]')
  make(emptyFolder(out), executables)
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
