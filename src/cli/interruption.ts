import { INTERRUPTED } from '../judgement/exit-code.ts'
import type { Terminal } from '../render/terminal.ts'

/**
 * Aborted by Ctrl-C or SIGTERM; the second one ends the process at once. A command that writes must have recorded each step
 * before it does it.
 */
export function interruptible({ onSignal, exit }: Terminal): AbortSignal {
  const controller = new AbortController()
  const interrupt = (): void => {
    if (controller.signal.aborted) exit(INTERRUPTED)
    controller.abort(new Error('interrupted'))
  }
  onSignal('SIGINT', interrupt)
  onSignal('SIGTERM', interrupt)
  return controller.signal
}
