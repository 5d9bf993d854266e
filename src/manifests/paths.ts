import { type Dirent, promises as fs } from 'node:fs'
import path from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { compareText } from '../core/model/object-ref.ts'
import type { Kustomization } from './builds.ts'
import { kustomizationNotes } from './kustomizations.ts'
import type { Note, Problem } from './position.ts'
import { readFile, reasonOf, sizeText } from './read-file.ts'

/** One text to read, with its name for messages. */
export interface SourceText {
  readonly name: string
  readonly text: string
}

export interface Expansion {
  /** In the order of the arguments; inside a folder in lexical order, as `kubectl apply -R -f` walks it. */
  readonly sources: readonly SourceText[]
  readonly problems: readonly Problem[]
  readonly notes: readonly Note[]
  /** Of the folders, in the order in which they were found. */
  readonly kustomizations: readonly Kustomization[]
}

/** The extensions that kubectl reads from a folder (cli-runtime pkg/resource, FileExtensions). */
const EXTENSIONS: ReadonlySet<string> = new Set(['.json', '.yaml', '.yml'])

/** The file names that kustomize looks for (kustomize api/konfig). */
const KUSTOMIZATIONS: ReadonlySet<string> = new Set([
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
])

/** The file name of standard input in messages. */
export const STDIN_NAME = 'stdin'

/** Memory per byte of input: 42 bytes were measured, for Deployments with only one container. */
const BYTES_EACH = 45

/**
 * Bytes of the whole input: 64 MiB (choice; the largest trees of manifests have some ten), or what fits into memory.
 */
export const LARGEST_INPUT = Math.min(
  64 * 2 ** 20,
  Math.floor(getHeapStatistics().heap_size_limit / BYTES_EACH),
)

interface Gathered {
  readonly sources: SourceText[]
  readonly problems: Problem[]
  readonly kustomizations: Kustomization[]
  /** Absolute paths already read: a file named twice is read once. */
  readonly seen: Set<string>
  /** Bytes that may still be read. */
  left: number
}

/**
 * Reads files, folders (all levels, without hidden entries and node_modules) and `-`, which is standard input. A path
 * that cannot be read becomes a problem; the rest is still read.
 */
export async function expandPaths(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<Expansion> {
  const gathered: Gathered = {
    sources: [],
    problems: [],
    kustomizations: [],
    seen: new Set(),
    left: LARGEST_INPUT,
  }
  for (const given of paths) {
    if (given === '-') await gatherStdin(readStdin, gathered)
    else await gatherPath(given, gathered)
  }
  const { sources, problems, kustomizations } = gathered
  return { sources, problems, notes: kustomizationNotes(kustomizations), kustomizations }
}

async function gatherStdin(readStdin: () => Promise<string>, gathered: Gathered): Promise<void> {
  if (gathered.seen.has('-')) return
  gathered.seen.add('-')
  try {
    const text = await readStdin()
    take({ name: STDIN_NAME, text }, Buffer.byteLength(text), gathered)
  } catch (error) {
    gathered.problems.push({ file: STDIN_NAME, message: `cannot be read: ${reasonOf(error)}` })
  }
}

function take(source: SourceText, bytes: number, gathered: Gathered): void {
  if (bytes > gathered.left) {
    gathered.problems.push({ file: source.name, message: TOO_MUCH })
    return
  }
  gathered.left -= bytes
  gathered.sources.push(source)
}

const TOO_MUCH = `not read: the input is larger than ${sizeText(LARGEST_INPUT)} in total: give fewer files at a time`

async function gatherPath(given: string, gathered: Gathered): Promise<void> {
  if (!(await isFolder(given))) return await gatherFile(given, gathered, PIPE_IT)
  const found = await gatherFolder(given, gathered)
  if (found > 0) return
  const expected = [...EXTENSIONS].join(', ')
  gathered.problems.push({
    file: given,
    message: `contains no manifests: expected files ending in ${expected}`,
  })
}

const PIPE_IT = '; pipe it in instead: … | slackwater plan -f -'

/** A path that cannot be examined counts as a file: reading it reports the reason. */
const isFolder = (given: string): Promise<boolean> =>
  fs.stat(given).then(
    (stat) => stat.isDirectory(),
    () => false,
  )

/**
 * Returns how many manifests and kustomizations the folder contains, including those read before and the unreadable
 * ones. A symbolic link counts as a file, as in kubectl's walk, so folders cannot form a loop.
 */
async function gatherFolder(folder: string, gathered: Gathered): Promise<number> {
  const entries = await entriesOf(folder, gathered)
  if (entries === undefined) return 1
  let found = 0
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const inside = path.join(folder, entry.name)
    if (isHidden(entry)) continue
    if (entry.isDirectory()) {
      found += await gatherFolder(inside, gathered)
    } else if (KUSTOMIZATIONS.has(entry.name)) {
      found += 1
      gathered.kustomizations.push({ folder, file: inside, text: await kustomizationText(inside) })
    } else if (EXTENSIONS.has(path.extname(entry.name))) {
      found += 1
      await gatherFile(inside, gathered)
    }
  }
  return found
}

/** As large as a settings file may be (choice). */
const LARGEST_KUSTOMIZATION = 2 ** 20

/** It is no manifest: if it cannot be read, only the note about it knows less. */
async function kustomizationText(file: string): Promise<string> {
  const read = await readFile(file, LARGEST_KUSTOMIZATION)
  return read.ok ? read.text : ''
}

async function entriesOf(folder: string, { problems }: Gathered): Promise<Dirent[] | undefined> {
  try {
    return await fs.readdir(folder, { withFileTypes: true })
  } catch (error) {
    problems.push({ file: folder, message: `cannot be read: ${reasonOf(error)}` })
    return undefined
  }
}

const isHidden = (entry: Dirent): boolean => entry.name.startsWith('.') || entry.name === 'node_modules'

/** @param ofStream text to add to the message for a pipe or a device. */
async function gatherFile(file: string, gathered: Gathered, ofStream = ''): Promise<void> {
  const absolute = path.resolve(file)
  if (gathered.seen.has(absolute)) return
  gathered.seen.add(absolute)
  // A file may have the same name as standard input has in messages.
  const name = file === STDIN_NAME ? `./${file}` : file
  const read = await readFile(file, LARGEST_INPUT)
  if (read.ok) return take({ name, text: read.text }, read.bytes, gathered)
  const message = `cannot be read: ${read.reason}${read.isStream ? ofStream : ''}`
  gathered.problems.push({ file: name, message })
}
