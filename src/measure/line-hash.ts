/** Two hashes of different kinds (FNV-1a, and multiplication with rotation), mixed as MurmurHash3 ends. */
export class LineHash {
  high = 0
  low = 0

  begin(): void {
    this.high = 0x811c9dc5 | 0
    this.low = 0x9747b28c | 0
  }

  take(bytes: Uint8Array, from: number, to: number): void {
    let { high, low } = this
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      high = Math.imul(high ^ byte, 0x01000193)
      low = Math.imul((low << 5) | (low >>> 27), 0x9e3779b1) + byte
    }
    this.high = high
    this.low = low | 0
  }

  end(): void {
    this.high = mixed(this.high ^ this.low)
    this.low = mixed(this.low) || 1
  }
}

function mixed(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return second ^ (second >>> 16)
}
