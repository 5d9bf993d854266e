import path from 'node:path'
import { isRecord } from '../core/model/json-value.ts'
import type { Note } from './position.ts'
import { readDocument } from './read-document.ts'

/** A folder with a kustomization, as it was found. */
export interface Kustomization {
  readonly folder: string
  /** Of its file; empty if it could not be read. */
  readonly text: string
}

/** A choice: some are named, more are counted. */
const MOST_NAMED = 3

/** One note for all of them: a repository of overlays would otherwise hide all other output. */
export function kustomizationNotes(found: readonly Kustomization[]): readonly Note[] {
  const roots = rootsOf(found)
  const [first, ...others] = roots
  if (first === undefined) return []
  const more = found.length === 1 ? '' : ` (and ${found.length - 1} more such folders)`
  const text =
    `holds a kustomization${more} and was read as written, without its patches and names; ` +
    `for what kustomize makes of it: kustomize build ${shellWord(first)} | slackwater plan -f -` +
    (others.length === 0 ? '' : `; so for ${named(others)}`)
  return [{ severity: 'information', id: 'kustomization', file: first, text }]
}

const named = (folders: readonly string[]): string => {
  const left = folders.length - MOST_NAMED
  const words = folders.slice(0, MOST_NAMED).map(shellWord)
  return left > 0 ? `${words.join(', ')} and ${left} more` : words.join(', ')
}

/** The folders to build: those that no other kustomization includes. If each is included, the first one. */
function rootsOf(found: readonly Kustomization[]): readonly string[] {
  const read = found.map(({ folder, text }) => ({ folder, ...contentOf(text) }))
  const included = new Set(
    read.flatMap(({ folder, includes }) => includes.map((one) => path.resolve(folder, one))),
  )
  const roots = read.filter(({ folder, isComponent }) => !isComponent && !included.has(path.resolve(folder)))
  return (roots.length > 0 ? roots : read.slice(0, 1)).map(({ folder }) => folder)
}

interface Content {
  /** As written: folders, files and URLs. */
  readonly includes: readonly string[]
  /** It cannot be built alone. */
  readonly isComponent: boolean
}

/** The fields that include other folders (kustomize api/types, Kustomization). */
const INCLUDING = ['resources', 'bases', 'components'] as const

function contentOf(text: string): Content {
  const read = readDocument(text)
  const value = read.readable && isRecord(read.data.value) ? read.data.value : {}
  const includes = INCLUDING.flatMap((field) => {
    const listed = value[field]
    return Array.isArray(listed) ? listed.filter((one): one is string => typeof one === 'string') : []
  })
  return { includes, isComponent: value['kind'] === 'Component' }
}

/** Users paste the command that is shown: a name in it must be a single shell word. */
const shellWord = (word: string): string =>
  /^[\w./][\w./:@%+=,-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
