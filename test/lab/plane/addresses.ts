import type { PlayOptions } from './played.ts'

/** The addresses of a subnet, given out one after the other, or again when they have rested. */
export class Addresses {
  readonly #options: Pick<PlayOptions, 'cooldown' | 'ipv6'>
  /** The one that rests longest first. */
  readonly #resting: { readonly ip: string; readonly since: number }[] = []
  #fresh = 0

  constructor(options: Pick<PlayOptions, 'cooldown' | 'ipv6'>) {
    this.#options = options
  }

  /** @param at milliseconds since 1970. */
  take(at: number): string {
    const { cooldown } = this.#options
    const [oldest] = this.#resting
    if (cooldown !== undefined && oldest !== undefined && oldest.since + cooldown * 1000 <= at) {
      this.#resting.shift()
      return oldest.ip
    }
    this.#fresh += 1
    return this.#nth(this.#fresh)
  }

  free(ip: string, since: number): void {
    this.#resting.push({ ip, since })
    this.#resting.sort((one, other) => one.since - other.since)
  }

  #nth(number: number): string {
    // The first address of a subnet is not a Pod's.
    const [high, low] = [Math.floor(number / 250), (number % 250) + 4]
    return this.#options.ipv6
      ? `2001:db8:0:${(high + 1).toString(16)}::${low.toString(16)}`
      : `10.0.${32 + high}.${low}`
  }
}
