import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { rolldown } from 'rolldown'
import packageJson from '../../package.json' with { type: 'json' }
import { packArchive } from './archive.ts'

/**
 * Builds the single-file executable of the machine that this runs on, and packs it with the licenses:
 * `node scripts/executable/build.ts --node PATH FOLDER` writes FOLDER/slackwater-VERSION-OS-ARCH.tar.gz.
 * It consists of one bundle, the pages that `slackwater explain` prints, and the given Node.js, which builds it
 * (`--build-sea`) and must be the version of `node-version`, so that the same sources give the same executable.
 * Nothing is packed that does not start here.
 */

/** As people name platforms who know Go's executables. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }
const SYSTEMS: readonly string[] = ['linux', 'darwin']

const ROOT = path.resolve(import.meta.dirname, '../..')
const DIST = path.join(ROOT, 'dist')
const CONTENTS = 'contents'
const EXECUTABLE = `${CONTENTS}/slackwater`

function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { node: { type: 'string' } },
    allowPositionals: true,
  })
  const [folder, ...others] = positionals
  if (values.node === undefined || folder === undefined || others.length > 0)
    throw new Error('usage: build.ts --node PATH FOLDER')
  return buildExecutable(realpathSync(values.node), path.resolve(folder))
}

/** @param node the program, in a folder `bin` beside the license of Node.js, as in what nodejs.org publishes. */
async function buildExecutable(node: string, folder: string): Promise<void> {
  const platform = platformName()
  requireVersion(node)
  const scratch = mkdtempSync(path.join(tmpdir(), 'slackwater-executable-'))
  try {
    const contents = path.join(scratch, CONTENTS)
    mkdirSync(contents)
    await bundleInto(scratch)
    inject(node, scratch)
    requireStart(path.join(scratch, EXECUTABLE))
    copyFileSync(path.join(ROOT, 'LICENSE'), path.join(contents, 'LICENSE'))
    copyFileSync(path.resolve(node, '../../LICENSE'), path.join(contents, 'LICENSE.node'))
    copyFileSync(path.join(DIST, 'THIRD_PARTY_NOTICES.txt'), path.join(contents, 'THIRD_PARTY_NOTICES.txt'))
    mkdirSync(folder, { recursive: true })
    packArchive(contents, path.join(folder, `slackwater-${packageJson.version}-${platform}.tar.gz`))
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

function platformName(): string {
  const architecture = ARCHITECTURES[process.arch]
  if (architecture === undefined || !SYSTEMS.includes(process.platform))
    throw new Error(
      `${process.platform}/${process.arch}: executables are for Linux and macOS, amd64 and arm64`,
    )
  return `${process.platform}-${architecture}`
}

function requireVersion(node: string): void {
  const wanted = readFileSync(path.join(import.meta.dirname, 'node-version'), 'utf8').trim()
  const found = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().replace('v', '')
  if (found !== wanted)
    throw new Error(`${node} is Node.js ${found}; scripts/executable/node-version has ${wanted}`)
}

/**
 * One file: an executable cannot load chunks. It is made from those that `npm run build` made, so that it is the program of
 * the package and the image, and has the same notices.
 */
async function bundleInto(dir: string): Promise<void> {
  const bundle = await rolldown({
    input: path.join(DIST, 'main.js'),
    platform: 'node',
    // Node.js 26.10 gives a module within an executable its import.meta only early: later it is empty.
    transform: { define: { 'import.meta.url': 'globalThis.process.execPath' } },
  })
  await bundle.write({ dir, format: 'esm', codeSplitting: false, minify: true })
  await bundle.close()
}

/**
 * Makes `contents/slackwater` of `main.js`, both below a folder. Their paths are relative, because the first one is a part of
 * the executable.
 */
function inject(node: string, cwd: string): void {
  const pages = globSync('docs/findings/*.md', { cwd: ROOT }).sort()
  const settings = {
    main: 'main.js',
    mainFormat: 'module',
    output: EXECUTABLE,
    disableExperimentalSEAWarning: true,
    // NODE_OPTIONS are those of other programs: whoever runs this one need not know that it contains Node.js.
    execArgvExtension: 'none',
    assets: Object.fromEntries(pages.map((page) => [page, path.join(ROOT, page)])),
  }
  writeFileSync(path.join(cwd, 'sea.json'), JSON.stringify(settings))
  execFileSync(node, ['--build-sea', 'sea.json'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  // macOS starts nothing whose signature does not fit. It is one without an identity: no developer account is needed.
  if (process.platform === 'darwin') execFileSync('codesign', ['--force', '--sign', '-', EXECUTABLE], { cwd })
}

/** An executable that crashes at its start would not be noticed before somebody downloads it. */
function requireStart(executable: string): void {
  const run = (...args: readonly string[]): string =>
    execFileSync(executable, args, { encoding: 'utf8', cwd: '/', env: {} })
  const version = run('--version').trim()
  if (version !== packageJson.version) throw new Error(`the executable is version ${version}`)
  if (!run('explain', 'prestop-missing').startsWith('prestop-missing\n'))
    throw new Error('the executable does not have its pages')
}

await main()
