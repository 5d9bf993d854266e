import { type Dirent, promises as fs, type Stats } from 'node:fs'
import path from 'node:path'
import { compareText } from '../core/model/object-ref.ts'
import { reasonOf } from '../manifests/read-file.ts'

/** What lies beside the manifests of some folders: a copy of the tree needs it to be built. */
interface CarriedFiles {
  /** Paths, in lexical order. */
  readonly files: readonly string[]
  /** Sentences about what is left behind. */
  readonly left: readonly string[]
}

interface Walk {
  /** Absolute paths of what is written anyway, or was found before. */
  readonly seen: Set<string>
  /** The given folders, without symbolic links. */
  readonly realFolders: readonly string[]
  readonly files: string[]
  readonly left: string[]
}

/**
 * Every other file of the given folders: kustomizations, values, patches, binary files. Hidden files too, since
 * generators read them (`.env`); not hidden folders (`.git`) and node_modules.
 * @param written names of the files that are written anyway.
 */
export async function carriedFiles(
  given: readonly string[],
  written: readonly string[],
): Promise<CarriedFiles> {
  const folders = await foldersAmong(given)
  const realFolders = await Promise.all(folders.map((folder) => fs.realpath(folder)))
  const seen = new Set(written.map((name) => path.resolve(name)))
  const walk: Walk = { seen, realFolders, files: [], left: [] }
  for (const folder of folders) await walkFolder(folder, walk)
  return walk
}

/** Those of the given paths that are folders. */
export async function foldersAmong(given: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const one of given) {
    const stat = one === '-' ? undefined : await fs.stat(one).catch(() => undefined)
    if (stat?.isDirectory() === true) found.push(one)
  }
  return found
}

async function walkFolder(folder: string, walk: Walk): Promise<void> {
  // A folder that cannot be read is a problem of the reading, which names it.
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const inside = path.join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!isPassedOver(entry.name)) await walkFolder(inside, walk)
    } else if (entry.name !== '.git' && !walk.seen.has(path.resolve(inside))) {
      walk.seen.add(path.resolve(inside))
      const reason = await whyLeft(inside, entry, walk)
      if (reason === undefined) walk.files.push(inside)
      else walk.left.push(`${inside} is not carried along: ${reason}`)
    }
  }
}

/** Of a folder inside a given one: it is neither read nor carried along. */
export const isPassedOver = (name: string): boolean => name.startsWith('.') || name === 'node_modules'

async function whyLeft(file: string, entry: Dirent, walk: Walk): Promise<string | undefined> {
  if (entry.isFile()) return undefined
  if (!entry.isSymbolicLink()) return 'it is neither a file nor a folder'
  return await whyNoLink(file, walk).catch((error: unknown) => `a symbolic link: ${reasonOf(error)}`)
}

/** A link is followed to a file inside the given folders only: whoever wrote the tree may have linked anything. */
async function whyNoLink(file: string, { realFolders }: Walk): Promise<string | undefined> {
  const real = await fs.realpath(file)
  if (!realFolders.some((folder) => isBelow(folder, real)))
    return 'a symbolic link that leads out of the folder'
  const stat: Stats = await fs.stat(real)
  return stat.isFile() ? undefined : 'a symbolic link to something other than a file'
}

/** @param file both without symbolic links. */
export const isBelow = (folder: string, file: string): boolean => {
  const place = path.relative(folder, file)
  return !path.isAbsolute(place) && place.split(path.sep)[0] !== '..'
}
