import Type, { type Static } from 'typebox'
import { isOverdue, parseHandover } from '../core/handover/record.ts'
import { HANDOVER_ANNOTATION } from '../core/model/keys.ts'
import { compareRefs, compareText, type ObjectRef, refText } from '../core/model/object-ref.ts'
import { at, optional, root, stringAt } from '../kubernetes/json.ts'
import { flag, list, text } from './schema-words.ts'

export const HandoverSchema = Type.Object({
  kind: text('Kind of the workload'),
  namespace: text('Its namespace'),
  name: text('Its name'),
  pods: list(
    Type.Object({
      name: text('Name of the Pod'),
      step: text('How far its replacement has come'),
      deadline: text('When this step should be over, RFC 3339'),
      overdue: flag('The deadline has passed: the command that began it has ended'),
    }),
    'The Pods that it replaces',
  ),
})
type HandoverEntry = Static<typeof HandoverSchema>

type Unreadable = { readonly object: string; readonly problem: string }

/** The Pods that `slackwater handover` has begun to replace, per workload. They have lost their owner, or their labels. */
export class Handovers {
  readonly #byRef = new Map<string, HandoverEntry>()
  readonly #now: number
  readonly #unreadable: (one: Unreadable) => void

  /** @param now milliseconds since 1970. */
  constructor(now: number, unreadable: (one: Unreadable) => void) {
    this.#now = now
    this.#unreadable = unreadable
  }

  /** @returns the workload to which the Pod belongs as its record says; undefined: it has none that can be read. */
  take(pod: ObjectRef, raw: unknown): ObjectRef | undefined {
    const annotation = at(root(raw), 'metadata', 'annotations', HANDOVER_ANNOTATION)
    const parsed = parseHandover(optional(stringAt, annotation))
    if (parsed.kind === 'none') return undefined
    if (parsed.kind === 'problem') {
      this.#unreadable({ object: refText(pod), problem: parsed.problem })
      return undefined
    }
    const { workload, step, deadline } = parsed.record
    const ref = { ...workload, namespace: pod.namespace }
    const known = this.#byRef.get(refText(ref)) ?? { ...ref, pods: [] }
    known.pods.push({ name: pod.name, step, deadline, overdue: isOverdue(parsed.record, this.#now) })
    this.#byRef.set(refText(ref), known)
    return ref
  }

  /** Absent: none. */
  entries(): { readonly handovers?: HandoverEntry[] } {
    if (this.#byRef.size === 0) return {}
    const sorted = [...this.#byRef.values()].sort(compareRefs)
    return {
      handovers: sorted.map((one) => ({
        ...one,
        pods: one.pods.toSorted((a, b) => compareText(a.name, b.name)),
      })),
    }
  }
}
