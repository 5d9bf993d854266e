import type { Budget } from '../budget/budget.ts'
import { add, longest, type Seconds } from '../model/seconds.ts'

/** When the last container that serves by itself has ended, where it drains after SIGTERM; else when the sleep has. */
export function drainedAt({ containers, graceful, sleep }: Budget): Seconds {
  const serving = containers.filter(({ container }) => !container.isProxy)
  if (!graceful || serving.length === 0) return sleep
  return longest(serving.map((one) => add(one.sleep, one.shutdownTime)))
}

/** The sleep that a container needs: that of the pod, or of a proxy until what it serves has drained. */
export const neededSleep = (budget: Budget, name: string): Seconds =>
  budget.containers.some(({ container }) => container.name === name && container.isProxy)
    ? drainedAt(budget)
    : budget.sleep
