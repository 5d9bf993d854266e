import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Plays npx, which would need the published package: notes its arguments, and runs the built program with those behind `--`. */
export interface FakeNpx {
  /** For PATH: with it come the Node.js of the tests and the usual tools, and no other npx. */
  readonly path: string
  /** The arguments of each call. */
  readonly calls: () => readonly (readonly string[])[]
}

export function fakeNpx(): FakeNpx {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-npx-'))
  const notes = path.join(folder, 'calls')
  const program = path.join(folder, 'npx')
  writeFileSync(
    program,
    `#!${process.execPath}
const { appendFileSync } = require('node:fs')
const { spawnSync } = require('node:child_process')
const words = process.argv.slice(2)
appendFileSync(${JSON.stringify(notes)}, JSON.stringify(words) + '\\n')
const [name, ...args] = words.slice(words.indexOf('--') + 1)
if (name !== 'slackwater') process.exit(99)
const main = ${JSON.stringify(path.resolve('dist/main.js'))}
process.exit(spawnSync(process.execPath, [main, ...args], { stdio: 'inherit' }).status)
`,
  )
  chmodSync(program, 0o755)
  const read = (): readonly string[] =>
    existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').slice(0, -1) : []
  return {
    path: [folder, path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter),
    calls: () => read().map((line): readonly string[] => JSON.parse(line)),
  }
}

/** The real one, as `OFFLINE` lets it work: it finds a package only where it looks for one on this machine. */
export const REAL_NPX: FakeNpx = { path: process.env['PATH'] ?? '', calls: () => [] }

/** For the environment: npm asks no registry. */
export const OFFLINE = { npm_config_offline: 'true' } as const
