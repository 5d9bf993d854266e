/** Why a body was not read to its end: label values of a metric. */
export type BodyRefusal =
  /** Longer than one review can be. */
  | 'too-large'
  /** Incomplete for longer than any caller waits for an answer. */
  | 'too-slow'
  /** Incomplete when another body needed the memory. */
  | 'gave-way'

/** One request's body while it arrives. */
export interface ArrivingBody {
  /** Requests memory for more bytes. @returns false if it gets none: the body has ended, or is too large by itself. */
  readonly grow: (bytes: number) => boolean
  /** The body has ended, successfully or not: its memory is free. */
  readonly end: () => void
}

interface Arriving {
  /** The address that it comes from. */
  readonly from: string
  /** Another body needs the memory: this one must end at once. */
  readonly giveWay: () => void
}

interface Held {
  readonly giveWay: () => void
  readonly sender: Sender
  bytes: number
}

/** All bodies from one address, in the order in which they began. */
interface Sender {
  readonly bodies: Set<Held>
  bytes: number
}

/**
 * The memory for incomplete bodies. A body counts with the bytes that it has sent, never with its announced length.
 * If another body needs memory, the address that holds the most loses its oldest body: a client that leaves bodies
 * incomplete loses them to any client that sends one.
 */
export class BodyBudget {
  readonly #limit: number
  readonly #senders = new Map<string, Sender>()
  #bytes = 0

  /** @param limit bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes held now. */
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
