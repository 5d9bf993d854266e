import type { Sink } from '../cluster/reflector.ts'
import type { LedgerEvent } from '../core/departures/event.ts'
import { cut } from '../core/model/cut.ts'
import { timeAt } from '../kubernetes/departing-pod.ts'
import { at, isPresent, type JsonNode, optional, root, ShapeError, stringAt } from '../kubernetes/json.ts'

/** `reason` of the kubelet's Event about a preStop hook that failed (kubernetes pkg/kubelet/events/event.go). */
export const FAILED_HOOK = 'FailedPreStopHook'

/** Characters of an Event's text that are kept. A choice: it begins with what went wrong. */
const LONGEST_TEXT = 300

/** Events about failed hooks: what an Event says is told, and that it is deleted after an hour is not. */
export function failedHooks(
  tell: (event: LedgerEvent) => void,
  onUnreadable: (problem: string) => void,
): Sink {
  const put = (raw: unknown): void => {
    try {
      const event = failedHookOf(raw)
      if (event !== undefined) tell(event)
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error
      onUnreadable(`Event: ${error.message}`)
    }
  }
  return { begin: () => undefined, put, end: () => undefined, remove: () => undefined }
}

/** @throws ShapeError */
function failedHookOf(raw: unknown): LedgerEvent | undefined {
  const node = root(raw)
  const uid = optional(stringAt, at(node, 'regarding', 'uid'))
  if (uid === undefined || at(node, 'reason').value !== FAILED_HOOK) return undefined
  const message = cut(optional(stringAt, at(node, 'note')) ?? '', LONGEST_TEXT)
  return { kind: 'hook-failed', at: timeOf(node), uid, message }
}

/** When it last happened: the kubelet still writes Events of the older form, without `eventTime`. */
function timeOf(event: JsonNode): number {
  const times = [
    at(event, 'series', 'lastObservedTime'),
    at(event, 'deprecatedLastTimestamp'),
    at(event, 'eventTime'),
  ]
  return timeAt(times.find(isPresent) ?? at(event, 'metadata', 'creationTimestamp'))
}
