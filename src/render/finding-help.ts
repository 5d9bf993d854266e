import type { FindingId } from '../core/findings/catalogue.ts'
import { findingPage } from '../core/findings/page.ts'
import { documentationAt, findingPlace } from '../pages/documentation.ts'

/** The page of a finding in Markdown, its links absolute; undefined where the program comes without its documentation. */
export function findingHelp(id: FindingId): string | undefined {
  const text = documentationAt(findingPlace(id))
  return text && withAbsoluteLinks(text, findingPage(id))
}

const withAbsoluteLinks = (markdown: string, page: string): string =>
  markdown.replaceAll(/\]\(([^)\s]+)\)/g, (_, target: string) => `](${new URL(target, page).href})`)
