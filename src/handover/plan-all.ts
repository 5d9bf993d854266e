import { namesakes } from '../audit/namesakes.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { patient } from '../cluster/patient.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import type { Settings } from '../core/model/settings.ts'
import { objectionByKind } from './by-kind.ts'
import { findAll, findOne, selectedNames } from './find-targets.ts'
import { makePlan, type Planned, refusedUnread, undoPlan } from './make-plan.ts'
import { type ListedWorkload, type NamespaceReading, readNamespace } from './read-namespace.ts'
import { refusalOf } from './refusals.ts'

export interface PlansInputs {
  readonly api: ApiServer
  readonly namespace: string
  readonly settings: Settings
  /** Absent: all of the namespace. */
  readonly target?: { readonly kind: string; readonly name: string }
  /** Only those that it matches, as `kubectl -l` takes it. */
  readonly selector?: string
  /** Only what an earlier call has begun. */
  readonly isUndo: boolean
  readonly signal: AbortSignal
  readonly onStep: (words: string) => void
}

/** What was found, and what can be done about it. */
type Plans =
  | { readonly plans: readonly Planned[] }
  /** A sentence. */
  | { readonly problem: string }
  /** There is no such workload; `known`: those of its kind. */
  | { readonly missing: ObjectRef; readonly known: readonly ObjectRef[] }

/** Of a kind that cannot be handed over, wherever it runs. */
export function refusedByKind(ref: ObjectRef): Planned | undefined {
  const objection = objectionByKind(ref)
  return objection && { kind: 'refused', refusal: refusalOf(ref, objection) }
}

/**
 * What can be done about the workload that is asked for, or about all that have Pods which lack something.
 * @throws the signal's reason if it is aborted.
 */
export async function planAll(inputs: PlansInputs): Promise<Plans> {
  const { namespace, target } = inputs
  const ref = target && { ...target, namespace }
  const hopeless = ref && refusedByKind(ref)
  if (hopeless !== undefined) return { plans: [hopeless] }
  const reading = await readNamespace(inputs)
  if (ref === undefined) return await planMany(reading, inputs)
  if (reading.unread.length > 0) return { plans: [refusedUnread(ref, reading)] }
  const one = findOne(ref, reading)
  if (one !== undefined) return { plans: [await planOne(one, reading, inputs)] }
  const { known } = await namesakes(ref, patient(inputs.api), inputs.signal)
  return { missing: ref, known }
}

async function planMany(reading: NamespaceReading, inputs: PlansInputs): Promise<Plans> {
  const { api, namespace, selector, signal, onStep } = inputs
  if (reading.unread.length > 0) return { problem: reading.unread.join('; ') }
  const names = selector === undefined ? undefined : await selectedNames({ api, namespace, selector, signal })
  if (names !== undefined && 'problem' in names) return names
  const plans: Planned[] = []
  for (const workload of findAll(reading)) {
    if (names?.has(refText(workload.ref)) === false) continue
    onStep(`looking at ${refText(workload.ref)}`)
    plans.push(await planOne(workload, reading, inputs))
    signal.throwIfAborted()
  }
  return { plans: plans.filter(isNamed) }
}

const planOne = async (
  workload: ListedWorkload,
  reading: NamespaceReading,
  { isUndo, api, signal }: PlansInputs,
): Promise<Planned> =>
  isUndo ? undoPlan(workload, reading) : await makePlan(workload, { api, reading, signal })

/** Of many, those with nothing to do are not listed, nor those that no load balancer sends to. */
const isNamed = (planned: Planned): boolean =>
  planned.kind === 'plan' || (planned.kind === 'refused' && planned.refusal.id !== 'not-exposed')
