import { promises as fs, type Stats } from 'node:fs'
import path from 'node:path'
import { reasonOf } from '../manifests/read-file.ts'
import type { PatchedFile } from '../plan/patched.ts'
import { replaceFile } from './replace-file.ts'

interface Destination {
  readonly folder: string
  /** The paths as given on the command line: a file keeps its path relative to the folder it was found in. */
  readonly given: readonly string[]
}

/**
 * Writes patched files below a folder, and nowhere else: the author of the manifests may control what is below it, so
 * no symbolic link there is followed. The folder itself may be a link: the user named it.
 * @returns one sentence for each file that could not be written.
 */
export async function writeFiles(
  files: readonly PatchedFile[],
  { folder, given }: Destination,
): Promise<readonly string[]> {
  if (files.length === 0) return []
  const refused = await attempt(() => makeFolder(folder))
  if (refused !== undefined) return [`${folder}: cannot be written to: ${refused}`]
  const written = new Map<string, string>()
  const failures: string[] = []
  for (const { name, text } of files) {
    const place = placeOf(name, given)
    const target = path.join(folder, place)
    const earlier = written.get(target)
    const failure =
      earlier === undefined
        ? await attempt(() => writeBelow(folder, place, text))
        : `already written for ${earlier}: give their common folder with -f`
    if (failure !== undefined) failures.push(`${target}: not written for ${name}: ${failure}`)
    written.set(target, name)
  }
  return failures
}

/** @returns the reason for a failure; undefined on success. */
async function attempt(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    return error instanceof Refused ? error.message : reasonOf(error)
  }
}

class Refused extends Error {}

/** The file's path relative to its folder argument; for a file argument its base name. Never leads upwards. */
function placeOf(name: string, given: readonly string[]): string {
  if (name === 'stdin') return 'stdin.yaml'
  const folders = given.filter((one) => one !== '-' && path.resolve(one) !== path.resolve(name))
  const inside = folders.map((folder) => path.relative(folder, name)).find((place) => !leadsOut(place))
  return inside ?? path.basename(name)
}

const leadsOut = (place: string): boolean => path.isAbsolute(place) || place.split(path.sep)[0] === '..'

/**
 * Creates the folder and its parents, from the top. Node.js's recursive mkdir retries forever in a file system that
 * allows no folder, such as /proc.
 */
async function makeFolder(folder: string): Promise<void> {
  const found = await whatIs(folder, fs.stat)
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw new Refused('it is a file, expected a folder')
  const above = path.dirname(folder)
  if (above !== folder) await makeFolder(above)
  await fs.mkdir(folder)
}

async function writeBelow(folder: string, place: string, text: string): Promise<void> {
  const names = place.split(path.sep)
  const last = names.pop() ?? ''
  let inside = folder
  for (const name of names) {
    inside = path.join(inside, name)
    const found = await whatIs(inside, fs.lstat)
    if (found === undefined) await fs.mkdir(inside)
    else if (!found.isDirectory()) throw new Refused(`${inside} is ${kindOf(found)}, expected a folder`)
  }
  const target = path.join(inside, last)
  const found = await whatIs(target, fs.lstat)
  if (found !== undefined && !found.isFile()) throw new Refused(`it is ${kindOf(found)}, expected a file`)
  // A file that its owner has made read-only is not replaced either.
  if (found !== undefined) await fs.access(target, fs.constants.W_OK)
  await replaceFile(target, text, found)
}

async function whatIs(name: string, inspect: (name: string) => Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await inspect(name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return 'a symbolic link, which is not followed'
  if (found.isDirectory()) return 'a folder'
  return found.isFile() ? 'a file' : 'neither a file nor a folder'
}
