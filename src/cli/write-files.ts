import { promises as fs } from 'node:fs'
import path from 'node:path'
import type { PatchedFile } from '../plan/patched.ts'

export interface Destination {
  readonly folder: string
  /** The paths as given on the command line: a file keeps its place below the folder it was found in. */
  readonly given: readonly string[]
}

/** Writes patched files below a folder. @returns one sentence for each that could not be written. */
export async function writeFiles(
  files: readonly PatchedFile[],
  destination: Destination,
): Promise<readonly string[]> {
  const written = new Map<string, string>()
  const failures: string[] = []
  for (const { name, text } of files) {
    const target = path.join(destination.folder, placeOf(name, destination.given))
    const earlier = written.get(target)
    if (earlier === undefined) failures.push(...(await writeFile(target, text)))
    else failures.push(`${name}: ${target} was already written for ${earlier}: give the folder above both`)
    written.set(target, name)
  }
  return failures
}

/** The path below the folder argument that holds the file; of a file argument its own name. */
function placeOf(name: string, given: readonly string[]): string {
  if (name === 'stdin') return 'stdin.yaml'
  const folders = given.filter((one) => one !== '-' && path.resolve(one) !== path.resolve(name))
  const inside = folders.map((folder) => path.relative(folder, name)).find((place) => !place.startsWith('..'))
  return inside === undefined || path.isAbsolute(inside) ? path.basename(name) : inside
}

async function writeFile(target: string, text: string): Promise<readonly string[]> {
  try {
    await fs.mkdir(path.dirname(target), { recursive: true })
    await fs.writeFile(target, text)
    return []
  } catch (error) {
    return [`${target}: ${error instanceof Error ? error.message : String(error)}`]
  }
}
