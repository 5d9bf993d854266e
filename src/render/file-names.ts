import path from 'node:path'
import type { Position } from '../manifests/position.ts'
import { isUrl } from '../manifests/url.ts'

/**
 * The path of a file relative to the folder in which the command runs, with slashes: what CI systems find in the
 * repository. Undefined if the file is not in that folder.
 */
export function pathInFolder(file: string): string | undefined {
  const relative = path.relative('', file)
  const isOutside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)
  return isOutside ? undefined : relative.replaceAll(path.sep, '/')
}

type Place = Pick<Position, 'file'> & Partial<Position>

/** Whether it is a place in a file. What was rendered has lines that no file has, and behind a URL there is no file. */
export const isInFile = ({ file, source }: Place): boolean => source === undefined && !isUrl(file)

/** Where a CI system shows it: in what was rendered the file that it comes from, as a whole; nowhere behind a URL. */
export function fileOf(place: Place): { readonly file?: string; readonly line?: number } {
  const { file, line, source } = place
  if (isInFile(place)) return { file: pathInFolder(file) ?? file, ...(line === undefined ? {} : { line }) }
  return source === undefined ? {} : { file: pathInFolder(source) ?? source }
}
