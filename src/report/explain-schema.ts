import Type, { type Static } from 'typebox'
import { WorkloadSchema } from './schema.ts'
import { count, list, optional, text } from './schema-words.ts'

/** The version of the format of `slackwater explain`; removing a field raises it. */
export const EXPLAIN_FORMAT = 1

const PositionSchema = Type.Object(
  {
    file: text('The file, `stdin`, the URL, or `FOLDER (COMMAND)` for what was rendered'),
    line: count('The line at which the object begins'),
    source: optional(
      text(
        'Of what was rendered: the template or kustomization that it comes from; absent: it was not rendered',
      ),
    ),
  },
  { description: 'Where the workload is written; absent: it was read from a cluster' },
)

/** What `slackwater explain KIND/NAME -o json` prints: the entries of a report, of the workloads that were asked for. */
export const ExplanationSchema = Type.Object({
  formatVersion: Type.Literal(EXPLAIN_FORMAT, { description: 'Increases when a field is removed' }),
  workloads: list(
    Type.Object({ ...WorkloadSchema.properties, position: optional(PositionSchema) }),
    'The workloads of that kind and name: one, or as many as there are namespaces and variants in the files',
  ),
  missing: list(
    Type.Object({ part: text('Resource that could not be listed completely'), problem: text('Why') }),
    'What is missing: nothing if it was read from files',
  ),
})
export type Explanation = Static<typeof ExplanationSchema>
