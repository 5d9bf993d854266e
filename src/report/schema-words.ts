import Type, { type TSchema } from 'typebox'

/** The parts of the report's schema that recur, each with its description. */
export const text = (description: string) => Type.String({ description })
export const flag = (description: string) => Type.Boolean({ description })
export const count = (description: string) => Type.Integer({ minimum: 0, description })
export const list = <T extends TSchema>(items: T, description: string) => Type.Array(items, { description })
export const optional = Type.Optional

/** The parts of a document that `definitions.ts` describes, by name. */
export type DefinitionName =
  | 'Object'
  | 'Provenance'
  | 'Origin'
  | 'Candidate'
  | 'Resolved'
  | 'Step'
  | 'Exposure'
  | 'Phase'
  | 'ExposureBudget'
  | 'Budget'
  | 'Notice'
  | 'Operation'
  | 'Report'

/**
 * Data of the program's own types: any is accepted, because it may come from another version. The published schemas
 * refer to the definition instead.
 */
export const data = <T>(definition: DefinitionName, description?: string) =>
  Type.Unsafe<T>(Type.Unknown({ ...(description === undefined ? {} : { description }), definition }))
