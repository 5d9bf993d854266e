import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Refusal } from './plan.ts'
import type { RefusalId } from './refusal-ids.ts'

/** A refusal before it has a workload. */
export interface Objection {
  readonly id: RefusalId
  readonly reason: string
  readonly alternative: string
}

export const refusalOf = (workload: ObjectRef, objection: Objection): Refusal => ({ workload, ...objection })
