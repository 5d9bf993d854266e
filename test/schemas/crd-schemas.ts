import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import Schema from 'typebox/schema'
import { parseAllDocuments } from 'yaml'

type Json = Readonly<Record<string, unknown>>

interface Definition {
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly {
      readonly name: string
      readonly schema: { readonly openAPIV3Schema: Json }
    }[]
  }
}

/** What is wrong with an object by the schema of its kind; undefined: there is no schema for it. */
export type SchemaCheck = (object: unknown) => readonly string[] | undefined

/**
 * Groups whose definitions nobody publishes, and the nearest published shape: EKS Auto Mode has the kinds of the AWS
 * Load Balancer Controller under another name (EKS user guide: migrate-auto).
 */
const NEAREST: Readonly<Record<string, { readonly group: string; readonly version: string }>> = {
  'eks.amazonaws.com': { group: 'elbv2.k8s.aws', version: 'v1beta1' },
}

/** Checks by every CustomResourceDefinition in the YAML files of a folder. */
export function schemaCheckOf(folder: string): SchemaCheck {
  const texts = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
  return schemaCheck(texts)
}

export function schemaCheck(definitions: readonly string[]): SchemaCheck {
  const validators = new Map(definitions.flatMap((text) => [...validatorsOf(text)]))
  const groups = new Set([...validators.keys()].map((key) => key.split('/')[0]))
  return (object) => {
    const { apiVersion = '', kind = '' } = object as { readonly apiVersion?: string; readonly kind?: string }
    const [written = '', version = ''] = apiVersion.split('/')
    const nearest = NEAREST[written]
    const group = nearest?.group ?? written
    if (!groups.has(group)) return undefined
    const validator = validators.get(`${group}/${kind}/${nearest?.version ?? version}`)
    if (validator === undefined) return [`no schema of ${apiVersion} ${kind}`]
    return problemsOf(validator, object)
  }
}

type Validator = ReturnType<typeof Schema.Compile>

function validatorsOf(text: string): ReadonlyMap<string, Validator> {
  const found = new Map<string, Validator>()
  for (const document of parseAllDocuments(text)) {
    const { spec } = document.toJS() as Definition
    for (const { name, schema } of spec.versions) {
      found.set(`${spec.group}/${spec.names.kind}/${name}`, Schema.Compile(strict(schema.openAPIV3Schema)))
    }
  }
  return found
}

function problemsOf(validator: Validator, object: unknown): readonly string[] {
  const [, errors] = validator.Errors(object)
  // An additional property is told twice, by itself and by its parent: the place of the property is enough.
  return errors
    .filter(({ keyword }) => keyword !== 'additionalProperties')
    .map(({ instancePath, keyword, message }) =>
      keyword === 'boolean' ? `${instancePath}: no such field` : `${instancePath}: ${message}`,
    )
}

/** Keywords of JSON Schema that structural schemas use; CEL rules are for the API server alone. */
const KEPT = [
  'type',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'required',
]

/**
 * A structural schema of Kubernetes as strict JSON Schema: a field that is not named is an error, as for
 * `kubectl --validate=strict`. `metadata` is the API server's own and not checked.
 */
export function strict(schema: Json): Json {
  if (schema['x-kubernetes-int-or-string'] === true)
    return { anyOf: [{ type: 'integer' }, { type: 'string' }] }
  const kept = Object.fromEntries(KEPT.flatMap((key) => (key in schema ? [[key, schema[key]]] : [])))
  const { properties, items, additionalProperties } = schema as {
    readonly properties?: Readonly<Record<string, Json>>
    readonly items?: Json
    readonly additionalProperties?: Json | boolean
  }
  return {
    ...kept,
    ...(properties === undefined ? {} : { properties: strictProperties(properties) }),
    ...(properties !== undefined && schema['x-kubernetes-preserve-unknown-fields'] !== true
      ? { additionalProperties: false }
      : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: strict(additionalProperties) }
      : {}),
    ...(items === undefined ? {} : { items: strict(items) }),
  }
}

const strictProperties = (properties: Readonly<Record<string, Json>>): Json =>
  Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      key === 'metadata' ? { type: 'object' } : strict(value),
    ]),
  )
