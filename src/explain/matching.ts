import type { ObjectRef } from '../core/model/object-ref.ts'
import type { AskedWorkload } from './target.ts'

/** The workloads of that kind and name, in every namespace unless one is given. */
export const matching = <T extends ObjectRef>(
  all: readonly T[],
  { kind, name }: AskedWorkload,
  namespace: string | undefined,
): readonly T[] =>
  all.filter(
    (one) =>
      one.kind === kind && one.name === name && (namespace === undefined || one.namespace === namespace),
  )
