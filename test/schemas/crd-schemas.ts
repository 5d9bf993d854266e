import Type from 'typebox'
import Schema from 'typebox/schema'
import { parseAllDocuments } from 'yaml'
import { type ManifestObject, objectText } from '../../src/manifests/manifest-object.ts'
import { positionText } from '../../src/manifests/position.ts'
import type { SourceText } from '../../src/manifests/source-text.ts'
import { type StructuralSchema, strictObject } from './strict-schema.ts'

/** What is wrong with an object, by the schema of its kind; undefined: its group has no schemas. */
export type SchemaCheck = (
  object: Pick<ManifestObject, 'apiVersion' | 'kind' | 'raw'>,
) => readonly string[] | undefined

/**
 * Versions that nobody publishes, and the nearest published one: EKS Auto Mode has kinds of the AWS Load Balancer
 * Controller under another group. Known to differ: certificateARNs (for certificateArn), subnets.matchTags (for
 * subnets.tags), no listenerAttributes, targetType required (EKS user guide, auto-configure-alb).
 */
const NEAREST: Readonly<Record<string, string>> = { 'eks.amazonaws.com/v1': 'elbv2.k8s.aws/v1beta1' }

/** Groups whose objects are looked at although no definition has them. */
const BORROWING = Object.keys(NEAREST).map((apiVersion) => groupOf(apiVersion))

const Definition = Schema.Compile(
  Type.Object({
    kind: Type.Literal('CustomResourceDefinition'),
    spec: Type.Object({
      group: Type.String(),
      names: Type.Object({ kind: Type.String() }),
      versions: Type.Array(
        Type.Object({
          name: Type.String(),
          served: Type.Boolean(),
          schema: Type.Object({ openAPIV3Schema: Type.Unsafe<StructuralSchema>(Type.Object({})) }),
        }),
      ),
    }),
  }),
)

/** @param definitions YAML with CustomResourceDefinitions and nothing else: it throws on other documents. */
export function schemaCheck(definitions: readonly SourceText[]): SchemaCheck {
  const validators = new Map(definitions.flatMap(validatorsOf))
  const groups = new Set([...[...validators.keys()].map(groupOf), ...BORROWING])
  return ({ apiVersion, kind, raw }) => {
    if (!groups.has(groupOf(apiVersion))) return undefined
    const validator = validators.get(`${NEAREST[apiVersion] ?? apiVersion} ${kind}`)
    if (validator === undefined) return [`no definition serves ${kind} in ${apiVersion}`]
    return problemsOf(validator, raw)
  }
}

/**
 * Every problem of some objects with its place, but for files that are wrong on purpose; of those, the ones that
 * are not.
 *
 * @param wrongOnPurpose why, by file.
 */
export function unexpectedProblems(
  objects: readonly ManifestObject[],
  check: SchemaCheck,
  wrongOnPurpose: Readonly<Record<string, string>>,
): readonly string[] {
  const found = objects.flatMap((object) =>
    (check(object) ?? []).map((problem) => ({ position: object.position, object, problem })),
  )
  const wrong = new Set(found.map(({ position }) => position.file))
  const fitting = Object.keys(wrongOnPurpose).filter((file) => !wrong.has(file))
  return [
    ...found
      .filter(({ position }) => wrongOnPurpose[position.file] === undefined)
      .map(({ position, object, problem }) => `${positionText(position)} ${objectText(object)}: ${problem}`),
    ...fitting.map((file) => `${file}: listed as wrong on purpose, but it fits`),
  ]
}

/** `elbv2.k8s.aws` of `elbv2.k8s.aws/v1beta1`, or of what begins with it. */
export function groupOf(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? ''
}

type Validator = ReturnType<typeof Schema.Compile>

/** By `group/version kind`; a version that is not served is as good as none. */
function validatorsOf({ name: file, text }: SourceText): readonly (readonly [string, Validator])[] {
  return parseAllDocuments(text).flatMap((document) => {
    const definition: unknown = document.toJS()
    if (!Definition.Check(definition)) throw new Error(`${file}: expected only CustomResourceDefinitions`)
    const { group, names, versions } = definition.spec
    return versions
      .filter(({ served }) => served)
      .map(({ name, schema }) => {
        const validator = Schema.Compile(strictObject(schema.openAPIV3Schema))
        return [`${group}/${name} ${names.kind}`, validator] as const
      })
  })
}

type ValidationError = ReturnType<Validator['Errors']>[1][number]

/** A field that does not exist is told twice, by itself and by its parent: its own place is enough. */
const problemsOf = (validator: Validator, object: unknown): readonly string[] =>
  validator
    .Errors(object)[1]
    .filter(({ keyword }) => keyword !== 'additionalProperties')
    .map((error) => `${error.instancePath}: ${expectedBy(error)}`)

function expectedBy(error: ValidationError): string {
  if (error.keyword === 'boolean') return 'no such field'
  if (error.keyword === 'enum') return `must be one of ${error.params.allowedValues.join(', ')}`
  return error.message
}
