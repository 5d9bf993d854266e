import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { FindingId } from '../core/findings/catalogue.ts'
import { findingPage } from '../core/findings/page.ts'

/** The folder of the pages, below that of the program: one above the bundle, two above this file. */
const PAGES = 'docs/findings'
const FOLDERS = ['..', '../..'].map((up) => path.join(import.meta.dirname, up, PAGES))

/** The page of a finding in Markdown, its links absolute; undefined where the program comes without its documentation. */
export function findingHelp(id: FindingId): string | undefined {
  const file = FOLDERS.map((folder) => path.join(folder, `${id}.md`)).find((one) => existsSync(one))
  return file && withAbsoluteLinks(readFileSync(file, 'utf8'), findingPage(id))
}

const withAbsoluteLinks = (markdown: string, page: string): string =>
  markdown.replaceAll(/\]\(([^)\s]+)\)/g, (_, target: string) => `](${new URL(target, page).href})`)
