import Type, { type Static } from 'typebox'
import { list, optional, text } from './schema-words.ts'

export const AuditedSchema = Type.Object(
  {
    context: text('Context of the kubeconfig'),
    server: text('Address of its API server, without user name and password'),
  },
  { description: 'The cluster that `slackwater audit` read; absent: not made by it' },
)

const RESULTS = ['accepted', 'refused', 'changed-back', 'not-tried'] as const

export const TriedSchema = Type.Object(
  {
    result: Type.Enum([...RESULTS], {
      description:
        '`refused`: by the API server or an admission policy; `changed-back`: accepted, and a policy overwrote what was written; `not-tried`: it could not be found out',
    }),
    message: optional(text('The API server’s words, or why it was not tried')),
    lost: optional(list(Type.String(), 'Paths in the object at which another value would be stored')),
  },
  {
    description:
      'What the API server answered to `patch` as a server-side dry run (`audit --try`); absent: not asked',
  },
)
export type Tried = Static<typeof TriedSchema>
