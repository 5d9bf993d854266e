import { spawnSync } from 'node:child_process'

/**
 * The commit of the sources that are bundled, for `slackwater version`. Where they come without their repository, as in
 * the build of the image, SLACKWATER_REVISION names it.
 * @returns undefined if it is unknown, or something is not committed: then the sources are no commit's.
 */
export function revisionOf(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const stated = env['SLACKWATER_REVISION']
  if (stated !== undefined && /^[0-9a-f]{7,64}$/.test(stated)) return stated
  // Not that of a repository around this one, such as a user's who has unpacked the sources in it.
  if (gitIn(folder, 'rev-parse', '--show-prefix') !== '') return undefined
  if (gitIn(folder, 'status', '--porcelain', '--untracked-files=no') !== '') return undefined
  return gitIn(folder, 'rev-parse', 'HEAD')
}

/** @returns what it prints; undefined if there is no git, or it fails. */
function gitIn(folder: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
