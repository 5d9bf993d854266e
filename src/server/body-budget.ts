/** Why a body is not read to its end: the words of a metric. */
export type BodyRefusal =
  /** Longer than one review can be. */
  | 'too-large'
  /** Unfinished for longer than anybody waits for an answer. */
  | 'too-slow'
  /** Unfinished when the room was needed for another. */
  | 'gave-way'

/** One request's body while it arrives. */
export interface ArrivingBody {
  /** Asks for room for so many bytes more. @returns false where it may have no more: it has been ended, or is too much by itself. */
  readonly grow: (bytes: number) => boolean
  /** It has ended, one way or the other: what it held is free. */
  readonly end: () => void
}

interface Arriving {
  /** The address that it comes from. */
  readonly from: string
  /** The room is needed by another: it must be ended at once. */
  readonly giveWay: () => void
}

interface Held {
  readonly giveWay: () => void
  readonly sender: Sender
  bytes: number
}

/** What comes from one address: bodies in the order in which they began. */
interface Sender {
  readonly bodies: Set<Held>
  bytes: number
}

/**
 * The room for bodies that have not come whole yet. A body holds only what it has sent, never what it announces. Where
 * another needs room, that address gives way which holds the most, with the body that began first: who keeps bodies
 * unfinished loses them to whoever sends one.
 */
export class BodyBudget {
  readonly #limit: number
  readonly #senders = new Map<string, Sender>()
  #bytes = 0

  /** @param limit bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes that are held now. */
  get bytes(): number {
    return this.#bytes
  }

  open({ from, giveWay }: Arriving): ArrivingBody {
    const sender = this.#senders.get(from) ?? { bodies: new Set<Held>(), bytes: 0 }
    this.#senders.set(from, sender)
    const held: Held = { giveWay, sender, bytes: 0 }
    sender.bodies.add(held)
    return {
      grow: (bytes) => this.#grow(held, bytes),
      end: () => this.#end(held, from),
    }
  }

  #grow(held: Held, bytes: number): boolean {
    if (held.bytes + bytes > this.#limit || !held.sender.bodies.has(held)) return false
    while (this.#bytes + bytes > this.#limit) {
      const victim = this.#victim()
      if (victim === undefined) return false
      victim.giveWay()
      if (!held.sender.bodies.has(held)) return false
    }
    this.#bytes += bytes
    held.bytes += bytes
    held.sender.bytes += bytes
    return true
  }

  #end(held: Held, from: string): void {
    const { sender } = held
    if (!sender.bodies.delete(held)) return
    sender.bytes -= held.bytes
    this.#bytes -= held.bytes
    if (sender.bodies.size === 0 && this.#senders.get(from) === sender) this.#senders.delete(from)
  }

  #victim(): Held | undefined {
    let most: Sender | undefined
    for (const sender of this.#senders.values())
      if (sender.bytes > 0 && (most === undefined || sender.bytes > most.bytes)) most = sender
    for (const held of most?.bodies ?? []) if (held.bytes > 0) return held
    return undefined
  }
}
