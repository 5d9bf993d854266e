import type { Page } from '../pages/pages.ts'
import { columnsOf, padTo } from './columns.ts'
import { markdownText } from './markdown-text.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

/** A page, and where it is on the web. */
export const pageText = (page: Page, url: string, paper: Paper): string =>
  `${markdownText(page.text, { ...paper, folder: page.folder })}\n${url}\n`

interface ListedWord {
  readonly id: string
  readonly what: string
  readonly title: string
}

/** Every word that has an explanation: findings with their titles, of the others the words alone. */
export function wordsText(words: readonly ListedWord[], { width, paint }: Paper): string {
  const groups = [...Map.groupBy(words, ({ what }) => what)].map(([what, some]) => [
    paint.bold(`${what.charAt(0).toUpperCase()}${what.slice(1)}s`),
    ...(what === 'finding'
      ? titled(some, width)
      : wrap(some.map(({ id }) => id).join(', '), { width, lead: '  ' })),
  ])
  return `${groups.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function titled(words: readonly ListedWord[], width: number): readonly string[] {
  const column = Math.max(...words.map(({ id }) => columnsOf(id))) + 2
  return words.flatMap(({ id, title }) => wrap(title, { width, lead: `  ${padTo(id, column)}` }))
}
