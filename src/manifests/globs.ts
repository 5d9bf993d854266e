import { promises as fs } from 'node:fs'
import path from 'node:path'
import { compareText } from '../core/model/object-ref.ts'

/** What makes a path a pattern. */
const MAGIC = /[*?[{]/

/**
 * The paths that a quoted pattern matches, in lexical order, as kubectl expands what its shell did not (cli-runtime
 * pkg/resource, expandIfFilePattern). Beyond kubectl's, `**` matches folders of any depth, and `{a,b}` matches either.
 * Hidden entries and node_modules are not matched by a wildcard, as in a folder.
 * @returns undefined if it is no pattern: a path that exists is always itself, whatever characters are in it.
 */
export async function matchesOf(given: string): Promise<readonly string[] | undefined> {
  if (!MAGIC.test(given) || (await exists(given))) return undefined
  const isNamed = given.includes(PACKAGES)
  const exclude = (entry: string): boolean => !isNamed && path.basename(entry) === PACKAGES
  const found: string[] = []
  for await (const one of fs.glob(given, { exclude })) found.push(one)
  return found.sort(compareText)
}

const PACKAGES = 'node_modules'

/** A symbolic link that leads nowhere exists, too: reading it gives the reason. */
const exists = (given: string): Promise<boolean> =>
  fs.lstat(given).then(
    () => true,
    () => false,
  )
