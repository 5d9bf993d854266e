import Type, { type TSchema } from 'typebox'

/** The parts of the report's schema that recur, each with its description. */
export const text = (description: string) => Type.String({ description })
export const flag = (description: string) => Type.Boolean({ description })
export const count = (description: string) => Type.Integer({ minimum: 0, description })
export const list = <T extends TSchema>(items: T, description: string) => Type.Array(items, { description })
export const optional = Type.Optional
