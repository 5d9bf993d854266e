/** A schema of a CustomResourceDefinition, or a part of one. */
export interface StructuralSchema extends Readonly<Record<string, unknown>> {
  readonly type?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, StructuralSchema>>
  readonly items?: StructuralSchema
  readonly additionalProperties?: StructuralSchema | boolean
}

type JsonSchema = Readonly<Record<string, unknown>>

/** Keywords that mean in JSON Schema what they mean here. */
const KEPT = new Set([
  'type',
  'enum',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
])

/** Keywords that `strict` reads itself. */
const TRANSLATED = new Set([
  'required',
  'properties',
  'items',
  'additionalProperties',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
])

/** Keywords that are left out: descriptions, and rules that only the API server can check (CEL, keys of lists). */
const IGNORED = new Set([
  'description',
  'title',
  'example',
  'default',
  'x-kubernetes-validations',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
])

/** What every object has, whether the definition says so or not; of metadata the API server has its own schema. */
const EVERY_OBJECT: Readonly<Record<string, StructuralSchema>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
}

/**
 * The schema of a whole object as strict JSON Schema: a field that is not named is an error, as for
 * `kubectl --validate=strict`. CEL rules (`x-kubernetes-validations`) and the ranges of `int32` and `int64` are not
 * checked. Throws on a keyword that it does not know, so that no rule is lost unnoticed.
 */
export const strictObject = (root: StructuralSchema): JsonSchema =>
  strict({ ...root, properties: { ...root.properties, ...EVERY_OBJECT } })

function strict(schema: StructuralSchema): JsonSchema {
  const isEither = schema['x-kubernetes-int-or-string'] === true
  refuseUnknown(schema, isEither)
  const kept = Object.fromEntries(Object.entries(schema).filter(([key]) => KEPT.has(key)))
  const { properties, items } = schema
  return {
    ...kept,
    ...(isEither ? { type: ['integer', 'string'] } : {}),
    ...(schema.type === 'object' ? { required: requiredOf(schema), ...othersOf(schema) } : {}),
    ...(properties === undefined ? {} : { properties: strictEach(properties) }),
    ...(items === undefined ? {} : { items: strict(items) }),
  }
}

/** `anyOf` may stand beside int-or-string, where it says the same again. */
function refuseUnknown(schema: StructuralSchema, isEither: boolean): void {
  const unknown = Object.keys(schema).filter(
    (key) => !(KEPT.has(key) || TRANSLATED.has(key) || IGNORED.has(key) || (isEither && key === 'anyOf')),
  )
  if (unknown.length > 0) throw new Error(`a keyword that the check does not know: ${unknown.join(', ')}`)
}

/** The API server fills in defaults before it looks for what is missing. */
const requiredOf = ({ required = [], properties = {} }: StructuralSchema): readonly string[] =>
  required.filter((key) => properties[key]?.['default'] === undefined)

/** What may stand in an object beside its properties: without a word, nothing. */
function othersOf({ additionalProperties = false, ...schema }: StructuralSchema): JsonSchema {
  if (typeof additionalProperties === 'object') return { additionalProperties: strict(additionalProperties) }
  const isOpen = additionalProperties || schema['x-kubernetes-preserve-unknown-fields'] === true
  return { additionalProperties: isOpen }
}

const strictEach = (schemas: Readonly<Record<string, StructuralSchema>>): JsonSchema =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, strict(schema)]))
