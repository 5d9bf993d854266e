import { promises as fs } from 'node:fs'
import path from 'node:path'
import { LARGEST_INPUT } from '../manifests/paths.ts'
import { readFile } from '../manifests/read-file.ts'
import type { PatchedFile } from '../plan/patched-file.ts'
import { foldersAmong, isBelow } from './carried-files.ts'
import { replaceFile } from './replace-file.ts'
import { attempt, Refused, type Writing, whatIs } from './write-files.ts'

/**
 * Replaces files where they are, each as a whole. A link keeps leading to its file, which is replaced only if it lies in
 * what was given: whoever wrote the tree may have linked anything.
 * @param files those that changed.
 */
export async function writeInPlace(
  files: readonly PatchedFile[],
  given: readonly string[],
): Promise<Writing> {
  const written = new Map<string, string>()
  const failures: string[] = []
  const done = new Set<string>()
  const folders = await foldersAmong(given)
  const real = await Promise.all(folders.map((folder) => fs.realpath(folder)))
  for (const file of files) {
    const failure = await attempt(() => replace(file, { given, real, done }))
    if (failure === undefined) written.set(file.name, file.name)
    else failures.push(`${file.name}: not written: ${failure}`)
  }
  return { written, failures }
}

interface Place {
  readonly given: readonly string[]
  /** The given folders, without symbolic links. */
  readonly real: readonly string[]
  /** What has been replaced: two names may lead to one file. */
  readonly done: Set<string>
}

async function replace({ name, text, former }: PatchedFile, { given, real, done }: Place): Promise<void> {
  if (former === undefined) return await create(name, text)
  const target = await fs.realpath(name)
  if (done.has(target)) return
  const isNamed = given.some((one) => path.resolve(one) === path.resolve(name))
  if (!isNamed && !real.some((folder) => isBelow(folder, target)))
    throw new Refused(`it is a symbolic link that leads out of what was given: give ${target} with -f`)
  // A file that its owner has made read-only is not replaced.
  await fs.access(target, fs.constants.W_OK)
  const now = await readFile(target, LARGEST_INPUT)
  if (!now.ok || now.text !== former) throw new Refused('it has changed since it was read: run this again')
  await replaceFile(target, text, await fs.stat(target))
  done.add(target)
}

async function create(name: string, text: string): Promise<void> {
  if ((await whatIs(name, fs.lstat)) !== undefined)
    throw new Refused('it exists, but was not read: give it with -f too')
  await replaceFile(name, text, undefined)
}
