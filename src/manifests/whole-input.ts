import { type Expansion, STDIN_NAME } from './paths.ts'
import type { Note, Problem } from './position.ts'
import type { ManifestSet } from './read.ts'

/**
 * Everything that is known of an input, with the parts of it that contain no object. An empty pipe is bad input: the
 * command before it has probably failed, and a check of nothing would succeed. So is an input without any object at all.
 * A List without items is an answer; beside other objects it need not be mentioned.
 * @param given the paths, as given; `-` is standard input.
 */
export function wholeInput(given: readonly string[], expansion: Expansion, read: ManifestSet): ManifestSet {
  const problems = [...expansion.problems, ...read.problems]
  const lists = read.notes.filter(({ id }) => id === 'empty-list')
  const answers = [...read.objects.map(({ position }) => position), ...problems, ...lists]
  const answered = new Set(answers.map(({ file }) => file))
  const silent = [...new Set(given)].filter((path) => !answered.has(path === '-' ? STDIN_NAME : path))
  const isNothing = answers.length === 0
  const names = new Set(expansion.sources.map(({ name }) => name))
  const said = read.objects.length === 0 ? read.notes : read.notes.filter(({ id }) => id !== 'empty-list')
  return {
    objects: read.objects,
    problems: [...problems, ...silent.filter((path) => isNothing || path === '-').map(nothingIn)],
    notes: [
      ...expansion.notes,
      ...said,
      ...silent.filter((path) => !isNothing && path !== '-' && names.has(path)).map(noteOf),
    ],
  }
}

const nothingIn = (path: string): Problem =>
  path === '-'
    ? { file: STDIN_NAME, message: 'no objects read from standard input: did the command before it fail?' }
    : { file: path, message: 'no objects read: expected Kubernetes manifests' }

const noteOf = (file: string): Note => ({
  severity: 'information',
  id: 'no-objects',
  file,
  text: 'no objects in this file',
})
