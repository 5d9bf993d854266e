import Type, { type Static } from 'typebox'
import { ReportSchema } from './schema.ts'
import { type DefinitionName, list, optional, text } from './schema-words.ts'

/** The version of the format for several clusters; removing a field raises it. */
export const CLUSTERS_FORMAT = 1

const ClusterOutcomeSchema = Type.Object({
  context: text('Context of the kubeconfig'),
  report: optional(
    Type.Object(ReportSchema.properties, {
      description: 'What was found in it; absent: it could not be read',
      definition: 'Report' satisfies DefinitionName,
    }),
  ),
  problem: optional(text('Why there is no report of this cluster')),
})
/** What came of one cluster: a report, or the reason why there is none. */
export type ClusterOutcome = Static<typeof ClusterOutcomeSchema>

/** What `slackwater audit --contexts a,b -o json` prints. */
export const ClustersSchema = Type.Object({
  formatVersion: Type.Literal(CLUSTERS_FORMAT, { description: 'Increases when a field is removed' }),
  clusters: list(ClusterOutcomeSchema, 'In the order of --contexts'),
})
