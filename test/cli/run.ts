import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { STATED_TERMS } from '../core/exposures.ts'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the built program as a user does, without a terminal. */
export function slackwater(
  args: readonly string[],
  { input = '', cwd, env: further }: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Ran {
  const main = path.resolve('dist/main.js')
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const ran = spawnSync(process.execPath, [main, ...args], {
    input,
    cwd,
    env: { ...env, ...further },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

/** A new folder that holds these files. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-test-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  return folder
}

/** A settings file that states the terms which a test's figures follow from. */
export const STATED_SETTINGS = path.join(
  folderOf({ 'settings.json': JSON.stringify({ terms: STATED_TERMS }) }),
  'settings.json',
)
