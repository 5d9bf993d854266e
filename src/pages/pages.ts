import { FINDINGS, type FindingId } from '../core/findings/catalogue.ts'
import { compareText } from '../core/model/object-ref.ts'
import { CONCERNS, type ConcernId } from '../judgement/concerns.ts'
import { documentationAt, findingPlace } from './documentation.ts'

/** The pages that `slackwater explain WORD` prints: those of docs/, which are beside the program wherever it is. */

/** What a word of ours stands for. */
export interface Page {
  /** Markdown. */
  readonly text: string
  /** The folder that its links are relative to, below the root: `docs/findings`. */
  readonly folder: string
  /** Where it is in the documentation: `docs/findings/prestop-missing.md`. */
  readonly place: string
}

interface Word {
  readonly id: string
  readonly what: 'finding' | 'concern' | 'notice'
  /** A line about it. */
  readonly title: string
}

const FINDING_PAGES = 'docs/findings'
const INDEX = `${FINDING_PAGES}/README.md`

/** @throws where the program comes without its documentation. */
function read(place: string): string {
  const text = documentationAt(place)
  if (text === undefined) throw new Error(`${place} is not where the program is: install it again`)
  return text
}

const isFinding = (id: string): id is FindingId => Object.hasOwn(FINDINGS, id)
const isConcern = (id: string): id is ConcernId => Object.hasOwn(CONCERNS, id)

/** Every id that has an explanation; findings first, each kind in lexical order. */
export function explainedWords(): readonly Word[] {
  const byId = (a: Word, b: Word): number => compareText(a.id, b.id)
  const findings = Object.entries(FINDINGS).map(([id, { title }]): Word => ({ id, what: 'finding', title }))
  const concerns = Object.entries(CONCERNS).map(([id, title]): Word => ({ id, what: 'concern', title }))
  const notices = noticeRows().flatMap(({ ids, about }) =>
    ids.map((id): Word => ({ id, what: 'notice', title: about })),
  )
  return [findings, concerns, notices].flatMap((words) => words.toSorted(byId))
}

/**
 * The page of a finding, or what the documentation says of a concern or a notice. One word may be several of these.
 * @returns undefined for any other word.
 */
export function pageOf(id: string): Page | undefined {
  const parts = [
    ...(isFinding(id) ? [read(findingPlace(id))] : []),
    ...(isConcern(id) ? [concernText(id)] : []),
    ...noticeRows().flatMap(({ ids, about }) => (ids.includes(id) ? [noticeText(id, about)] : [])),
  ]
  if (parts.length === 0) return undefined
  const place = isFinding(id) ? findingPlace(id) : isConcern(id) ? 'docs/report.md' : INDEX
  return { text: parts.join('\n'), folder: FINDING_PAGES, place }
}

const concernText = (id: ConcernId): string =>
  `# ${id}\n\n*A concern of the [report](../report.md#needs-attention)*\n\n${sentence(CONCERNS[id])} The report lists it under *Needs attention*, with the object and what to do.\n`

const noticeText = (id: string, about: string): string =>
  `# ${id}\n\n*A notice, or a note about a file*\n\n${sentence(about)}\n`

const sentence = (clause: string): string =>
  `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${clause.endsWith('.') ? '' : '.'}`

interface NoticeRow {
  readonly ids: readonly string[]
  readonly about: string
}

/** The table of the section that has them: `| ids | about |`. */
function noticeRows(): readonly NoticeRow[] {
  const [, section = ''] = read(INDEX).split(/^## Notices and notes$/m)
  return [...section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)].map(([, ids = '', about = '']) => ({
    ids: [...ids.matchAll(/`([^`]+)`/g)].map(([, id = '']) => id),
    about,
  }))
}
