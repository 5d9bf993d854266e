import type { Assessment } from '../assessment/assess.ts'
import { describeChanges } from '../assessment/describe.ts'
import { nameOf } from '../core/adoption/adoption.ts'
import type { Decision } from '../core/decision/decide.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'

/** What is worth an Event on a workload, once it is stored. */
export interface Told {
  readonly ref: ObjectRef
  /** `Protected`: written; `WouldProtect`: mode dry-run. */
  readonly reason: 'Protected' | 'WouldProtect'
  readonly note: string
}

type Readable = Extract<Assessment, { readonly readable: true }>

/** Only of workloads (Pods are many, and short-lived), and only where they would be or are protected: an Event is for who looks later. */
export function toldOf({ decision, operations, proposed }: Readable): Told | undefined {
  const { subject, verdict, mode, changes } = decision
  const { ref, what } = subject
  if (what !== 'workload' || ref.name === '' || verdict !== 'inject') return undefined
  const clauses = describeChanges(decision, changes).join(', ')
  if (clauses === '') return undefined
  const because = senderOf(decision)
  if (mode.mode === 'dry-run')
    return proposed.length === 0
      ? undefined
      : { ref, reason: 'WouldProtect', note: `dry-run: would ${clauses}${because}` }
  if (operations.length === 0) return undefined
  return { ref, reason: 'Protected', note: `at admission: ${clauses}${because}` }
}

/** What decides the sleep. */
const senderOf = ({ budget }: Decision): string =>
  budget === undefined ? '' : `; ${nameOf(budget.decidedBy)} sends here`
