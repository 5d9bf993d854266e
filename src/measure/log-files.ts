import { type Dirent, promises as fs, type Stats } from 'node:fs'
import path from 'node:path'
import { compareText } from '../core/model/object-ref.ts'
import { matchesOf } from '../manifests/globs.ts'
import { STDIN_NAME } from '../manifests/paths.ts'
import type { Problem } from '../manifests/position.ts'
import { otherThanFile, reasonOf } from '../manifests/read-file.ts'

/** A file that is to be read, or standard input. */
export interface LogSource {
  /** As it was given or found. */
  readonly name: string
  /** Absent: standard input. */
  readonly file?: string
  /** Bytes, as it is stored; 0: unknown. */
  readonly size: number
  /** It was named itself, not found in a folder: if it is no log, that is a mistake. */
  readonly isGiven: boolean
}

export interface LogFiles {
  /** In the order of the paths; inside a folder in lexical order, which is that of time for files as AWS delivers them. */
  readonly sources: readonly LogSource[]
  readonly problems: readonly Problem[]
  /** Files that other files are copies of, by the name that AWS gave them. */
  readonly copies: number
  /** Entries of folders that were left out since they are no files: pipes, sockets, devices. */
  readonly others: readonly string[]
}

interface Gathering {
  readonly sources: LogSource[]
  readonly problems: Problem[]
  readonly others: string[]
  /** Files by device and number: one is read once, by whatever names. */
  readonly seen: Set<string>
  /** AWS's names, with the size. */
  readonly delivered: Set<string>
  copies: number
}

/**
 * Finds the files of paths as `-f` does: files, folders (all levels, without hidden entries), what a quoted pattern matches,
 * and `-`. In a folder every file counts, whatever its name ends in.
 */
export async function findLogFiles(paths: readonly string[]): Promise<LogFiles> {
  const gathering: Gathering = {
    ...{ sources: [], problems: [], others: [], copies: 0 },
    ...{ seen: new Set(), delivered: new Set() },
  }
  for (const given of paths) {
    if (given === '-') gatherStdin(gathering)
    else await gatherPattern(given, gathering)
  }
  return gathering
}

function gatherStdin({ seen, sources }: Gathering): void {
  if (seen.has('-')) return
  seen.add('-')
  sources.push({ name: STDIN_NAME, size: 0, isGiven: true })
}

async function gatherPattern(given: string, gathering: Gathering): Promise<void> {
  const matches = await matchesOf(given)
  if (matches?.length === 0) {
    const message = 'no such file or folder, and nothing matches it as a pattern'
    gathering.problems.push({ file: given, message })
  }
  for (const one of matches ?? [given]) await gatherGiven(one, gathering)
}

async function gatherGiven(given: string, gathering: Gathering): Promise<void> {
  const stat = await statOf(given, gathering)
  if (stat === undefined) return
  if (!stat.isDirectory()) return take(given, stat, true, gathering)
  if ((await gatherFolder(given, gathering)) === 0)
    gathering.problems.push({ file: given, message: 'contains no files: expected logs, at any level' })
}

/**
 * A symbolic link to a folder is not followed, as in kubectl's walk, so folders cannot form a loop.
 * @returns how many entries it has at all levels that are no folders, those that were read before among them.
 */
async function gatherFolder(folder: string, gathering: Gathering): Promise<number> {
  const entries = await entriesOf(folder, gathering)
  if (entries === undefined) return 1
  let found = 0
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const inside = path.join(folder, entry.name)
    if (entry.isDirectory()) {
      found += await gatherFolder(inside, gathering)
      continue
    }
    found += 1
    if (entry.isFile() || entry.isSymbolicLink()) await gatherEntry(inside, gathering)
    else gathering.others.push(inside)
  }
  return found
}

async function gatherEntry(file: string, gathering: Gathering): Promise<void> {
  const stat = await statOf(file, gathering)
  if (stat === undefined || stat.isDirectory()) return
  if (stat.isFile()) take(file, stat, false, gathering)
  else gathering.others.push(file)
}

async function entriesOf(folder: string, { problems }: Gathering): Promise<readonly Dirent[] | undefined> {
  try {
    const entries = await fs.readdir(folder, { withFileTypes: true })
    return entries.sort((a, b) => compareText(a.name, b.name))
  } catch (error) {
    problems.push({ file: folder, message: `cannot be read: ${reasonOf(error)}` })
    return undefined
  }
}

async function statOf(file: string, { problems }: Gathering): Promise<Stats | undefined> {
  try {
    return await fs.stat(file)
  } catch (error) {
    problems.push({ file, message: `cannot be read: ${reasonOf(error)}` })
    return undefined
  }
}

/**
 * As AWS delivers it: ACCOUNT_elasticloadbalancing_REGION_app.NAME.ID_END_ADDRESS_RANDOM.log.gz. The random part makes it
 * unique.
 */
const DELIVERED = /^\d{12}_elasticloadbalancing_.*_\d{8}T\d{4}Z_[\da-f.:]+_[\da-z]+\.log(\.gz)?$/

function take(file: string, stat: Stats, isGiven: boolean, gathering: Gathering): void {
  const other = otherThanFile(stat)
  if (other !== undefined) {
    const hint = other.isStream ? '; give - and pipe it in instead' : ''
    gathering.problems.push({ file, message: `cannot be read: ${other.reason}${hint}` })
    return
  }
  const identity = `${stat.dev}:${stat.ino}`
  if (gathering.seen.has(identity)) return
  gathering.seen.add(identity)
  const name = path.basename(file)
  const delivered = `${name} ${stat.size}`
  if (DELIVERED.test(name)) {
    if (gathering.delivered.has(delivered)) {
      gathering.copies += 1
      return
    }
    gathering.delivered.add(delivered)
  }
  // A file may have the same name as standard input has in messages.
  gathering.sources.push({ name: file === STDIN_NAME ? `./${file}` : file, file, size: stat.size, isGiven })
}
