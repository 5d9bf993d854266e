import { globSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

/** What the documentation shows to be typed: blocks of commands with the mark above them, and commands within sentences. */

export const PAGES = globSync([
  '{README,CONTRIBUTING,SECURITY}.md',
  'docs/**/*.md',
  '{.,docs}/llms.txt',
  '{charts/*,deploy,deploy/*,examples}/README.md',
]).sort()

/** The programs that a page may show: with another one, a block would pass for output. */
export const PROGRAMS = [
  ...['slackwater', 'kubectl', 'helm', 'kustomize', 'npm', 'npx', 'node', 'docker', 'kind', 'minikube'],
  ...['aws', 'eksctl', 'git', 'jq', 'curl', 'vegeta', 'zcat', 'sh', 'cosign', 'gh', 'pre-commit'],
] as const

/** What else a block of commands may begin with. */
const BEGINNINGS = [
  ...PROGRAMS,
  'for',
  'while',
  'exec',
  'cd',
  'start',
  'cat',
  'echo',
  'export',
  'mkdir',
] as const

/**
 * The comment above a block: `<!-- run by test/e2e/install.e2e.ts -->`, of one or several files, or
 * `<!-- not run: needs an AWS account -->`. A page is not run where it is shown, so a reader does not see it.
 */
export interface Mark {
  readonly runBy?: readonly string[]
  readonly notRun?: string
}

export interface Shown {
  readonly page: string
  /** Of the first command; the first line of a page is 1. */
  readonly line: number
  /** As a shell reads it. */
  readonly text: string
  /** Only of a block. */
  readonly mark?: Mark
}

interface Block {
  readonly language: string
  readonly line: number
  readonly text: string
  /** The comments directly above it. */
  readonly comments: readonly string[]
}

/** @returns every fenced block, also those inside of a list. */
function blocksIn(text: string): readonly Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = '', fence = '', language = ''] = /^(\s*)(```+|~~~+)(\S*)/.exec(lines[at] ?? '') ?? []
    if (fence === '') continue
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence)
    const body = lines.slice(at + 1, end).map((line) => line.replace(indent, ''))
    blocks.push({ language, line: at + 2, text: body.join('\n'), comments: commentsAbove(lines, at) })
    at = end
  }
  return blocks
}

function commentsAbove(lines: readonly string[], fence: number): readonly string[] {
  const found: string[] = []
  for (let at = fence - 1; at >= 0; at -= 1) {
    const [, comment] = /^\s*<!-- (.*) -->$/.exec(lines[at] ?? '') ?? []
    if (comment === undefined) return found
    found.push(comment)
  }
  return found
}

function markOf({ comments }: Block): Mark | undefined {
  for (const comment of comments) {
    const [, word, rest = ''] = /^(run by|not run:) (.+)$/.exec(comment) ?? []
    if (word === 'run by') return { runBy: rest.split(/,\s*/) }
    if (word === 'not run:') return { notRun: rest }
  }
  return undefined
}

/** The first word of the first line that is no comment, after settings of variables and a prompt. */
const firstWord = (text: string): string => {
  const line = text.split('\n').find((one) => one.trim() !== '' && !one.startsWith('#')) ?? ''
  return /^(?:\$ )?\(?(?:[A-Z_]+=\S* )*([\w-]+)/.exec(line)?.[1] ?? ''
}

const isShell = ({ language, text }: Block): boolean =>
  ['sh', 'bash', 'shell', 'console'].includes(language) ||
  (language === '' && BEGINNINGS.some((word) => word === firstWord(text)))

/** With prompts, only what follows them is typed, up to the next line that continues nothing. */
const typedIn = (text: string): string =>
  text.startsWith('$ ')
    ? [...text.matchAll(/^\$ ((?:.*\\\n)*.*)$/gm)].map(([, command = '']) => command).join('\n')
    : text

/** What a pipeline runs: `run`, `script`, `entry` of YAML, `sh '…'` of Groovy. */
function commandsOfPipeline({ language, text }: Block): readonly string[] {
  if (language === 'groovy') return [...text.matchAll(/\bsh '(.*?)'/g)].map(([, command = '']) => command)
  if (language !== 'yaml') return []
  return parseAllDocuments(text).flatMap((document) => runIn(document.toJS()))
}

const RUN_KEYS = ['run', 'script', 'before_script', 'entry']

function runIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    RUN_KEYS.includes(key)
      ? [inner].flat().filter((one): one is string => typeof one === 'string')
      : runIn(inner),
  )
}

/** @returns the blocks of a page that are commands, in order. */
export function blocksOfCommands(page: string): readonly Shown[] {
  return blocksIn(readFileSync(page, 'utf8')).flatMap((block) => {
    const mark = markOf(block)
    const common = { page, line: block.line, ...(mark !== undefined && { mark }) }
    if (isShell(block)) return [{ ...common, text: typedIn(block.text) }]
    const text = commandsOfPipeline(block).join('\n')
    return text === '' ? [] : [{ ...common, text }]
  })
}

/** @returns the first line of each block of output: one without a language that is no command. */
export const outputsOf = (page: string): readonly string[] =>
  blocksIn(readFileSync(page, 'utf8'))
    .filter((block) => block.language === '' && !isShell(block))
    .map(({ text }) => text.split('\n')[0] ?? '')

/** A program at the beginning of a line, or after a pipe or a semicolon. */
const COMMAND = new RegExp(`(?:^|^\\$ |[|;&] )(?:${PROGRAMS.join('|')}) `)

/** @returns lines of output that look like commands: nothing would run them. `docs/x.md:12: helm install …` */
export function commandsInOutput(page: string): readonly string[] {
  return blocksIn(readFileSync(page, 'utf8'))
    .filter((block) => block.language === '' && !isShell(block))
    .flatMap(({ text, line }) =>
      text
        .split('\n')
        .map((one, at) => ({ one, place: `${page}:${line + at}` }))
        .filter(({ one }) => COMMAND.test(one)),
    )
    .map(({ one, place }) => `${place}: ${one}`)
}

/** @returns marks above what is no block of commands, or with another comment between. */
export function straysOf(page: string): readonly string[] {
  const text = readFileSync(page, 'utf8')
  const known = blocksOfCommands(page).filter(({ mark }) => mark !== undefined).length
  const marks = text.match(/^\s*<!-- (?:run by|not run).*$/gm) ?? []
  return marks.length === known ? [] : marks
}

/** @returns the commands between backticks, of the programs that are checked. */
export function inlineCommands(page: string): readonly Shown[] {
  const lines = readFileSync(page, 'utf8').split('\n')
  let isFenced = false
  return lines.flatMap((line, at) => {
    if (/^\s*(```|~~~)/.test(line)) isFenced = !isFenced
    if (isFenced) return []
    return [...line.matchAll(/`((?:slackwater|kubectl|helm|npm|npx) [^`]+)`/g)]
      .map(([, text = '']) => text.replaceAll('\\|', '|'))
      .filter((text) => !text.includes('…'))
      .map((text) => ({ page, line: at + 1, text }))
  })
}
