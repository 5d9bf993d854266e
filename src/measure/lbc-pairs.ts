import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import type { LbcEvent } from './lbc-line.ts'

/** Milliseconds. */
const SECOND = 1_000

type Leaving = {
  -readonly [K in 'deregistering' | 'deregistered' | 'reused']?: LeavingTarget[K]
} & Pick<LeavingTarget, 'ip' | 'port' | 'targetGroup' | 'missing'>

/**
 * What left, from events in the order of time. A call that failed has no second line and is tried again: the target left with
 * the call that did not fail. Where no line says so, `deregistered` is absent.
 */
export function leavingTargets(events: readonly LbcEvent[]): readonly LeavingTarget[] {
  const pairing = new Pairing()
  for (const event of events) pairing.take(event)
  return pairing.left
}

class Pairing {
  readonly left: Leaving[] = []
  /** By target group, address and port: the last time that it left. */
  readonly #last = new Map<string, Leaving>()
  /** By target group: those of the call that was begun last. One controller makes one at a time for each. */
  readonly #begun = new Map<string, readonly Leaving[]>()

  take(event: LbcEvent): void {
    if (event.what === 'deregistering') this.#begin(event)
    else if (event.what === 'deregistered') this.#end(event)
    else this.#reuse(event)
  }

  #begin({ targetGroup, targets = [], at }: LbcEvent): void {
    const begun = targets.map((target) => {
      const known = this.#last.get(keyOf(targetGroup, target))
      // The same call again, since the first one failed.
      const isAgain = known?.deregistered === undefined && known?.reused === undefined
      const leaving = (isAgain ? known : undefined) ?? this.#add(targetGroup, target)
      leaving.deregistering = at
      return leaving
    })
    this.#begun.set(targetGroup, begun)
  }

  #end({ targetGroup, targets, at }: LbcEvent): void {
    const ended =
      targets?.map((target) => {
        const known = this.#last.get(keyOf(targetGroup, target))
        const isOpen = known?.deregistered === undefined && known?.reused === undefined
        return (isOpen ? known : undefined) ?? this.#add(targetGroup, target)
      }) ?? this.#begun.get(targetGroup)
    for (const leaving of ended ?? []) leaving.deregistered = at
    this.#begun.delete(targetGroup)
  }

  #reuse({ targetGroup, targets = [], at, isWholeSecond }: LbcEvent): void {
    for (const target of targets) {
      const known = this.#last.get(keyOf(targetGroup, target))
      // The end of a second that was cut: until then the address was the old Pod's, and the new one has to pass a check first.
      if (known !== undefined) known.reused ??= isWholeSecond ? at + SECOND : at
    }
  }

  #add(targetGroup: string, target: { readonly ip: string; readonly port?: number }): Leaving {
    const leaving: Leaving = { ...target, targetGroup, missing: [] }
    this.left.push(leaving)
    this.#last.set(keyOf(targetGroup, target), leaving)
    return leaving
  }
}

const keyOf = (targetGroup: string, { ip, port }: { readonly ip: string; readonly port?: number }): string =>
  `${targetGroup} ${ip} ${port ?? ''}`
