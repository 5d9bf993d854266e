import path from 'node:path'
import { needsOutside } from '../manifests/builds.ts'
import type { Expansion } from '../manifests/paths.ts'
import { isUrl } from '../manifests/url.ts'
import { patchFiles } from '../plan/patched.ts'
import type { PatchedFile } from '../plan/patched-file.ts'
import type { Plan } from '../plan/plan.ts'
import { counted } from '../render/counted.ts'
import { problemText } from '../render/problem-text.ts'
import { complain, progress, type Terminal } from '../render/terminal.ts'
import { carriedFiles, foldersAmong } from './carried-files.ts'
import { overwritesInput } from './own-input.ts'
import type { InputOptions } from './plan-files.ts'
import { type OutgoingFile, type Writing, writeFiles } from './write-files.ts'
import { writeInPlace } from './write-in-place.ts'

/** Where patched manifests go. */
export interface PatchingOptions extends InputOptions {
  /** One of `FORMATS`. */
  readonly output: string
  readonly patched?: true
  readonly writeTo?: string
  readonly inPlace?: true
}

interface Patching {
  readonly plan: Plan
  readonly expansion: Expansion
}

/** @returns why these options cannot be followed, a sentence. */
export function problemWith(options: PatchingOptions): string | undefined {
  const { patched, output, inPlace, writeTo, filename = [], kustomize, render } = options
  if (patched && output !== 'text' && output !== 'yaml')
    return '--patched prints the manifests as they are written, not in another format; to convert them: slackwater plan … --patched | yq -o json'
  if (inPlace && filename.includes('-')) return '--in-place needs files: standard input cannot be changed'
  const writing = inPlace ? '--in-place' : writeTo === undefined ? undefined : '--write-to'
  if (writing === undefined) return undefined
  if (kustomize !== undefined || render)
    return `${writing} is for files, not for what was rendered of them: use --patched, which prints it`
  if (filename.some(isUrl)) return `${writing} is for files, not for URLs: use --patched, which prints them`
  return undefined
}

/** @returns how many objects or files could not be written. */
export async function patch(
  options: PatchingOptions,
  { plan, expansion }: Patching,
  terminal: Terminal,
): Promise<number> {
  const { filename = [], writeTo: folder, inPlace, patched } = options
  const { sources, kustomizations } = expansion
  const given = [...expansion.given, ...filename.filter((path) => path === '-')]
  const made = patchFiles(sources, plan, { kustomizations, home: await homeOf(given) })
  for (const problem of made.refused) complain(problemText(problem), terminal)
  if (patched) terminal.out(joined(made.files.map(({ text }) => text)))
  if (folder === undefined && !inPlace) return made.refused.length
  for (const sentence of made.unlisted) complain(sentence, terminal, 'warning')
  const files = [...made.files, ...made.kustomizations]
  const failures =
    folder === undefined
      ? await inTheirPlace(files, given, terminal)
      : await toFolder(files, { folder, given, expansion }, terminal)
  for (const failure of failures) complain(failure, terminal)
  return made.refused.length + failures.length
}

/** The folder of what was given first: a new file goes there if no other folder needs it. */
async function homeOf([first = '-']: readonly string[]): Promise<string> {
  if (first === '-') return ''
  return (await foldersAmong([first])).length > 0 ? first : path.dirname(first)
}

async function inTheirPlace(
  files: readonly PatchedFile[],
  given: readonly string[],
  terminal: Terminal,
): Promise<readonly string[]> {
  const changed = files.filter(isChanged)
  const { written, failures } = await writeInPlace(changed, given)
  tellChanges(changed, written, terminal)
  if (changed.length === 0) progress('no file changed', terminal)
  return failures
}

const isChanged = ({ text, former }: PatchedFile): boolean => text !== former

interface ToFolder {
  readonly folder: string
  readonly given: readonly string[]
  readonly expansion: Expansion
}

async function toFolder(
  files: readonly PatchedFile[],
  { folder, given, expansion }: ToFolder,
  terminal: Terminal,
): Promise<readonly string[]> {
  const carried = await carriedFiles(
    given,
    files.map(({ name }) => name),
  )
  const all = [
    ...files.map(({ name, text }): OutgoingFile => ({ name, content: text })),
    ...carried.files.map((name): OutgoingFile => ({ name, content: { copyOf: name } })),
  ]
  const names = all.map(({ name }) => name)
  const reason = await overwritesInput(names, { folder, given })
  if (reason !== undefined) return [reason]
  const { written, failures } = await writeFiles(all, { folder, given })
  tellChanges(files.filter(isChanged), written, terminal)
  tellOthers({ folder, files, written }, terminal)
  const outside = needsOutside(expansion.kustomizations, await foldersAmong(given))
  for (const sentence of [...carried.left, ...outside]) complain(sentence, terminal, 'warning')
  return failures
}

function tellChanges(
  changed: readonly PatchedFile[],
  written: Writing['written'],
  terminal: Pick<Terminal, 'err'>,
): void {
  for (const file of changed) {
    const target = written.get(file.name)
    if (target !== undefined) progress(`${target}: ${changeText(file)}`, terminal)
  }
}

function changeText({ objects, former }: PatchedFile): string {
  if (former === undefined) return `new, with ${counted(objects, 'Namespace')}`
  return objects === 0 ? 'lists slackwater-namespaces.yaml' : `${counted(objects, 'object')} changed`
}

interface Others extends Pick<ToFolder, 'folder'> {
  readonly files: readonly PatchedFile[]
  readonly written: Writing['written']
}

function tellOthers({ folder, files, written }: Others, terminal: Pick<Terminal, 'err'>): void {
  const changed = files.filter((file) => isChanged(file) && written.has(file.name))
  const others = written.size - changed.length
  if (others > 0)
    progress(`${folder}: ${counted(others, 'file')} as ${others === 1 ? 'it was' : 'they were'}`, terminal)
}

/**
 * YAML allows directives (`%YAML 1.2`) only after an explicit end of the document before them. Each line before one can be
 * read in one way only: with two, as for a comment and its `\r`, n lines would take 2 to the power of n steps.
 */
const BEGINS_WITH_DIRECTIVE = /^\uFEFF?(?:[ \t\r]*(?:#[^\n]*)?\n)*%/

const between = (text: string): string => {
  if (/^\uFEFF?---/.test(text)) return ''
  return BEGINS_WITH_DIRECTIVE.test(text) ? '...\n' : '---\n'
}

/** Joins several files into one stream of documents, as kubectl accepts it. */
const joined = (texts: readonly string[]): string =>
  texts
    .map((text, index) => (index === 0 ? text : `${between(text)}${text}`))
    .map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`))
    .join('')
