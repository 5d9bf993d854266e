import type { Notice } from '../core/model/notice.ts'
import { refText } from '../core/model/object-ref.ts'
import { isGrave } from '../judgement/severity.ts'
import type { Note } from '../manifests/position.ts'
import type { Plan } from '../plan/plan.ts'
import { digits } from './counted.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

export const MARK = { error: '✗', warning: '!', information: '·' } as const

interface Line {
  readonly severity: Note['severity']
  readonly text: string
}

/** Messages about objects and files other than the workloads. */
export function drawNotices({ notices, notes }: Plan, paper: Paper): readonly string[] {
  return [
    ...notices.map(noticeLine),
    ...[...Map.groupBy(notes, ({ id }) => id)].flatMap(([id, group]) => noteLines(id, group)),
  ].flatMap((line) => drawLine(line, paper))
}

/** Of each kind a few: what it is shows in the first ones, and the details list all. */
export function drawNoticesInShort({ notices, notes }: Plan, paper: Paper): readonly string[] {
  const lines = [
    ...notices.map((notice) => ({ ...noticeLine(notice), id: notice.id })),
    ...[...Map.groupBy(notes, ({ id }) => id)].flatMap(([id, group]) =>
      noteLines(id, group).map((line) => ({ ...line, id })),
    ),
  ]
  const groups = [...Map.groupBy(lines, ({ id, severity }) => `${severity} ${id}`).values()]
  const order = (group: readonly Line[]): number => (group.some(isGrave) ? 0 : 1)
  groups.sort((a, b) => order(a) - order(b))
  return groups.flatMap((group) => drawFew(group, paper))
}

function drawFew(group: readonly Line[], paper: Paper): readonly string[] {
  const most = group.some(isGrave) ? TOLD_ONE_BY_ONE : 1
  const more = group.length - most
  return group.slice(0, most).flatMap(({ severity, text }, at) => {
    const isLast = more > 0 && at === most - 1
    return drawLine({ severity, text: isLast ? `${text} (and ${digits(more)} more like this)` : text }, paper)
  })
}

const noticeLine = ({ severity, object, text }: Notice): Line => ({
  severity,
  text: `${refText(object)}: ${text}`,
})

function drawLine({ severity, text }: Line, { width, paint }: Paper): readonly string[] {
  const drawn = wrap(text, { width, lead: `  ${MARK[severity]} ` })
  return isGrave({ severity }) ? drawn.map(paint.yellow) : drawn
}

/** A tree of files may produce many of these: a few are listed one by one, more in one line. */
const IN_ONE_LINE: Readonly<Partial<Record<Note['id'], string>>> = {
  'not-an-object': 'documents have no apiVersion and kind, so they are not Kubernetes objects: skipped',
  'empty-list': 'Lists have no items',
  'no-objects': 'files have no objects',
  'name-missing': 'objects have no metadata.name: skipped',
  replaced: 'objects replace earlier ones of the same name, as kubectl apply would',
}
const TOLD_ONE_BY_ONE = 3

function noteLines(id: Note['id'], notes: readonly Note[]): readonly Line[] {
  const sum = IN_ONE_LINE[id]
  if (sum === undefined || notes.length <= TOLD_ONE_BY_ONE) return notes.map(noteLine)
  const named = notes.slice(0, TOLD_ONE_BY_ONE).map(placeText).join(', ')
  const more = notes.length - TOLD_ONE_BY_ONE
  return [
    {
      severity: 'information',
      text: `${notes.length} ${sum}: ${named} and ${more} more (-o json names all)`,
    },
  ]
}

const noteLine = (note: Note): Line => ({
  severity: note.severity,
  text: `${placeText(note)}: ${note.text}`,
})

const placeText = ({ file, line }: Note): string => (line === undefined ? file : `${file}:${line}`)
