import { buildsOf, type Kustomization, rootsAmong } from './builds.ts'
import type { Note } from './position.ts'

/** A choice: some are named, more are counted. */
const MOST_NAMED = 3

/** One note for all of them: a repository of overlays would otherwise hide all other output. */
export function kustomizationNotes(found: readonly Kustomization[]): readonly Note[] {
  const roots = rootsOf(found).map(({ folder }) => folder)
  const [first, ...others] = roots
  if (first === undefined) return []
  const more =
    found.length === 1
      ? ''
      : ` (and ${found.length - 1} more such ${found.length === 2 ? 'folder' : 'folders'})`
  const text =
    `holds a kustomization${more} and was read as written, without its patches and names; ` +
    `to read what kustomize makes of it, add --render, or: kustomize build ${shellWord(first)} | slackwater plan -f -` +
    (others.length === 0 ? '' : `; so for ${named(others)}`)
  return [{ severity: 'information', id: 'kustomization', file: first, text }]
}

const named = (folders: readonly string[]): string => {
  const left = folders.length - MOST_NAMED
  const words = folders.slice(0, MOST_NAMED).map(shellWord)
  return left > 0 ? `${words.join(', ')} and ${left} more` : words.join(', ')
}

/** The folders to build: those that no other kustomization includes. If each is included, the first one. */
export function rootsOf(found: readonly Kustomization[]): readonly Kustomization[] {
  const roots = rootsAmong(buildsOf(found, () => true))
  return roots.length > 0 ? roots.map(({ kustomization }) => kustomization) : found.slice(0, 1)
}

/** Users paste the command that is shown: a name in it must be a single shell word. */
const shellWord = (word: string): string =>
  /^[\w./][\w./:@%+=,-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
