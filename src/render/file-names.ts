import path from 'node:path'

/**
 * The path of a file relative to the folder in which the command runs, with slashes: what CI systems find in the
 * repository. Undefined if the file is not in that folder.
 */
export function pathInFolder(file: string): string | undefined {
  const relative = path.relative('', file)
  const isOutside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)
  return isOutside ? undefined : relative.replaceAll(path.sep, '/')
}
