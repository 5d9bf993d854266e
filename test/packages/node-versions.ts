import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** A choice: beside what the end-to-end suite keeps. */
const CACHE = path.join(homedir(), '.cache', 'slackwater-packages')

/** npm has what nodejs.org publishes as a package for each platform. */
const PACKAGE = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'

/**
 * The program of a Node.js, in a folder `bin` beside its license; installed from npm at its first use.
 * @param version as npm takes it: `22.19.0`, `20`.
 */
export function nodeOf(version: string): string {
  const name = `${PACKAGE}-${process.platform}-${process.arch}`
  const folder = path.join(CACHE, `node-${version}`)
  const program = path.join(folder, 'node_modules', name, 'bin/node')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const options = [
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--silent',
  ]
  execFileSync('npm', ['install', '--prefix', folder, ...options, `${name}@${version}`], { stdio: 'pipe' })
  return program
}
