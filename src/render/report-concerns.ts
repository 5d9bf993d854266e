import { refText } from '../core/model/object-ref.ts'
import { concernsOf, inOneSentence } from '../judgement/concerns.ts'
import type { ConcernEntry, Report } from '../report/schema.ts'
import { counted } from './counted.ts'

/** A sentence about a problem that needs attention, for all objects that have it. */
interface ConcernLine {
  readonly text: string
  /** Objects to look at first, or the command to run. */
  readonly examples: readonly string[]
}

/** The report's concerns, one sentence for many objects; computed here if an older version sent none. */
export function concernLines(report: Report): readonly ConcernLine[] {
  const concerns: readonly ConcernEntry[] = report.concerns ?? concernsOf(report)
  return [...Map.groupBy(concerns, ({ id }) => id)].flatMap(([id, group]) => linesOf(id, group))
}

function linesOf(id: string, group: readonly ConcernEntry[]): readonly ConcernLine[] {
  if (id === 'unreadable')
    return [
      {
        text: `${counted(group.length, 'object')} could not be read`,
        examples: group.map(({ text }) => text),
      },
    ]
  if (id === 'handover-unfinished') return group.map(({ text, cure }) => ({ text, examples: [cure] }))
  const sentence = inOneSentence(id)
  if (sentence === undefined) return group.map((one) => ({ text: one.text, examples: objectsOf([one]) }))
  return [{ text: sentence(counted(group.length, 'workload')), examples: objectsOf(group) }]
}

const objectsOf = (group: readonly ConcernEntry[]): readonly string[] =>
  group.flatMap(({ object }) => (object === undefined ? [] : [refText(object)]))
