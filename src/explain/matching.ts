import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Target } from './target.ts'

/** The workloads of that kind and name, in every namespace unless one is given. */
export const matching = <T extends ObjectRef>(
  all: readonly T[],
  { kind, name }: Target,
  namespace: string | undefined,
): readonly T[] =>
  all.filter(
    (one) =>
      one.kind === kind && one.name === name && (namespace === undefined || one.namespace === namespace),
  )
