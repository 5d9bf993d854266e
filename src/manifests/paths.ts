import { type Dirent, promises as fs } from 'node:fs'
import path from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { compareText } from '../core/model/object-ref.ts'
import type { Kustomization } from './builds.ts'
import { matchesOf } from './globs.ts'
import { kustomizationNotes, rootsOf } from './kustomizations.ts'
import type { Note, Problem } from './position.ts'
import { readFile, reasonOf, sizeText } from './read-file.ts'
import type { UrlReading } from './read-url.ts'
import type { Renderable, Rendering } from './rendering.ts'
import type { SourceText } from './source-text.ts'
import { isUrl, shownUrl } from './url.ts'

/** What is read beside files and folders, and how. */
interface Readers {
  /** Absent: a URL is a problem. */
  readonly readUrl?: (url: string, limit: number) => Promise<UrlReading>
  /** Absent: nothing is rendered. @param limit bytes. */
  readonly render?: (what: Renderable, limit: number) => Promise<Rendering>
  /** Whether charts and kustomizations in folders are rendered; false: they are read as they are written. */
  readonly rendersFolders?: boolean
  /** Folders, or whatever else kustomize builds. */
  readonly kustomize?: readonly string[]
}

export interface Expansion {
  /** The files and folders that were given, with the matches of a pattern in its place. */
  readonly given: readonly string[]
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
export const KUSTOMIZATIONS: ReadonlySet<string> = new Set([
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
])

/** What makes a folder a chart (helm.sh, Charts: the Chart.yaml file). */
const CHART = 'Chart.yaml'

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
  readonly notes: Note[]
  readonly kustomizations: Kustomization[]
  /** Folders of charts; absent: they are read like any other. */
  readonly charts?: string[]
  /** Absolute paths already read: a file named twice is read once. */
  readonly seen: Set<string>
  /** Bytes that may still be read. */
  left: number
}

/**
 * Reads files, folders (all levels, without hidden entries and node_modules), what a quoted pattern matches, URLs, and
 * `-`, which is standard input; renders charts and kustomizations where that is asked for. What cannot be read becomes
 * a problem; the rest is still read.
 */
export async function expandPaths(
  paths: readonly string[],
  readStdin: () => Promise<string>,
  readers: Readers = {},
): Promise<Expansion> {
  const gathered: Gathered = {
    ...{ sources: [], problems: [], notes: [], kustomizations: [] },
    ...(readers.rendersFolders === true ? { charts: [] } : {}),
    seen: new Set(),
    left: LARGEST_INPUT,
  }
  const given: string[] = []
  for (const path of paths) {
    if (path === '-') await gatherStdin(readStdin, gathered)
    else if (isUrl(path)) await gatherUrl(path, readers, gathered)
    else for (const one of await gatherPattern(path, gathered)) given.push(one)
  }
  await gatherRendered(readers, gathered)
  const { sources, problems, notes, kustomizations, charts } = gathered
  // Those that were rendered are no part of what can be written back.
  const written = charts === undefined ? kustomizations : []
  return {
    ...{ given, sources, problems },
    notes: [...kustomizationNotes(written), ...notes],
    kustomizations: written,
  }
}

async function gatherUrl(url: string, { readUrl }: Readers, gathered: Gathered): Promise<void> {
  const { seen, problems, sources, left } = gathered
  if (seen.has(url)) return
  seen.add(url)
  const shown = shownUrl(url)
  const alike = sources.filter((one) => one.name === shown || one.name.startsWith(`${shown} (`)).length
  const name = alike === 0 ? shown : `${shown} (${alike + 1})`
  const read = (await readUrl?.(url, left)) ?? { ok: false, reason: 'expected files or folders, not a URL' }
  if (read.ok) take({ name, text: read.text }, Buffer.byteLength(read.text), gathered)
  else problems.push({ file: name, message: `cannot be read: ${read.reason}` })
}

/** @returns the paths that it stands for: itself, or what it matches. */
async function gatherPattern(given: string, gathered: Gathered): Promise<readonly string[]> {
  const matches = await matchesOf(given)
  if (matches === undefined) {
    await gatherPath(given, gathered)
    return [given]
  }
  if (matches.length === 0)
    gathered.problems.push({
      file: given,
      message: 'no such file or folder, and nothing matches it as a pattern',
    })
  for (const one of matches) {
    if (await isFolder(one)) await gatherFolder(one, gathered)
    else await gatherEntry(one, gathered)
  }
  return matches
}

/** What was asked for as a kustomization, and what was found in folders. */
async function gatherRendered({ render, kustomize = [] }: Readers, gathered: Gathered): Promise<void> {
  const { charts = [], kustomizations, problems, notes, seen } = gathered
  const found = gathered.charts === undefined ? [] : rootsOf(kustomizations)
  const all: readonly Renderable[] = [
    ...charts.map((folder) => ({ kind: 'chart', folder }) as const),
    ...found.map(({ folder, file: source }) => ({ kind: 'kustomization', folder, source }) as const),
    ...kustomize.map((folder) => ({ kind: 'kustomization', folder }) as const),
  ]
  for (const what of all) {
    const key = `${what.kind} ${isUrl(what.folder) ? what.folder : path.resolve(what.folder)}`
    if (render === undefined || seen.has(key)) continue
    seen.add(key)
    const rendering = await render(what, gathered.left)
    notes.push(...rendering.notes)
    if (!rendering.ok) problems.push(rendering.problem)
    else if (rendering.source !== undefined)
      take(rendering.source, Buffer.byteLength(rendering.source.text), gathered)
  }
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
async function gatherFolder(folder: string, gathered: Gathered, isBuilt = false): Promise<number> {
  const entries = await entriesOf(folder, gathered)
  if (entries === undefined) return 1
  const { charts } = gathered
  if (charts !== undefined && entries.some(({ name }) => name === CHART)) {
    charts.push(folder)
    return 1
  }
  // What is built comes from the build: resources, patches, and what no kustomization lists is not applied.
  const comesFromBuild =
    charts !== undefined && (isBuilt || entries.some(({ name }) => KUSTOMIZATIONS.has(name)))
  let found = 0
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const inside = path.join(folder, entry.name)
    if (isHidden(entry)) continue
    if (entry.isDirectory()) {
      found += await gatherFolder(inside, gathered, comesFromBuild)
    } else if (KUSTOMIZATIONS.has(entry.name) || (EXTENSIONS.has(path.extname(inside)) && !comesFromBuild)) {
      found += 1
      await gatherEntry(inside, gathered)
    }
  }
  return found
}

/** A file that was found, not named. */
async function gatherEntry(file: string, gathered: Gathered): Promise<void> {
  if (!KUSTOMIZATIONS.has(path.basename(file))) return await gatherFile(file, gathered)
  const folder = path.dirname(file)
  if (gathered.kustomizations.some((one) => path.resolve(one.file) === path.resolve(file))) return
  gathered.kustomizations.push({ folder, file, text: await kustomizationText(file) })
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
