import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { archiveOf } from './images.ts'

/**
 * The image of Slackwater without a container engine: what image/app.sh makes, which the Dockerfile runs too, on a base
 * that holds what the Dockerfile's base holds: Node.js, the libraries that it is linked with, and a user of its own.
 */

export const SLACKWATER_IMAGE = 'example.com/e2e/slackwater:e2e'

/** As the Dockerfile says it. */
export const CONFIG = {
  Entrypoint: ['/nodejs/bin/node', '--max-semi-space-size=8', '/app/dist/main.js'],
  Cmd: ['serve'],
  User: '65532:65532',
  WorkingDir: '/app',
  Env: ['NODE_ENV=production', 'PATH=/app:/usr/bin:/bin', 'MALLOC_ARENA_MAX=1', 'HOME=/'],
} as const

/** Of Node.js, for who runs the program outside of the image. */
export const NODE_FLAGS: readonly string[] = CONFIG.Entrypoint.slice(1, -1)

/** @returns the archive. */
export function buildSlackwaterImage(folder: string): string {
  const base = path.join(folder, 'base')
  const app = path.join(folder, 'app')
  rmSync(folder, { recursive: true, force: true })
  layBase(base)
  execFileSync('sh', [path.resolve('image/app.sh'), app], { stdio: ['ignore', 'ignore', 'inherit'] })
  return archiveOf(path.join(folder, 'slackwater'), {
    name: SLACKWATER_IMAGE,
    layers: [base, app],
    config: CONFIG,
  })
}

function layBase(root: string): void {
  const put = (from: string, to: string): void => {
    mkdirSync(path.dirname(path.join(root, to)), { recursive: true })
    copyFileSync(from, path.join(root, to))
  }
  put(process.execPath, '/nodejs/bin/node')
  for (const library of librariesOf(process.execPath)) put(library, library)
  mkdirSync(path.join(root, 'etc'), { recursive: true })
  writeFileSync(path.join(root, 'etc/passwd'), 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n')
  mkdirSync(path.join(root, 'tmp'), { recursive: true, mode: 0o777 })
}

/** The files that the loader takes: `name => /path (0x…)`, and the loader itself. */
const librariesOf = (program: string): readonly string[] =>
  execFileSync('ldd', [program], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? [])
