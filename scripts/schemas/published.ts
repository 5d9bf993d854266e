import Type, { type TSchema } from 'typebox'
import { HOME } from '../../src/core/findings/page.ts'
import { isRecord } from '../../src/core/model/json-value.ts'
import { HandoverSchema } from '../../src/handover/schema.ts'
import { MeasurementsSchema, WitnessSchema } from '../../src/kubernetes/observed-schema.ts'
import { MeasureSchema } from '../../src/measure/schema.ts'
import { ClustersSchema } from '../../src/report/clusters.ts'
import { DEFINITIONS } from '../../src/report/definitions.ts'
import { ExplanationSchema } from '../../src/report/explain-schema.ts'
import { ReportSchema } from '../../src/report/schema.ts'
import { LintSchema } from '../../src/result/lint-schema.ts'
import { PlanSchema } from '../../src/result/plan-schema.ts'
import { VersionSchema } from '../../src/result/version-schema.ts'

/**
 * The published JSON Schemas in docs/schemas: of what the commands print with -o json and yaml, and of what the ConfigMap
 * slackwater-observed holds.
 */

interface Published {
  /** The command whose output it is, or the name of the document. */
  readonly command: string
  readonly schema: TSchema
  /** Absent: the output of a command. */
  readonly about?: { readonly title: string; readonly description: string }
}

const DOCUMENTS: readonly Published[] = [
  // Of one cluster a report; with --contexts the reports of all.
  { command: 'audit', schema: Type.Union([Type.Ref('Report'), ClustersSchema]) },
  { command: 'explain', schema: ExplanationSchema },
  { command: 'handover', schema: HandoverSchema },
  { command: 'lint', schema: LintSchema },
  {
    command: 'observed-aws',
    schema: WitnessSchema,
    about: {
      title: 'slackwater-observed: aws.json',
      description:
        'What AWS says of load balancers and target groups, under the key aws.json of the ConfigMap slackwater-observed.',
    },
  },
  {
    command: 'observed-measured',
    schema: MeasurementsSchema,
    about: {
      title: 'slackwater-observed: measured.json',
      description:
        'What was measured of load balancers and target groups, under the key measured.json of the ConfigMap slackwater-observed.',
    },
  },
  { command: 'measure', schema: MeasureSchema },
  { command: 'plan', schema: PlanSchema },
  { command: 'report', schema: ReportSchema },
  { command: 'version', schema: VersionSchema },
]

/** Where the files are served from. */
const BASE = HOME.replace('github.com', 'raw.githubusercontent.com').concat('/main/docs/schemas')

/** The text of each file, by its name: `plan.v1.json`. The number is that of `formatVersion` or `version`. */
export const publishedSchemas = (): ReadonlyMap<string, string> =>
  new Map(
    DOCUMENTS.map((published) => {
      const name = `${published.command}.v${versionOf(published.schema)}.json`
      return [name, `${JSON.stringify(documentOf(name, published), null, 2)}\n`]
    }),
  )

/** @throws if it has none, or its alternatives have different ones: the file has one number in its name. */
function versionOf(schema: TSchema): number {
  const { anyOf, $ref, properties } = plain(schema)
  if (Array.isArray(anyOf)) {
    const [version, ...others] = new Set(anyOf.map((part) => versionOf(part)))
    if (version === undefined || others.length > 0) throw new Error('alternatives of different formatVersion')
    return version
  }
  if (typeof $ref === 'string') return versionOf(definitionOf($ref))
  const version = isRecord(properties) ? (properties['formatVersion'] ?? properties['version']) : undefined
  if (!isRecord(version) || typeof version['const'] !== 'number') throw new Error('no formatVersion')
  return version['const']
}

function documentOf(name: string, { command, schema, about }: Published) {
  const { title, description } = about ?? {
    title: `slackwater ${command}`,
    description: `What \`slackwater ${command}\` prints with \`-o json\` and \`-o yaml\`.`,
  }
  const used = new Map<string, unknown>()
  const body = resolved(plain(schema), used)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${BASE}/${name}`,
    title,
    description: `${description} Later versions may have more fields.`,
    ...(body as object),
    $defs: Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

const plain = (schema: TSchema): Record<string, unknown> => JSON.parse(JSON.stringify(schema))

/** Definitions by reference, each of them added to `used` with those that it needs. */
function resolved(node: unknown, used: Map<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((part) => resolved(part, used))
  if (!isRecord(node)) return node
  const { definition, $ref, description } = node
  // A field may have one of these names; then it is a schema, and not a word.
  const name = [definition, $ref].find((word) => typeof word === 'string')
  if (name === undefined)
    return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, resolved(part, used)]))
  define(name, used)
  return { $ref: `#/$defs/${name}`, ...(description === undefined ? {} : { description }) }
}

function define(name: string, used: Map<string, unknown>): void {
  if (used.has(name)) return
  used.set(name, undefined)
  used.set(name, resolved(plain(definitionOf(name)), used))
}

function definitionOf(name: string): TSchema {
  const definition = Object.entries(DEFINITIONS).find(([known]) => known === name)?.[1]
  if (definition === undefined) throw new Error(`no definition ${name}`)
  return definition
}
