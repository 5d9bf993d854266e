import path from 'node:path'
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked'
import { columnsOf, padTo } from './columns.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

/** Where a page is, so that its links can be named from anywhere. */
interface MarkdownPaper extends Paper {
  /** The folder of the page: its links are relative to it. */
  readonly folder: string
}

/** A page of the documentation for a terminal: paragraphs are wrapped, code is not, a link shows where it leads. */
export const markdownText = (markdown: string, paper: MarkdownPaper): string =>
  `${blocksOf(lexer(markdown), paper)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`

type Blocks = readonly (readonly string[])[]

const blocksOf = (tokens: readonly Token[], paper: MarkdownPaper): Blocks =>
  tokens.map((token) => drawBlock(token as MarkedToken, paper)).filter((lines) => lines.length > 0)

function drawBlock(token: MarkedToken, paper: MarkdownPaper): readonly string[] {
  const { width, paint } = paper
  switch (token.type) {
    case 'heading':
      return wrap(inline(token.tokens, paper), { width, lead: '' }).map(paint.bold)
    case 'code':
      return token.text.split('\n').map((line) => `    ${line}`.trimEnd())
    case 'list':
      return drawList(token, paper)
    case 'table':
      return drawTable(token, paper)
    case 'paragraph':
    case 'text':
      return wrap(inline(token.tokens ?? [], paper), { width, lead: '' })
    case 'html':
    case 'space':
      return []
    default:
      return token.raw.trimEnd().split('\n')
  }
}

function drawList({ items, ordered, start }: Tokens.List, paper: MarkdownPaper): readonly string[] {
  return items.flatMap((item, index) => {
    const lead = ordered ? `  ${Number(start) + index}. ` : '  - '
    const inner = blocksOf(item.tokens, { ...paper, width: paper.width - lead.length }).flat()
    return inner.map((line, at) => `${at === 0 ? lead : ' '.repeat(lead.length)}${line}`)
  })
}

const GAP = '  '

/** Columns as wide as their longest cell; the last one is wrapped. A table that does not fit is a block for each row. */
function drawTable({ header, rows }: Tokens.Table, paper: MarkdownPaper): readonly string[] {
  const { width, paint } = paper
  const texts = [header, ...rows].map((cells) => cells.map(({ tokens }) => inline(tokens, paper)))
  const widths = (texts[0] ?? []).map((_, at) => Math.max(...texts.map((row) => columnsOf(row[at] ?? ''))))
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0)
  const isNarrow = before <= width / 2
  return texts.flatMap((row, index) => {
    const lines = isNarrow
      ? wrap(row.at(-1) ?? '', {
          width,
          lead: row
            .slice(0, -1)
            .map((cell, at) => padTo(cell, widths[at] ?? 0) + GAP)
            .join(''),
        })
      : row.flatMap((cell, at) => wrap(cell, { width, lead: at === 0 ? '' : '    ' }))
    return index === 0 ? lines.map((line) => paint.bold(line.trimEnd())) : lines
  })
}

const inline = (tokens: readonly Token[], paper: MarkdownPaper): string =>
  tokens
    .map((token) => drawInline(token as MarkedToken, paper))
    .join('')
    .replaceAll(/\s*\n\s*/g, ' ')

function drawInline(token: MarkedToken, paper: MarkdownPaper): string {
  switch (token.type) {
    case 'codespan':
      return token.raw
    case 'em':
    case 'strong':
      return inline(token.tokens, paper)
    case 'link':
      return drawLink(token, paper)
    case 'escape':
      return token.text
    case 'text':
      return token.tokens === undefined ? token.text : inline(token.tokens, paper)
    default:
      return token.raw
  }
}

/** A page of a finding is named by its id, any other by its place in the repository; the page itself not at all. */
function drawLink({ href, tokens }: Tokens.Link, paper: MarkdownPaper): string {
  const text = inline(tokens, paper)
  if (href.startsWith('#') || text === href) return text
  if (/^[a-z]+:/.test(href)) return `${text} (${href})`
  const [, id] = /^([a-z-]+)\.md(?:#.*)?$/.exec(href) ?? []
  if (id !== undefined) return text.replaceAll('`', '') === id ? text : `${text} (${id})`
  return `${text} (${path.posix.join(paper.folder, href)})`
}
