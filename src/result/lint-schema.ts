import Type, { type Static } from 'typebox'
import type { Severity } from '../core/findings/catalogue.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { count, data, flag, list, optional, text } from '../report/schema-words.ts'

/** The version of the format; removing a field raises it. */
export const LINT_FORMAT = 1

const line = optional(
  Type.Integer({ minimum: 1, description: 'Counts from 1; absent: it is about the whole file' }),
)

const LintFindingSchema = Type.Object({
  id: text('Of a finding: its page is docs/findings/ID.md; notices and notes: docs/findings/README.md'),
  what: Type.Enum(['finding', 'notice', 'note'], {
    description: '`finding`: about a workload; `notice`: about another object; `note`: about a file',
  }),
  severity: Type.Enum(['information', 'warning', 'error'] satisfies Severity[], {
    description: 'Information never changes an exit code',
  }),
  state: Type.Enum(['open', 'fixed', 'accepted'], {
    description:
      '`fixed`: Slackwater fixes it when the object is applied; `accepted`: a user accepts it; else `open`',
  }),
  counts: flag('It changes the exit code: open, and of severity warning or error'),
  message: text('One sentence'),
  action: optional(text('What to do; absent: the message says it, or nothing')),
  paste: optional(text('Lines of YAML, or a command, to paste; absent: there is none')),
  about: optional(
    text('A container or a limit: tells several findings with one id apart; absent: there is only one'),
  ),
  reason: optional(text('Why a user accepts it; absent: it is not accepted')),
  object: optional(data<ObjectRef>('Object', 'The object that it is about; absent: it is about a file')),
  file: optional(
    text(
      'The file or URL, as it was given or found, or `FOLDER (COMMAND)` for what was rendered; absent: it is about no file',
    ),
  ),
  line,
  source: optional(
    text(
      'Of what was rendered: the template or kustomization that it comes from; absent: it was not rendered',
    ),
  ),
  fingerprint: text('The same in every run, wherever the finding moves in its file'),
})

/** What `slackwater lint -o json` prints. */
export const LintSchema = Type.Object({
  formatVersion: Type.Literal(LINT_FORMAT, { description: 'Increases when a field is removed' }),
  withoutSlackwater: flag('The files are judged for a cluster without Slackwater'),
  summary: Type.Object(
    {
      workloads: count('Workloads that were read'),
      errors: count('Findings that count, of severity error'),
      warnings: count('Findings that count, of severity warning'),
      information: count('Open ones of severity information'),
      fixed: count('Those that Slackwater fixes when the objects are applied'),
      accepted: count('Those that a user accepts'),
      problems: count('Input that could not be read'),
    },
    { description: 'How many there are' },
  ),
  findings: list(LintFindingSchema, 'By file and line'),
  problems: list(
    Type.Object({
      file: text('The file'),
      line,
      message: text('What is wrong, and what was expected'),
    }),
    'Input that could not be read',
  ),
})
export type LintDocument = Static<typeof LintSchema>
