import path from 'node:path'
import { isRecord } from '../core/model/json-value.ts'
import { readDocument } from './read-document.ts'

/** A folder with a kustomization, as it was found. */
export interface Kustomization {
  readonly folder: string
  /** Its path. */
  readonly file: string
  /** Of that file; empty if it could not be read. */
  readonly text: string
}

/** A kustomization as `kustomize build` would read it, as far as the files show it. */
export interface Build {
  readonly kustomization: Kustomization
  /** Absolute paths of the manifests that it lists itself. */
  readonly files: ReadonlySet<string>
  /** Absolute paths of the folders that it includes. */
  readonly folders: readonly string[]
  /** It sets this namespace on everything in it. */
  readonly namespace: string | undefined
  /** Cannot be built alone. */
  readonly isComponent: boolean
  /** An entry whose content is unknown: a URL, a chart, a file that was not read. */
  readonly unknown: string | undefined
}

/** Fields through which further objects come in, of which the files show nothing (kustomize api/types, Kustomization). */
const GENERATING = ['generators', 'transformers', 'helmCharts', 'helmChartInflationGenerator'] as const

/** The fields that include other folders (kustomize api/types, Kustomization). */
const INCLUDING = ['resources', 'bases', 'components'] as const

/** @param isRead whether a manifest of this absolute path was read. */
export function buildsOf(
  kustomizations: readonly Kustomization[],
  isRead: (file: string) => boolean,
): readonly Build[] {
  const folders = new Set(kustomizations.map(({ folder }) => path.resolve(folder)))
  return kustomizations.map((kustomization): Build => {
    const content = contentOf(kustomization)
    const entries = includedBy(content).map((name) => ({
      name,
      place: path.resolve(kustomization.folder, name),
    }))
    const generating =
      content === undefined ? kustomization.file : GENERATING.find((field) => field in content)
    return {
      kustomization,
      files: new Set(entries.map(({ place }) => place).filter(isRead)),
      folders: entries.map(({ place }) => place).filter((place) => folders.has(place)),
      namespace: textAt(content, 'namespace'),
      isComponent: textAt(content, 'kind') === 'Component',
      unknown: generating ?? entries.find(({ place }) => !isRead(place) && !folders.has(place))?.name,
    }
  })
}

type Content = Readonly<Record<string, unknown>>

/** Undefined if it is no mapping, or could not be read. */
function contentOf({ text }: Kustomization): Content | undefined {
  const read = readDocument(text)
  return read.readable && isRecord(read.data.value) ? read.data.value : undefined
}

/** As written: folders, files and URLs. */
const includedBy = (content: Content | undefined): readonly string[] =>
  INCLUDING.flatMap((field) => {
    const listed = content?.[field]
    return Array.isArray(listed) ? listed.filter((one): one is string => typeof one === 'string') : []
  })

const textAt = (content: Content | undefined, key: string): string | undefined => {
  const value = content?.[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What is built alone: all but components and what another one includes. */
export function rootsAmong(builds: readonly Build[]): readonly Build[] {
  const included = new Set(builds.flatMap(({ folders }) => folders))
  return builds.filter(
    ({ isComponent, kustomization }) => !isComponent && !included.has(path.resolve(kustomization.folder)),
  )
}

/** Everything that a build of this one includes, itself first, each once. */
export function closureOf(root: Build, builds: readonly Build[]): readonly Build[] {
  const byFolder = new Map(builds.map((build) => [path.resolve(build.kustomization.folder), build]))
  const found = new Set([root])
  for (const build of found) {
    for (const folder of build.folders) {
      const inside = byFolder.get(folder)
      if (inside !== undefined) found.add(inside)
    }
  }
  return [...found]
}

/** @returns a sentence for each kustomization of these folders that needs something above them. */
export function needsOutside(
  kustomizations: readonly Kustomization[],
  folders: readonly string[],
): readonly string[] {
  return kustomizations.flatMap((kustomization) => {
    const { folder, file } = kustomization
    const [above] = textsIn(contentOf(kustomization))
      // A generator may name the file's key in front: `key=../file`.
      .map((text) => text.slice(text.indexOf('=') + 1))
      .filter((text) => isAbove(text) && !folders.some((one) => isWithin(one, path.resolve(folder, text))))
    if (above === undefined) return []
    return [`${file} needs ${above}, which was not read: give a folder that holds both with -f`]
  })
}

const isAbove = (text: string): boolean => /^\.\.(?:\/[^\n]*)?$/.test(text)

function isWithin(folder: string, place: string): boolean {
  const [first] = path.relative(path.resolve(folder), place).split(path.sep)
  return first !== '..'
}

/** Every text in a value, keys not included. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
