import { promises as fs, type Stats } from 'node:fs'
import path from 'node:path'
import { reasonOf } from '../manifests/read-file.ts'
import { type FileContent, replaceFile } from './replace-file.ts'

export interface Destination {
  readonly folder: string
  /** The paths as given on the command line: a file keeps its path relative to the folder it was found in. */
  readonly given: readonly string[]
}

/** A file to write, under the name that it was read by. */
export interface OutgoingFile {
  readonly name: string
  readonly content: FileContent
}

export interface Writing {
  /** Where each file was written, by its name. */
  readonly written: ReadonlyMap<string, string>
  /** One sentence for each file that could not be written. */
  readonly failures: readonly string[]
}

/**
 * Writes files below a folder, and nowhere else: the author of the manifests may control what is below it, so no
 * symbolic link there is followed. The folder itself may be a link: the user named it.
 */
export async function writeFiles(files: readonly OutgoingFile[], destination: Destination): Promise<Writing> {
  const written = new Map<string, string>()
  if (files.length === 0) return { written, failures: [] }
  const { folder } = destination
  const refused = await attempt(() => makeFolder(folder))
  if (refused !== undefined) return { written, failures: [`${folder}: cannot be written to: ${refused}`] }
  const taken = new Map<string, string>()
  const failures: string[] = []
  for (const { name, content } of files) {
    const place = placeOf(name, destination)
    const target = path.join(folder, place)
    const earlier = taken.get(target)
    const failure =
      earlier === undefined
        ? await attempt(() => writeBelow(folder, place, { name, content }))
        : `already written for ${earlier}: give their common folder with -f`
    if (failure === undefined) written.set(name, target)
    else failures.push(`${target}: not written for ${name}: ${failure}`)
    taken.set(target, name)
  }
  return { written, failures }
}

/** @returns the reason for a failure; undefined on success. */
export async function attempt(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    return error instanceof Refused ? error.message : reasonOf(error)
  }
}

/** A reason of ours not to write a file. */
export class Refused extends Error {}

/** The file's path relative to its folder argument; for a file argument its base name. Never leads upwards. */
export function placeOf(name: string, { given }: Pick<Destination, 'given'>): string {
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

async function writeBelow(folder: string, place: string, { name, content }: OutgoingFile): Promise<void> {
  const names = place.split(path.sep)
  const last = names.pop() ?? ''
  let inside = folder
  for (const each of names) {
    inside = path.join(inside, each)
    const found = await whatIs(inside, fs.lstat)
    if (found === undefined) await fs.mkdir(inside)
    else if (!found.isDirectory()) throw new Refused(`${inside} is ${kindOf(found)}, expected a folder`)
  }
  const target = path.join(inside, last)
  const found = await whatIs(target, fs.lstat)
  if (found !== undefined && !found.isFile()) throw new Refused(`it is ${kindOf(found)}, expected a file`)
  // A file that its owner has made read-only is not replaced either.
  if (found !== undefined) await fs.access(target, fs.constants.W_OK)
  await replaceFile(target, content, found ?? (await ownerMay(name)))
}

/** The mode of the file that was read, in which its owner may write: the next run replaces the new file. */
async function ownerMay(name: string): Promise<Pick<Stats, 'mode'> | undefined> {
  const source = name === 'stdin' ? undefined : await whatIs(name, fs.stat)
  return source && { mode: source.mode | fs.constants.S_IWUSR }
}

export async function whatIs(
  name: string,
  inspect: (name: string) => Promise<Stats>,
): Promise<Stats | undefined> {
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
