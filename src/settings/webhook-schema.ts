import Type from 'typebox'

const closed = { additionalProperties: false } as const

const key = Type.String({ minLength: 1 })

/** One part of a label selector; the API server accepts values with the first two operators only. */
const expression = Type.Union([
  Type.Object(
    { key, operator: Type.Enum(['In', 'NotIn']), values: Type.Array(Type.String(), { minItems: 1 }) },
    closed,
  ),
  Type.Object(
    {
      key,
      operator: Type.Enum(['Exists', 'DoesNotExist']),
      values: Type.Optional(Type.Array(Type.String(), { maxItems: 0 })),
    },
    closed,
  ),
])

const PARTS = {
  matchLabels: Type.Optional(
    Type.Record(Type.String(), Type.String(), { additionalProperties: Type.String() }),
  ),
  matchExpressions: Type.Optional(Type.Array(expression)),
}

/** A label selector, for the chart too. */
export const SelectorSchema = Type.Object(PARTS, closed)

const selector = (description: string) => Type.Optional(Type.Object(PARTS, { ...closed, description }))

/** What the user has added to the webhook configurations: the chart writes it here as it writes it there. */
export const WebhookSchema = Type.Object(
  {
    namespaceSelector: selector(
      'Which namespaces’ requests the API server sends, as in the webhook configuration; in the others nothing is injected, labeled or rolled out; default all',
    ),
    objectSelector: selector(
      'Which objects’ requests it sends, by the labels of the object in the request, as there; the others are left alone; default all',
    ),
    matchConditions: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), expression: Type.String() }, closed), {
        description:
          'Further conditions in CEL, as there; Slackwater does not evaluate them, and the report says so; default none',
      }),
    ),
  },
  closed,
)
