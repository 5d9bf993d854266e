import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runProgram } from '../../src/cli/program.ts'
import { STATED_TERMS } from '../core/exposures.ts'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface Run {
  readonly input?: string
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Milliseconds after which it is killed, and its code is null. @default never */
  readonly timeout?: number
}

/** Runs the built program as a user does, without a terminal. */
export function slackwater(
  args: readonly string[],
  { input = '', cwd, env: further, timeout }: Run = {},
): Ran {
  const main = path.resolve('dist/main.js')
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const ran = spawnSync(process.execPath, [main, ...args], {
    input,
    cwd,
    env: { ...env, ...further },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout,
  })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

/**
 * The same without a process of its own, which takes most of the time of a short run: for what is said of manifests, not for
 * how a process begins and ends.
 */
export async function inProcess(args: readonly string[], { input = '' } = {}): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await runProgram(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    readStdin: async () => input,
    width: 80,
    color: false,
    onSignal: () => undefined,
    exit: (ended) => {
      throw new Error(`ended with ${ended}`)
    },
  })
  return { code, out: out.join(''), err: err.join('') }
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
