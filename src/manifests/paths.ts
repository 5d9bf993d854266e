import { type Dirent, promises as fs } from 'node:fs'
import path from 'node:path'
import { compareText } from '../core/model/object-ref.ts'
import type { Note, Problem } from './position.ts'

/** One text to read, under the name that messages use for it. */
export interface Source {
  readonly name: string
  readonly text: string
}

export interface Expansion {
  /** In the order of the arguments; inside a folder in lexical order, as `kubectl apply -R -f` walks it. */
  readonly sources: readonly Source[]
  readonly problems: readonly Problem[]
  readonly notes: readonly Note[]
}

/** What kubectl reads from a folder (cli-runtime pkg/resource, FileExtensions). */
const EXTENSIONS: ReadonlySet<string> = new Set(['.json', '.yaml', '.yml'])

/** The names under which kustomize looks for its file (kustomize api/konfig). */
const KUSTOMIZATIONS: ReadonlySet<string> = new Set([
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
])

const STDIN_NAME = 'stdin'

interface Gathered {
  readonly sources: Source[]
  readonly problems: Problem[]
  readonly kustomizations: string[]
  /** Absolute paths that have been read: a file named twice is one file. */
  readonly seen: Set<string>
}

/**
 * Reads files, folders (all levels, without hidden entries and node_modules) and `-`, which is standard input.
 * What cannot be read becomes a problem; the rest goes on.
 */
export async function expandPaths(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<Expansion> {
  const gathered: Gathered = { sources: [], problems: [], kustomizations: [], seen: new Set() }
  for (const given of paths) {
    if (given === '-') await gatherStdin(readStdin, gathered)
    else await gatherPath(given, gathered)
  }
  const { sources, problems, kustomizations } = gathered
  return { sources, problems, notes: kustomizationNotes(kustomizations) }
}

async function gatherStdin(readStdin: () => Promise<string>, gathered: Gathered): Promise<void> {
  if (gathered.seen.has('-')) return
  gathered.seen.add('-')
  try {
    gathered.sources.push({ name: STDIN_NAME, text: await readStdin() })
  } catch (error) {
    gathered.problems.push({ file: STDIN_NAME, message: `cannot be read: ${reasonOf(error)}` })
  }
}

async function gatherPath(given: string, gathered: Gathered): Promise<void> {
  try {
    const stat = await fs.stat(given)
    if (!stat.isDirectory()) return await gatherFile(given, gathered)
    const found = await gatherFolder(given, gathered)
    if (found > 0) return
    const expected = [...EXTENSIONS].join(', ')
    gathered.problems.push({
      file: given,
      message: `holds no manifest: expected files ending in ${expected}`,
    })
  } catch (error) {
    gathered.problems.push({ file: given, message: `cannot be read: ${reasonOf(error)}` })
  }
}

/** Returns how many manifests and kustomizations the folder holds, those read before included. */
async function gatherFolder(folder: string, gathered: Gathered): Promise<number> {
  const entries = await fs.readdir(folder, { withFileTypes: true })
  let found = 0
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const inside = path.join(folder, entry.name)
    if (isHidden(entry)) continue
    if (entry.isDirectory()) {
      found += await gatherFolder(inside, gathered)
    } else if (KUSTOMIZATIONS.has(entry.name)) {
      found += 1
      gathered.kustomizations.push(folder)
    } else if (EXTENSIONS.has(path.extname(entry.name))) {
      found += 1
      await gatherFile(inside, gathered)
    }
  }
  return found
}

const isHidden = (entry: Dirent): boolean => entry.name.startsWith('.') || entry.name === 'node_modules'

async function gatherFile(file: string, gathered: Gathered): Promise<void> {
  const absolute = path.resolve(file)
  if (gathered.seen.has(absolute)) return
  gathered.seen.add(absolute)
  try {
    gathered.sources.push({ name: file, text: decode(await fs.readFile(file)) })
  } catch (error) {
    gathered.problems.push({ file, message: `cannot be read: ${reasonOf(error)}` })
  }
}

/** Keeps a byte order mark, so that writing back keeps it too. Throws a TypeError on anything but UTF-8. */
const decode = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EISDIR: 'it is a folder, expected a file',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of its path is not a folder',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'expected UTF-8 text',
}

/** Plain words for the failures that users meet; anything else in the words of the system. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return REASONS['code' in error ? String(error.code) : ''] ?? error.message
}

/** One note however many there are: a repository of overlays would otherwise drown everything else. */
function kustomizationNotes(folders: readonly string[]): readonly Note[] {
  const [first, ...others] = folders
  if (first === undefined) return []
  const more = others.length === 0 ? '' : ` (and ${others.length} more such folders)`
  const text =
    `holds a kustomization${more} and was read as written, without its patches and names; ` +
    `for what kustomize makes of it: kustomize build ${first} | slackwater plan -f -`
  return [{ severity: 'information', id: 'kustomization', file: first, text }]
}
