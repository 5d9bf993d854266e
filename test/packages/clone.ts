import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A new folder with what a clone has: the tracked files, without packages and without the built program. */
export function cloned(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-clone-'))
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  })
  // A file that was deleted and not yet committed is still listed.
  for (const file of tracked.split('\0').filter((name) => name !== '' && existsSync(name)))
    cpSync(file, path.join(folder, file))
  return folder
}

interface At {
  readonly cwd: string
  /** The program of a Node.js, which is then the only one on the PATH. */
  readonly node: string
  readonly env?: NodeJS.ProcessEnv
}

/** Folders of a PATH without those that `npm run` adds: a Node.js of its own would be found there. */
const plainPath = (): readonly string[] =>
  (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'))

/** The environment without what `npm run` and vitest add. Proxies and registries that somebody has set stay. */
const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(?:npm_|NODE_ENV$|VITEST|TEST$|SLACKWATER_)/.test(name) || name === 'npm_config_registry',
    ),
  )

/** Runs a command line as somebody does who has this Node.js. */
export function typed(command: string, { cwd, node, env = {} }: At): SpawnSyncReturns<string> {
  return spawnSync('sh', ['-c', command], {
    cwd,
    encoding: 'utf8',
    env: {
      ...plainEnvironment(),
      PATH: [path.dirname(node), ...plainPath()].join(path.delimiter),
      npm_config_update_notifier: 'false',
      ...env,
    },
  })
}
