import { promises as fs } from 'node:fs'
import path from 'node:path'
import { foldersAmong, isPassedOver } from './carried-files.ts'
import { type Destination, placeOf } from './write-files.ts'

/**
 * Why nothing may be written to this folder: it would overwrite what is read, or be read itself the next time. Files are
 * compared by identity, so that links, `..` and names in another case are seen through.
 * @param names of all files to write.
 * @returns a sentence; undefined if nothing speaks against it.
 */
export async function overwritesInput(
  names: readonly string[],
  destination: Destination,
): Promise<string | undefined> {
  const { folder, given } = destination
  for (const one of await foldersAmong(given)) {
    if (await isReadWith(folder, one))
      return `nothing is written to ${folder}: it belongs to ${one}, ${ELSEWHERE}`
  }
  const inputs = new Map<string, string>()
  for (const name of names) {
    const identity = await identityOf(name)
    if (identity !== undefined) inputs.set(identity, name)
  }
  for (const name of names) {
    const target = path.join(folder, placeOf(name, destination))
    const input = inputs.get((await identityOf(target)) ?? '')
    if (input !== undefined) return `nothing is written to ${folder}: ${target} is ${input}, ${ELSEWHERE}`
  }
  return undefined
}

const ELSEWHERE =
  'which is read; name a folder elsewhere, or use --in-place instead to change the files where they are'

/** Device and inode. Undefined if there is no such file. */
async function identityOf(name: string): Promise<string | undefined> {
  if (name === 'stdin') return undefined
  const stat = await fs.stat(name, { bigint: true }).catch(() => undefined)
  return stat && `${stat.dev}:${stat.ino}`
}

/** Whether reading one folder reads another, which need not exist. */
async function isReadWith(folder: string, given: string): Promise<boolean> {
  const outer = await identityOf(given)
  let at = await withoutLinks(path.resolve(folder))
  for (;;) {
    if ((await identityOf(at)) === outer) return true
    const above = path.dirname(at)
    if (above === at || isPassedOver(path.basename(at))) return false
    at = above
  }
}

/** The path without symbolic links, as far as it exists. */
async function withoutLinks(folder: string): Promise<string> {
  const real = await fs.realpath(folder).catch(() => undefined)
  const above = path.dirname(folder)
  return real ?? (above === folder ? folder : path.join(await withoutLinks(above), path.basename(folder)))
}
