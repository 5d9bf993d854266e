import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The packages whose code is in a bundle, found through the modules that the bundler included. */

export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** From its package.json: an SPDX expression; empty if absent. */
  readonly license: string
  /** Files in its folder that state terms, by name, in order. */
  readonly texts: ReadonlyMap<string, string>
}

/** Matches modules of rolldown itself, such as the one that loads CommonJS. */
const BUNDLERS_OWN = /^\0?rolldown/
const BUNDLER = 'rolldown'

/**
 * Packages contained in the files of other packages, which no module shows: a prebuilt file of jsonpath-plus contains
 * its dependencies.
 */
const CARRIED: Readonly<Record<string, readonly string[]>> = {
  'jsonpath-plus': ['jsep', '@jsep-plugin/assignment', '@jsep-plugin/regex'],
}

/**
 * @param modules ids of the modules from rolldown: paths, or names of its own.
 * @param root of the project: its own modules are not counted.
 * @returns the packages, each version once, ordered by name.
 * @throws if a module belongs to no package.
 */
export function bundledPackages(modules: Iterable<string>, root: string): readonly BundledPackage[] {
  const folders = new Set([...modules].map((module) => folderOf(module, root)))
  folders.delete(root)
  for (const folder of [...folders]) {
    for (const carried of CARRIED[packageJson(folder)?.name ?? ''] ?? [])
      folders.add(path.join(root, 'node_modules', carried))
  }
  return [...folders].map(packageIn).toSorted(byNameAndVersion)
}

const byNameAndVersion = (a: BundledPackage, b: BundledPackage): number =>
  compare(a.name, b.name) || compare(a.version, b.version)

/** Compares code units: the same on every machine. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

interface PackageJson {
  readonly name?: string
  readonly version?: string
  readonly license?: string
}

/**
 * @returns undefined if the folder is not a package's: a nested package.json may only configure how files are loaded.
 */
function packageJson(folder: string): PackageJson | undefined {
  const file = path.join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  const read = JSON.parse(readFileSync(file, 'utf8')) as PackageJson
  return read.name === undefined || read.version === undefined ? undefined : read
}

function folderOf(module: string, root: string): string {
  if (BUNDLERS_OWN.test(module)) return path.join(root, 'node_modules', BUNDLER)
  for (let folder = path.dirname(module); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (packageJson(folder) !== undefined) return folder
  }
  throw new Error(`${JSON.stringify(module)} belongs to no package: whose terms does it have?`)
}

const STATES_TERMS = /^(licen[cs]e|notice|copying|copyright)/i

function packageIn(folder: string): BundledPackage {
  const { name = '', version = '', license = '' } = packageJson(folder) ?? {}
  const files = readdirSync(folder)
    .filter((file) => STATES_TERMS.test(file))
    .toSorted(compare)
  const texts = files.map((file) => [file, readFileSync(path.join(folder, file), 'utf8')] as const)
  return { name, version, license, texts: new Map(texts) }
}
