import Type from 'typebox'
import { FINDINGS, type FindingId, type Severity } from '../core/findings/catalogue.ts'
import type { Provenance } from '../core/model/resolved.ts'
import { data } from './schema-words.ts'

const AcceptedSchema = Type.Object(
  {
    reason: Type.String({ description: 'The reason that was given' }),
    by: data<Provenance>('Provenance', 'Where it is accepted'),
  },
  { description: 'It is accepted, and changes no exit code; absent: it is not' },
)

/** One finding of a report. */
export const FindingSchema = Type.Object({
  id: Type.Enum(Object.keys(FINDINGS) as FindingId[], { description: 'Its page is docs/findings/ID.md' }),
  severity: Type.Enum(['information', 'warning', 'error'] satisfies Severity[], {
    description: 'Information never changes an exit code',
  }),
  holds: Type.Enum(['before', 'after', 'throughout'], {
    description: '`before`: the change fixes it; `after`: the change causes it; else `throughout`',
  }),
  about: Type.Optional(
    Type.String({
      description:
        'A container or a limit: tells several findings with one id apart; absent: there is only one',
    }),
  ),
  message: Type.String({ description: 'One sentence with the numbers of this object' }),
  brief: Type.Optional(
    Type.String({ description: 'What happened, in short; absent: the version that answered has none' }),
  ),
  action: Type.Optional(
    Type.String({ description: 'What to do; absent: the version that answered has none' }),
  ),
  paste: Type.Optional(
    Type.String({ description: 'Lines of YAML, or a command, to paste; absent: there is none' }),
  ),
  accepted: Type.Optional(AcceptedSchema),
})
